from django.db import migrations

GUARDS = """
CREATE TRIGGER unmasking_append_only BEFORE UPDATE OR DELETE ON portal_unmasking
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER unmasking_no_truncate BEFORE TRUNCATE ON portal_unmasking
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER unmasking_no_truncate ON portal_unmasking;
DROP TRIGGER unmasking_append_only ON portal_unmasking;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0020_looks_at_personal_fields")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
