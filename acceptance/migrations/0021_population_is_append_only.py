from django.db import migrations

# The population that was sealed cannot change, nor can an item lose its row.
GUARDS = """
CREATE TRIGGER spotcheckrow_append_only BEFORE UPDATE OR DELETE ON acceptance_spotcheckrow
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER spotcheckrow_no_truncate BEFORE TRUNCATE ON acceptance_spotcheckrow
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER spotcheckrow_no_truncate ON acceptance_spotcheckrow;
DROP TRIGGER spotcheckrow_append_only ON acceptance_spotcheckrow;
"""


class Migration(migrations.Migration):
    dependencies = [("acceptance", "0020_spot_checks"), ("portal", "0002_append_only_and_chain")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
