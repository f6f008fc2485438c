from django.db import migrations

# A stage's sum is a ceiling of its payment. So the stages of a signed agreement are those of its words in force: none
# changes, comes or goes but as the signed supplement of the present version says.
GUARD = """
CREATE FUNCTION projects_signed_stage_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    agreement projects_agreement;
    words jsonb;
BEGIN
    SELECT * INTO agreement FROM projects_agreement
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.agreement_id ELSE NEW.agreement_id END;
    IF agreement.id IS NULL OR agreement.status NOT IN ('signed', 'terminated') THEN
        IF TG_OP = 'UPDATE' AND EXISTS (
            SELECT 1 FROM projects_agreement WHERE id = OLD.agreement_id AND status IN ('signed', 'terminated')
        ) THEN
            RAISE EXCEPTION '已签协议的阶段不能移出（规则 A-312）' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    SELECT after -> 'stages' INTO words FROM projects_supplementagreement
        WHERE agreement_id = agreement.id AND version = agreement.version AND status = 'signed';
    IF TG_OP = 'DELETE' THEN
        IF words IS NULL OR EXISTS (
            SELECT 1 FROM jsonb_array_elements(words) AS row WHERE (row ->> 'no')::int = OLD.no
        ) THEN
            RAISE EXCEPTION '已签协议的阶段不能删除，须签订补充协议（规则 A-312）' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.agreement_id, OLD.no, OLD.amount, OLD.is_final)
        IS NOT DISTINCT FROM (NEW.agreement_id, NEW.no, NEW.amount, NEW.is_final) THEN
        RETURN NEW;
    END IF;
    IF words IS NULL OR NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(words) AS row
        WHERE (row ->> 'no')::int = NEW.no AND (row ->> 'amount')::numeric = NEW.amount
            AND NEW.is_final = (NEW.no = jsonb_array_length(words))
    ) THEN
        RAISE EXCEPTION '已签协议的阶段不能修改，须签订补充协议（规则 A-312）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_312_signed_stage_is_kept
    BEFORE INSERT OR DELETE OR UPDATE OF agreement_id, no, amount, is_final ON projects_stage
    FOR EACH ROW EXECUTE FUNCTION projects_signed_stage_is_kept();
"""
UNDO = """
DROP TRIGGER a_312_signed_stage_is_kept ON projects_stage;
DROP FUNCTION projects_signed_stage_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0063_station_records_and_interface_tokens")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
