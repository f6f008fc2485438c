from django.db import migrations

# the packages that were publicised are the ones that are tendered, they add up to the budget, and a
# project belongs to the procurement of its package.
GUARDS = """
CREATE FUNCTION projects_package_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    package projects_package := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    stands text;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.procurement_id, OLD.no, OLD.name, OLD.content_text, OLD.fund_line_id, OLD.budget)
        IS NOT DISTINCT FROM (NEW.procurement_id, NEW.no, NEW.name, NEW.content_text, NEW.fund_line_id, NEW.budget)
    THEN
        RETURN NEW;
    END IF;
    SELECT status INTO stands FROM projects_procurement WHERE id = package.procurement_id;
    IF stands <> 'draft' THEN
        RAISE EXCEPTION '已公示的标段不能修改，须退回更正后重新公示（规则 A-121）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN package;
END $$;

CREATE FUNCTION projects_packages_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.budget IS DISTINCT FROM (SELECT sum(budget) FROM projects_package WHERE procurement_id = NEW.id) THEN
        RAISE EXCEPTION '各标段预算之和须等于采购预算（规则 A-122）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION projects_project_of_its_package() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.procurement_id IS DISTINCT FROM (SELECT procurement_id FROM projects_package WHERE id = NEW.package_id) THEN
        RAISE EXCEPTION '项目的采购须是其标段所属的采购（规则 A-122）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_121_package_frozen BEFORE INSERT OR UPDATE OR DELETE ON projects_package
    FOR EACH ROW EXECUTE FUNCTION projects_package_frozen();
CREATE TRIGGER a_122_packages_add_up BEFORE UPDATE OF status ON projects_procurement
    FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status <> 'draft') EXECUTE FUNCTION projects_packages_add_up();
CREATE TRIGGER a_122_project_of_its_package BEFORE INSERT OR UPDATE OF package_id, procurement_id ON projects_project
    FOR EACH ROW EXECUTE FUNCTION projects_project_of_its_package();
"""
UNDO = """
DROP TRIGGER a_122_project_of_its_package ON projects_project;
DROP TRIGGER a_122_packages_add_up ON projects_procurement;
DROP TRIGGER a_121_package_frozen ON projects_package;
DROP FUNCTION projects_project_of_its_package();
DROP FUNCTION projects_packages_add_up();
DROP FUNCTION projects_package_frozen();
"""


class Migration(migrations.Migration):

    dependencies = [("projects", "0022_awards_belong_to_packages")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
