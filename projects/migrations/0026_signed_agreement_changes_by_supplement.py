from django.db import migrations

# The wall behind Agreement.edit and Agreement.amend: whatever writes a signed agreement (admin, shell, plain SQL) needs
# the signed supplement whose version it takes.
GUARD = """
CREATE FUNCTION projects_signed_agreement_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status NOT IN ('signed', 'terminated') THEN
        RETURN NEW;
    END IF;
    IF NEW.status NOT IN ('signed', 'terminated') THEN
        RAISE EXCEPTION '已签协议不能改回未签（规则 A-323）' USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.project_id, OLD.no, OLD.version, OLD.central_amount, OLD.matching_amount, OLD.self_amount,
        OLD.account_holder, OLD.account_bank, OLD.account_no, OLD.clause_information, OLD.clause_sharing,
        OLD.clause_signage, OLD.clause_accounting, OLD.clause_recovery, OLD.sharing_statement, OLD.signed_on)
        IS NOT DISTINCT FROM
        (NEW.project_id, NEW.no, NEW.version, NEW.central_amount, NEW.matching_amount, NEW.self_amount,
        NEW.account_holder, NEW.account_bank, NEW.account_no, NEW.clause_information, NEW.clause_sharing,
        NEW.clause_signage, NEW.clause_accounting, NEW.clause_recovery, NEW.sharing_statement, NEW.signed_on) THEN
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version + 1 OR NEW.project_id <> OLD.project_id OR NEW.no <> OLD.no
        OR NEW.signed_on <> OLD.signed_on OR NOT EXISTS (
        SELECT 1 FROM projects_supplementagreement supplement
        WHERE supplement.agreement_id = NEW.id AND supplement.version = NEW.version AND supplement.status = 'signed'
    ) THEN
        RAISE EXCEPTION '已签订的协议不能修改，须签订补充协议（规则 A-323）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_323_signed_agreement_is_kept BEFORE UPDATE ON projects_agreement
    FOR EACH ROW EXECUTE FUNCTION projects_signed_agreement_is_kept();

CREATE FUNCTION projects_signed_supplement_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION '已签订的补充协议不能修改或删除（规则 A-323）' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_323_signed_supplement_is_kept BEFORE UPDATE OR DELETE ON projects_supplementagreement
    FOR EACH ROW EXECUTE FUNCTION projects_signed_supplement_is_kept();
"""

DROP = """
DROP TRIGGER a_323_signed_supplement_is_kept ON projects_supplementagreement;
DROP FUNCTION projects_signed_supplement_is_kept();
DROP TRIGGER a_323_signed_agreement_is_kept ON projects_agreement;
DROP FUNCTION projects_signed_agreement_is_kept();
"""


class Migration(migrations.Migration):

    dependencies = [("projects", "0025_signing_steps_supplements_and_plan_opinions")]

    operations = [migrations.RunSQL(GUARD, DROP)]
