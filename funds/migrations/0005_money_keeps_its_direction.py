from django.db import migrations

# Payments requested before the purpose was stated were for their line; from now on the database compares, too.
FILL = """
UPDATE funds_payment payment SET purpose = line.direction
    FROM projects_project project JOIN counties_fundline line ON line.id = project.fund_line_id
    WHERE project.id = payment.project_id AND payment.purpose = '';
"""
GUARD = """
CREATE FUNCTION funds_payment_keeps_its_direction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('paid', 'booked') AND NOT EXISTS (
        SELECT 1 FROM counties_fundline line WHERE line.direction = NEW.purpose AND line.id IN (
            SELECT funds_line_family((SELECT fund_line_id FROM projects_project WHERE id = NEW.project_id)))
    ) THEN
        RAISE EXCEPTION '用途与资金安排的支持方向不一致（规则 A-321）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_321_money_keeps_its_direction BEFORE INSERT OR UPDATE OF purpose, status, project_id ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_payment_keeps_its_direction();
"""
DROP = """
DROP TRIGGER a_321_money_keeps_its_direction ON funds_payment;
DROP FUNCTION funds_payment_keeps_its_direction();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("funds", "0004_payment_states_its_purpose"),
        ("projects", "0026_signed_agreement_changes_by_supplement"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, DROP),
    ]
