from django.db import migrations

# Payments of before get the days of their request and approval from their events.
FILL = """
UPDATE funds_payment payment SET
    requested_on = coalesce((asked.at AT TIME ZONE 'Asia/Shanghai')::date, payment.requested_on),
    approved_on = (agreed.at AT TIME ZONE 'Asia/Shanghai')::date
    FROM funds_payment same
    LEFT JOIN LATERAL (
        SELECT min(at) AS at FROM portal_event WHERE object_id = same.id AND target = 'requested' AND content_type_id =
            (SELECT id FROM django_content_type WHERE app_label = 'funds' AND model = 'payment')
    ) asked ON true
    LEFT JOIN LATERAL (
        SELECT min(at) AS at FROM portal_event WHERE object_id = same.id AND target = 'approved' AND content_type_id =
            (SELECT id FROM django_content_type WHERE app_label = 'funds' AND model = 'payment')
    ) agreed ON true
    WHERE same.id = payment.id;
"""
# What was handed in stays: only the scan is added, once. `is_live` says what the status of the payment says, so that
# the invoice of a refused or returned payment may be used again, and no other.
GUARDS = """
CREATE FUNCTION funds_voucher_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment funds_payment;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '拨付的凭证和用途不能删除' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO payment FROM funds_payment WHERE id = NEW.payment_id;
    IF NEW.is_live <> (payment.status NOT IN ('rejected', 'returned')) THEN
        RAISE EXCEPTION '凭证和用途随拨付的状态有效或者失效' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND payment.status <> 'requested' THEN
        RAISE EXCEPTION '凭证和用途在申请时登记，以后不能增加' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        OLD.is_live := NEW.is_live;
        IF TG_TABLE_NAME = 'funds_paymentvoucher' THEN
            OLD.file_id := coalesce(OLD.file_id, NEW.file_id);
        END IF;
        IF OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION '拨付的凭证和用途不能修改' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voucher_kept BEFORE INSERT OR UPDATE OR DELETE ON funds_paymentvoucher
    FOR EACH ROW EXECUTE FUNCTION funds_voucher_kept();
CREATE TRIGGER object_kept BEFORE INSERT OR UPDATE OR DELETE ON funds_paymentobject
    FOR EACH ROW EXECUTE FUNCTION funds_voucher_kept();

CREATE FUNCTION funds_vouchers_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE funds_paymentvoucher SET is_live = NEW.status NOT IN ('rejected', 'returned') WHERE payment_id = NEW.id;
    UPDATE funds_paymentobject SET is_live = NEW.status NOT IN ('rejected', 'returned') WHERE payment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER vouchers_follow AFTER UPDATE OF status ON funds_payment FOR EACH ROW
    WHEN ((OLD.status IN ('rejected', 'returned')) <> (NEW.status IN ('rejected', 'returned')))
    EXECUTE FUNCTION funds_vouchers_follow();
"""
UNDO = """
DROP TRIGGER vouchers_follow ON funds_payment;
DROP FUNCTION funds_vouchers_follow();
DROP TRIGGER object_kept ON funds_paymentobject;
DROP TRIGGER voucher_kept ON funds_paymentvoucher;
DROP FUNCTION funds_voucher_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0020_payment_states_what_it_pays_for"),
        ("portal", "0002_append_only_and_chain"),
    ]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, UNDO),
    ]
