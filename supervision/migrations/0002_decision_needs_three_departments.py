from django.db import migrations

# The wall behind Sanction.decide: three agreements, the county heard, and what was decided stands.
GUARDS = """
CREATE FUNCTION supervision_sanction_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '取消示范资格的记录不能删除（规则 A-327）' USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.no, OLD.county_id, OLD.ground, OLD.facts, OLD.reference, OLD.county_was, OLD.opened_by_id, OLD.opened_on)
        IS DISTINCT FROM
        (NEW.no, NEW.county_id, NEW.ground, NEW.facts, NEW.reference, NEW.county_was, NEW.opened_by_id, NEW.opened_on)
        OR (OLD.stated_on IS NOT NULL AND (OLD.statement, OLD.stated_on, OLD.stated_by_id)
            IS DISTINCT FROM (NEW.statement, NEW.stated_on, NEW.stated_by_id)) THEN
        RAISE EXCEPTION '立案内容和陈述申辩不能修改（规则 A-327）' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'hearing' AND (OLD.status, OLD.doc_no, OLD.decided_on, OLD.scan_id, OLD.recovery_id,
        OLD.dismissed_reason) IS DISTINCT FROM (NEW.status, NEW.doc_no, NEW.decided_on, NEW.scan_id, NEW.recovery_id,
        NEW.dismissed_reason) THEN
        RAISE EXCEPTION '已作出的决定不能修改（规则 A-327）' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'decided' AND OLD.status <> 'decided' AND (
        SELECT count(DISTINCT bureau) FROM supervision_sanctionopinion WHERE sanction_id = NEW.id AND agrees
    ) < 3 THEN
        RAISE EXCEPTION '取消示范资格须省商务、财政、扶贫三部门一致同意（规则 P-084）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_327_sanction_kept BEFORE UPDATE OR DELETE ON supervision_sanction
    FOR EACH ROW EXECUTE FUNCTION supervision_sanction_kept();
CREATE TRIGGER sanction_opinion_append_only BEFORE UPDATE OR DELETE ON supervision_sanctionopinion
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER sanction_opinion_no_truncate BEFORE TRUNCATE ON supervision_sanctionopinion
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER sanction_opinion_no_truncate ON supervision_sanctionopinion;
DROP TRIGGER sanction_opinion_append_only ON supervision_sanctionopinion;
DROP TRIGGER a_327_sanction_kept ON supervision_sanction;
DROP FUNCTION supervision_sanction_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_sanctions"), ("portal", "0002_append_only_and_chain")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
