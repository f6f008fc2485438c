from django.db import migrations

# A limit is set once: whom it limits, where, at which step and how much never changes; it only moves on.
GUARDS = """
CREATE FUNCTION funds_limit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status IN ('ended', 'declined')
        OR (OLD.region_id, OLD.person_id, OLD.verb, OLD.amount, OLD.why, OLD.proposed_by_id)
        IS DISTINCT FROM (NEW.region_id, NEW.person_id, NEW.verb, NEW.amount, NEW.why, NEW.proposed_by_id)
        OR (OLD.agreed_by_id IS NOT NULL
            AND (OLD.agreed_by_id, OLD.since) IS DISTINCT FROM (NEW.agreed_by_id, NEW.since)) THEN
        RAISE EXCEPTION '审批限额不能修改或删除，只能由新的限额代替' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_kept BEFORE UPDATE OR DELETE ON funds_approvallimit
    FOR EACH ROW EXECUTE FUNCTION funds_limit_kept();

-- The wall behind rule P-071: whatever writes the step, its person keeps to the limit in force.
CREATE FUNCTION funds_within_the_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step text;
    person bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = NEW.status THEN
        RETURN NEW;
    END IF;
    step := CASE NEW.status WHEN 'finance' THEN 'payment.finance' WHEN 'approved' THEN 'payment.approve'
        WHEN 'paid' THEN 'payment.pay' END;
    person := CASE NEW.status WHEN 'finance' THEN NEW.finance_by_id WHEN 'approved' THEN NEW.approved_by_id
        WHEN 'paid' THEN NEW.paid_by_id END;
    IF step IS NOT NULL AND EXISTS (
        SELECT 1 FROM funds_approvallimit lim JOIN counties_county county ON county.region_id = lim.region_id
        WHERE county.id = NEW.county_id AND lim.person_id = person AND lim.verb = step
        AND lim.status = 'in_force' AND NEW.amount > lim.amount
    ) THEN
        RAISE EXCEPTION '金额超过经办人生效的单笔限额（规则 P-071）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER p_071_within_the_limit BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_within_the_limit();

CREATE TRIGGER breach_append_only BEFORE UPDATE OR DELETE ON funds_outsidebreach
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER breach_no_truncate BEFORE TRUNCATE ON funds_outsidebreach
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER breach_file_append_only BEFORE UPDATE OR DELETE ON funds_breachfile
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER breach_file_no_truncate BEFORE TRUNCATE ON funds_breachfile
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER breach_file_no_truncate ON funds_breachfile;
DROP TRIGGER breach_file_append_only ON funds_breachfile;
DROP TRIGGER breach_no_truncate ON funds_outsidebreach;
DROP TRIGGER breach_append_only ON funds_outsidebreach;
DROP TRIGGER p_071_within_the_limit ON funds_payment;
DROP FUNCTION funds_within_the_limit();
DROP TRIGGER limit_kept ON funds_approvallimit;
DROP FUNCTION funds_limit_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0030_persons_differ_limits_and_outside_breaches")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
