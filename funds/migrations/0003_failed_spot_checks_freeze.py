from django.db import migrations

# The wall behind funds.rules.no_failed_spot_check: no door pays a stage whose acceptance failed a spot check.
GUARDS = """
CREATE FUNCTION funds_no_failed_spot_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'paid' AND EXISTS (
        SELECT 1 FROM acceptance_spotcheckitem WHERE application_id = NEW.application_id AND status = 'failed'
    ) THEN
        RAISE EXCEPTION '抽查不通过，本阶段资金冻结（规则 A-149f）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_149_no_failed_spot_check BEFORE INSERT OR UPDATE OF status ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_no_failed_spot_check();
"""
UNDO = """
DROP TRIGGER a_149_no_failed_spot_check ON funds_payment;
DROP FUNCTION funds_no_failed_spot_check();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0002_money_guards"), ("acceptance", "0020_spot_checks")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
