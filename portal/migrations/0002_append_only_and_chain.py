from django.db import migrations

# Written as plain SQL, not through django-pgtrigger: its triggers obey a session setting that any client may change.
# The seal is made by a deferred trigger at commit: number and digest follow the order of commits, the lock on a
# county's chain is held only for that moment, and it cannot deadlock against the row locks of the deeds.
GUARDS = """
CREATE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '“%”只能追加，不能修改或删除', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION portal_event_digest(event portal_event, previous text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        previous,
        event.id::text,
        event.chain,
        event.content_type_id::text,
        event.object_id::text,
        event.words,
        to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        coalesce(event.by_id::text, ''),
        event.office_name,
        event.source,
        event.target,
        event.reason,
        event.excused::text,
        event.data::text,
        event.digest
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION portal_seal_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last portal_eventseal;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('event-chain:' || NEW.chain));
    SELECT * INTO last FROM portal_eventseal WHERE chain = NEW.chain ORDER BY number DESC LIMIT 1;
    INSERT INTO portal_eventseal (event_id, chain, number, previous, digest)
    VALUES (
        NEW.id,
        NEW.chain,
        coalesce(last.number, 0) + 1,
        coalesce(last.digest, repeat('0', 64)),
        portal_event_digest(NEW, coalesce(last.digest, repeat('0', 64)))
    );
    RETURN NULL;
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON portal_event
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON portal_event
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON portal_eventseal
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON portal_eventseal
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE CONSTRAINT TRIGGER event_sealed_at_commit AFTER INSERT ON portal_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_seal_event();
"""
UNDO = """
DROP TRIGGER event_sealed_at_commit ON portal_event;
DROP TRIGGER seal_no_truncate ON portal_eventseal;
DROP TRIGGER seal_append_only ON portal_eventseal;
DROP TRIGGER event_no_truncate ON portal_event;
DROP TRIGGER event_append_only ON portal_event;
DROP FUNCTION portal_seal_event();
DROP FUNCTION portal_event_digest(portal_event, text);
DROP FUNCTION portal_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_kernel")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
