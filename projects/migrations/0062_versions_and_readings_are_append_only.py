from django.db import migrations

TABLES = ("projects_informationversion", "projects_informationaccess")
GUARD = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER {table}_no_truncate ON {table};
DROP TRIGGER {table}_append_only ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0061_monthly_information_in_full"),
        ("portal", "0002_append_only_and_chain"),
    ]
    operations = [migrations.RunSQL(GUARD.format(table=table), UNDO.format(table=table)) for table in TABLES]
