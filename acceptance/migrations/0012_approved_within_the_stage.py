from django.db import migrations

# The wall behind Application.conclude: whatever writes an approved amount meets the amount of the stage.
GUARDS = """
CREATE FUNCTION acceptance_within_the_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved_amount > (SELECT amount FROM projects_stage WHERE id = NEW.stage_id) THEN
        RAISE EXCEPTION '核定金额不能超过该阶段约定的金额（规则 P-030）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER p_030_within_the_stage BEFORE INSERT OR UPDATE OF approved_amount, stage_id ON acceptance_application
    FOR EACH ROW EXECUTE FUNCTION acceptance_within_the_stage();
"""
UNDO = """
DROP TRIGGER p_030_within_the_stage ON acceptance_application;
DROP FUNCTION acceptance_within_the_stage();
"""


class Migration(migrations.Migration):
    dependencies = [("acceptance", "0011_checklist_panel_and_report")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
