from django.db import migrations

# chapters and targets are content of the plan: once it was sent they stand as they were sent.
GUARDS = """
CREATE FUNCTION counties_plan_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan_status text;
    plan_of_row bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END;
BEGIN
    SELECT status INTO plan_status FROM counties_plan WHERE id = plan_of_row;
    IF plan_status NOT IN ('draft', 'returned') OR (TG_OP = 'UPDATE' AND OLD.plan_id <> NEW.plan_id) THEN
        RAISE EXCEPTION '已报送的章节和目标不能修改，须办理方案变更（规则 A-103）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER a_103_section_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_plansection
    FOR EACH ROW EXECUTE FUNCTION counties_plan_part_frozen();
CREATE TRIGGER a_103_target_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_plantarget
    FOR EACH ROW EXECUTE FUNCTION counties_plan_part_frozen();
"""
UNDO = """
DROP TRIGGER a_103_target_frozen ON counties_plantarget;
DROP TRIGGER a_103_section_frozen ON counties_plansection;
DROP FUNCTION counties_plan_part_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("counties", "0003_plan_chapters_targets_caps")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
