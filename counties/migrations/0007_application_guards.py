from django.db import migrations

# What was sent is what is judged; a city sends no more than its quota; nothing moves after the deadline.
GUARDS = """
CREATE FUNCTION counties_application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round_status text;
    city_quota integer;
    used integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION '已报送的申报不能删除（规则 C-401）' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status NOT IN ('draft', 'returned') AND (
        OLD.round_id, OLD.region_id, OLD.supported_before, OLD.doc_no, OLD.document_id, OLD.finance_certificate_id,
        OLD.acceptance_certificate_id, OLD.projects_planned, OLD.projects_accepted
    ) IS DISTINCT FROM (
        NEW.round_id, NEW.region_id, NEW.supported_before, NEW.doc_no, NEW.document_id, NEW.finance_certificate_id,
        NEW.acceptance_certificate_id, NEW.projects_planned, NEW.projects_accepted
    ) THEN
        RAISE EXCEPTION '已报送的申报材料已锁定，不能修改（规则 C-401）' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NEW.status IN ('city_review', 'recommended') THEN
        SELECT status INTO round_status FROM counties_round WHERE id = NEW.round_id;
        IF round_status <> 'open' THEN
            RAISE EXCEPTION '申报轮次未开放或已锁定，逾期未申报的视为自动放弃（规则 C-401、B-505）'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.status <> OLD.status AND NEW.status = 'recommended' AND NEW.recommendation_id IS NOT NULL THEN
        SELECT quota INTO city_quota FROM counties_cityrecommendation WHERE id = NEW.recommendation_id;
        SELECT count(*) INTO used FROM counties_countyapplication a
            JOIN counties_cityrecommendation r ON r.id = a.recommendation_id
            JOIN counties_cityrecommendation mine ON mine.id = NEW.recommendation_id
            WHERE r.region_id = mine.region_id AND a.round_id = NEW.round_id AND a.id <> NEW.id;
        IF used >= city_quota THEN
            RAISE EXCEPTION '超出省辖市推荐名额（规则 C-301、C-302）' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION counties_application_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application_status text;
BEGIN
    SELECT status INTO application_status FROM counties_countyapplication
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
    IF application_status NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION '已报送的申报材料已锁定，不能修改（规则 C-401）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION counties_score_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application_status text;
BEGIN
    SELECT status INTO application_status FROM counties_countyapplication
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
    IF application_status NOT IN ('accepted', 'reviewed') THEN
        RAISE EXCEPTION '排序后评分不能修改（规则 B-503）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER c_401_application_guard BEFORE UPDATE OR DELETE ON counties_countyapplication
    FOR EACH ROW EXECUTE FUNCTION counties_application_guard();
CREATE TRIGGER c_401_section_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_applicationsection
    FOR EACH ROW EXECUTE FUNCTION counties_application_part_frozen();
CREATE TRIGGER c_401_target_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_applicationtarget
    FOR EACH ROW EXECUTE FUNCTION counties_application_part_frozen();
CREATE TRIGGER c_401_year_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_supportyear
    FOR EACH ROW EXECUTE FUNCTION counties_application_part_frozen();
CREATE TRIGGER b_503_score_frozen BEFORE INSERT OR UPDATE OR DELETE ON counties_score
    FOR EACH ROW EXECUTE FUNCTION counties_score_frozen();
"""
UNDO = """
DROP TRIGGER b_503_score_frozen ON counties_score;
DROP TRIGGER c_401_year_frozen ON counties_supportyear;
DROP TRIGGER c_401_target_frozen ON counties_applicationtarget;
DROP TRIGGER c_401_section_frozen ON counties_applicationsection;
DROP TRIGGER c_401_application_guard ON counties_countyapplication;
DROP FUNCTION counties_score_frozen();
DROP FUNCTION counties_application_part_frozen();
DROP FUNCTION counties_application_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("counties", "0006_application_round")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
