from django.db import migrations

# The portal's own role may write payments, postings and legs. So that none of them says something else than the other:
# at commit a payment made has its posting over the same sum and stage, and a posting of a payment has a payment made.
GUARDS = """
CREATE FUNCTION funds_payment_posting_fits(payment funds_payment) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM funds_posting posting
            JOIN django_content_type kind ON kind.id = posting.content_type_id
            JOIN funds_leg leg ON leg.posting_id = posting.id
        WHERE kind.app_label = 'funds' AND kind.model = 'payment' AND posting.object_id = payment.id
            AND posting.reverses_id IS NULL AND posting.county_id = payment.county_id
            AND leg.source = 'central'
        HAVING sum(leg.amount) FILTER (WHERE leg.account = 'spent' AND leg.stage_id = payment.stage_id) = payment.amount
            AND sum(leg.amount) FILTER (WHERE leg.account = 'treasury') = -payment.amount
    )
$$;

CREATE FUNCTION funds_paid_is_booked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    payment funds_payment;
BEGIN
    SELECT * INTO payment FROM funds_payment WHERE id = NEW.id;
    IF payment.status IN ('paid', 'booked') AND NOT funds_payment_posting_fits(payment) THEN
        RAISE EXCEPTION '已拨付的资金须同时记账，金额和阶段一致' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER paid_is_booked AFTER INSERT OR UPDATE OF status ON funds_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IN ('paid', 'booked'))
    EXECUTE FUNCTION funds_paid_is_booked();

CREATE FUNCTION funds_booked_is_paid() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    payment funds_payment;
BEGIN
    IF NEW.content_type_id <> coalesce(
        (SELECT id FROM django_content_type WHERE app_label = 'funds' AND model = 'payment'), 0) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO payment FROM funds_payment WHERE id = NEW.object_id;
    IF NEW.reverses_id IS NOT NULL THEN
        IF payment.id IS NULL OR payment.status <> 'returned' THEN
            RAISE EXCEPTION '拨付的分录只因退票冲销，差错须另行追回' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END IF;
    IF payment.id IS NULL OR payment.status NOT IN ('paid', 'booked', 'returned')
        OR NOT funds_payment_posting_fits(payment) THEN
        RAISE EXCEPTION '拨付的分录须对应一笔已拨付的资金，金额和阶段一致' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booked_is_paid AFTER INSERT ON funds_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funds_booked_is_paid();

"""
UNDO = """
DROP TRIGGER booked_is_paid ON funds_posting;
DROP FUNCTION funds_booked_is_paid();
DROP TRIGGER paid_is_booked ON funds_payment;
DROP FUNCTION funds_paid_is_booked();
DROP FUNCTION funds_payment_posting_fits(funds_payment);
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0041_standing_and_recovery_guards")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
