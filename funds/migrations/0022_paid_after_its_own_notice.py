from django.db import migrations

# The wall behind funds.rules.payment.payment_publicised: a batch with working days for the notice of a payment pays
# nothing before that notice is over and answered.
GUARDS = """
CREATE FUNCTION funds_payment_publicised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'paid' AND (TG_OP = 'INSERT' OR OLD.status <> 'paid')
        AND (SELECT batch.payment_notice_workdays FROM counties_batch batch
            JOIN counties_county county ON county.batch_id = batch.id WHERE county.id = NEW.county_id) > 0
        AND NOT EXISTS (
            SELECT 1 FROM notices_notice notice WHERE notice.id = NEW.notice_id
            AND notice.kind = 'payment' AND notice.object_id = NEW.id
            AND (notice.status = 'clear' OR (notice.status = 'running' AND notice.ends_on < NEW.paid_on))
            AND NOT EXISTS (
                SELECT 1 FROM notices_objection WHERE notice_id = notice.id AND answered_at IS NULL)
        ) THEN
        RAISE EXCEPTION '拨付公示期满且无异议后方可支付（规则 A-302p）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- Named behind a_315_payment_gates: the gates of the acceptance speak first.
CREATE TRIGGER b_302_payment_publicised BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_payment_publicised();
"""
UNDO = """
DROP TRIGGER b_302_payment_publicised ON funds_payment;
DROP FUNCTION funds_payment_publicised();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0021_vouchers_are_kept_and_follow_their_payment"),
        ("notices", "0004_notice_of_a_payment"),
        ("counties", "0010_money_numbers_of_a_batch"),
    ]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
