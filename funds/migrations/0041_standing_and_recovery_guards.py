from django.db import migrations

# The walls behind funds/rules/standing.py and funds/rules/recovery.py: whatever writes meets the same limits.
GUARDS = """
CREATE FUNCTION funds_county_keeps_its_standing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF NEW.status IN ('booked', 'rejected') OR (TG_OP = 'UPDATE' AND OLD.status = NEW.status) THEN
        RETURN NEW;
    END IF;
    SELECT status INTO standing FROM counties_county WHERE id = NEW.county_id;
    IF standing IN ('hearing', 'revoked') THEN
        RAISE EXCEPTION '示范资格拟取消或者已取消，停止拨付（规则 A-327f）' USING ERRCODE = 'check_violation';
    END IF;
    IF standing = 'rectifying' AND NEW.status = 'paid'
        AND NOT EXISTS (SELECT 1 FROM funds_consent WHERE payment_id = NEW.id) THEN
        RAISE EXCEPTION '限期整改期间的拨付须经上级同意（规则 A-345c）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_327_county_keeps_its_standing BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_county_keeps_its_standing();

CREATE FUNCTION funds_recovery_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status = 'closed'
        OR (OLD.no, OLD.county_id, OLD.agreement_id, OLD.payment_id, OLD.ground, OLD.amount, OLD.treasury_then,
            OLD.doc_no, OLD.decided_on, OLD.due_on, OLD.opened_by_id)
        IS DISTINCT FROM (NEW.no, NEW.county_id, NEW.agreement_id, NEW.payment_id, NEW.ground, NEW.amount,
            NEW.treasury_then, NEW.doc_no, NEW.decided_on, NEW.due_on, NEW.opened_by_id) THEN
        RAISE EXCEPTION '追回决定不能修改或删除（规则 A-328）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_328_recovery_kept BEFORE UPDATE OR DELETE ON funds_recovery
    FOR EACH ROW EXECUTE FUNCTION funds_recovery_kept();

CREATE FUNCTION funds_recovery_receipt_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    recovery funds_recovery;
    back numeric;
BEGIN
    SELECT * INTO recovery FROM funds_recovery WHERE id = NEW.recovery_id FOR NO KEY UPDATE;
    IF recovery.status <> 'open' THEN
        RAISE EXCEPTION '追回已经完毕（规则 P-086）' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'handed' THEN
        IF NEW.amount > (SELECT coalesce(sum(amount), 0) FROM funds_leg
            WHERE county_id = recovery.county_id AND account = 'treasury' AND source = 'central') THEN
            RAISE EXCEPTION '上缴超过财政专账存款（规则 A-347t）' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(receipt.amount), 0) INTO back FROM funds_recoveryreceipt receipt
        WHERE receipt.recovery_id = NEW.recovery_id AND receipt.kind = 'back' AND NOT EXISTS (
            SELECT 1 FROM funds_posting red JOIN django_content_type kind ON kind.id = red.content_type_id
            WHERE kind.app_label = 'funds' AND kind.model = 'recoveryreceipt'
            AND red.object_id = receipt.id AND red.reverses_id IS NOT NULL);
    IF back + NEW.amount > recovery.amount THEN
        RAISE EXCEPTION '退回超过应追回金额（规则 A-328b）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_328_recovery_receipt_fits BEFORE INSERT ON funds_recoveryreceipt
    FOR EACH ROW EXECUTE FUNCTION funds_recovery_receipt_fits();

CREATE TRIGGER recovery_receipt_append_only BEFORE UPDATE OR DELETE ON funds_recoveryreceipt
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER recovery_receipt_no_truncate BEFORE TRUNCATE ON funds_recoveryreceipt
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON funds_consent
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER consent_no_truncate BEFORE TRUNCATE ON funds_consent
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER consent_no_truncate ON funds_consent;
DROP TRIGGER consent_append_only ON funds_consent;
DROP TRIGGER recovery_receipt_no_truncate ON funds_recoveryreceipt;
DROP TRIGGER recovery_receipt_append_only ON funds_recoveryreceipt;
DROP TRIGGER a_328_recovery_receipt_fits ON funds_recoveryreceipt;
DROP FUNCTION funds_recovery_receipt_fits();
DROP TRIGGER a_328_recovery_kept ON funds_recovery;
DROP FUNCTION funds_recovery_kept();
DROP TRIGGER a_327_county_keeps_its_standing ON funds_payment;
DROP FUNCTION funds_county_keeps_its_standing();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0040_recoveries_and_consents"),
        ("counties", "0012_revoked_county_stays_revoked"),
        ("portal", "0002_append_only_and_chain"),
    ]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
