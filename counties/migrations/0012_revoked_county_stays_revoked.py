from django.db import migrations

# a county is revoked after its hearing and for good, whoever writes.
GUARDS = """
CREATE FUNCTION counties_revoked_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS DISTINCT FROM OLD.status THEN
        IF OLD.status = 'revoked' THEN
            RAISE EXCEPTION '已取消的示范资格不能恢复（规则 A-327）' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status = 'revoked' AND OLD.status <> 'hearing' THEN
            RAISE EXCEPTION '听取陈述之后才能取消示范资格（规则 A-327）' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_327_revoked_for_good BEFORE UPDATE OF status ON counties_county
    FOR EACH ROW EXECUTE FUNCTION counties_revoked_for_good();
"""
UNDO = """
DROP TRIGGER a_327_revoked_for_good ON counties_county;
DROP FUNCTION counties_revoked_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [("counties", "0011_county_rectifies_by_a_day")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
