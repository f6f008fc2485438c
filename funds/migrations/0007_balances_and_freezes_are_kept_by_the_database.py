from django.db import migrations

# Legs booked before they kept their day and agreement get them from their posting and stage. The table is append-only
# for everybody, so its triggers rest while its owner fills the new columns.
FILL = """
ALTER TABLE funds_leg DISABLE TRIGGER USER;
UPDATE funds_leg leg SET day = (posting.at AT TIME ZONE 'Asia/Shanghai')::date
    FROM funds_posting posting WHERE posting.id = leg.posting_id;
UPDATE funds_leg leg SET agreement_id = stage.agreement_id FROM projects_stage stage WHERE stage.id = leg.stage_id;
ALTER TABLE funds_leg ENABLE TRIGGER USER;
INSERT INTO funds_balance (county_id, account, source, fund_line_id, month, debit, credit, legs)
    SELECT county_id, account, source, fund_line_id, date_trunc('month', day)::date,
        coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0), count(*)
    FROM funds_leg GROUP BY 1, 2, 3, 4, 5;
"""
# The balances follow the legs inside the transaction that books them. The function runs with the rights of the owner,
# because the portal's own role may read balances and never write them (manage.py grants). Rows are taken in one order:
# two bookings at the same moment wait for each other and cannot deadlock.
GUARDS = """
CREATE FUNCTION funds_balances_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO funds_balance (county_id, account, source, fund_line_id, month, debit, credit, legs)
        SELECT county_id, account, source, fund_line_id, date_trunc('month', day)::date,
            coalesce(sum(amount) FILTER (WHERE amount > 0), 0),
            coalesce(-sum(amount) FILTER (WHERE amount < 0), 0), count(*)
        FROM booked GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (county_id, account, source, fund_line_id, month) DO UPDATE SET
            debit = funds_balance.debit + excluded.debit,
            credit = funds_balance.credit + excluded.credit,
            legs = funds_balance.legs + excluded.legs;
    RETURN NULL;
END $$;

CREATE TRIGGER balances_follow AFTER INSERT ON funds_leg REFERENCING NEW TABLE AS booked
    FOR EACH STATEMENT EXECUTE FUNCTION funds_balances_follow();

-- A leg belongs to the county of its posting: else a posting could balance over two counties and none of their books.
CREATE FUNCTION funds_leg_in_its_county() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.county_id <> (SELECT county_id FROM funds_posting WHERE id = NEW.posting_id) THEN
        RAISE EXCEPTION '分录行须属于分录所在的示范县' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leg_in_its_county BEFORE INSERT ON funds_leg
    FOR EACH ROW EXECUTE FUNCTION funds_leg_in_its_county();

-- A reversal takes back exactly the legs of what it reverses.
CREATE FUNCTION funds_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM funds_leg WHERE posting_id IN (NEW.id, NEW.reverses_id)
        GROUP BY account, source, fund_line_id, agreement_id, stage_id, county_id HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION '冲销分录须与原分录逐行相抵' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER reversal_mirrors AFTER INSERT ON funds_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funds_reversal_mirrors();

-- What left the special account in whatever way (a payment outside the rules, money returned) is not there to be paid.
CREATE FUNCTION funds_treasury_covers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'paid' AND (TG_OP = 'INSERT' OR OLD.status <> 'paid') AND NEW.amount > (
        SELECT coalesce(sum(amount), 0) FROM funds_leg
        WHERE county_id = NEW.county_id AND account = 'treasury' AND source = 'central'
    ) THEN
        RAISE EXCEPTION '财政专账存款不足以拨付（规则 A-315）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_315_treasury_covers BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_treasury_covers();

CREATE FUNCTION funds_not_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'paid' AND EXISTS (
        SELECT 1 FROM funds_freeze WHERE county_id = NEW.county_id AND lifted_on IS NULL
        AND (payment_id = NEW.id OR (payment_id IS NULL AND (project_id IS NULL OR project_id = NEW.project_id)))
    ) THEN
        RAISE EXCEPTION '资金已冻结，解冻前不能拨付（规则 P-042）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER p_042_not_frozen BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_not_frozen();

CREATE FUNCTION funds_freeze_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.lifted_on IS NOT NULL
        OR (OLD.county_id, OLD.project_id, OLD.payment_id, OLD.reason, OLD.placed_by_id, OLD.placed_on)
        IS DISTINCT FROM (NEW.county_id, NEW.project_id, NEW.payment_id, NEW.reason, NEW.placed_by_id, NEW.placed_on) THEN
        RAISE EXCEPTION '冻结记录不能修改或删除，只能解冻一次' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER freeze_kept BEFORE UPDATE OR DELETE ON funds_freeze
    FOR EACH ROW EXECUTE FUNCTION funds_freeze_kept();
"""
UNDO = """
DROP TRIGGER freeze_kept ON funds_freeze;
DROP FUNCTION funds_freeze_kept();
DROP TRIGGER p_042_not_frozen ON funds_payment;
DROP FUNCTION funds_not_frozen();
DROP TRIGGER a_315_treasury_covers ON funds_payment;
DROP FUNCTION funds_treasury_covers();
DROP TRIGGER reversal_mirrors ON funds_posting;
DROP FUNCTION funds_reversal_mirrors();
DROP TRIGGER leg_in_its_county ON funds_leg;
DROP FUNCTION funds_leg_in_its_county();
DROP TRIGGER balances_follow ON funds_leg;
DROP FUNCTION funds_balances_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0006_ledger_keeps_day_agreement_and_reversal")]
    operations = [
        migrations.RunSQL(FILL, "DELETE FROM funds_balance"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
