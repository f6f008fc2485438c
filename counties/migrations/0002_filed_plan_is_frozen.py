from django.db import migrations

# what was sent is what is judged, publicised and filed. Only a draft (or a returned plan) may change.
GUARDS = """
CREATE FUNCTION counties_plan_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION '已报送的实施方案不能删除（规则 A-103）' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status NOT IN ('draft', 'returned') AND (
        OLD.county_id, OLD.version, OLD.replaces_id, OLD.title, OLD.summary, OLD.change_reason, OLD.change_types,
        OLD.total_central, OLD.total_matching, OLD.total_private
    ) IS DISTINCT FROM (
        NEW.county_id, NEW.version, NEW.replaces_id, NEW.title, NEW.summary, NEW.change_reason, NEW.change_types,
        NEW.total_central, NEW.total_matching, NEW.total_private
    ) OR OLD.status NOT IN ('draft', 'returned') AND (
        OLD.period_from, OLD.period_to, OLD.plan_file_id, OLD.fund_file_id
    ) IS DISTINCT FROM (
        NEW.period_from, NEW.period_to, NEW.plan_file_id, NEW.fund_file_id
    ) THEN
        RAISE EXCEPTION '已报送的实施方案不能修改，须办理方案变更（规则 A-103）' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status IN ('recorded', 'replaced') AND OLD.content_hash <> NEW.content_hash THEN
        RAISE EXCEPTION '备案版本摘要不能修改（规则 A-103）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION counties_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan_status text;
    line counties_fundline := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    SELECT status INTO plan_status FROM counties_plan WHERE id = line.plan_id;
    IF plan_status NOT IN ('draft', 'returned') OR (TG_OP = 'UPDATE' AND OLD.plan_id <> NEW.plan_id) THEN
        RAISE EXCEPTION '已报送的资金安排不能修改，须办理方案变更（规则 A-103、A-325）'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN line;
END $$;

CREATE TRIGGER a_103_plan_frozen BEFORE UPDATE OR DELETE ON counties_plan
    FOR EACH ROW EXECUTE FUNCTION counties_plan_frozen();
CREATE TRIGGER a_325_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_fundline
    FOR EACH ROW EXECUTE FUNCTION counties_line_frozen();
"""
UNDO = """
DROP TRIGGER a_325_line_frozen ON counties_fundline;
DROP TRIGGER a_103_plan_frozen ON counties_plan;
DROP FUNCTION counties_line_frozen();
DROP FUNCTION counties_plan_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("counties", "0001_batch_county_plan")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
