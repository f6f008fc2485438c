from django.db import migrations

# The wall of 0002 lets no paid row become unpaid. One way is opened: what the bank sent back, before it was booked, and
# only together with the reversal of its posting, which a trigger asks for at commit. The text of the wall is changed
# where it stands, so that whatever else was added to it stays.
OPEN = """
DO $do$
DECLARE
    old_text text := $q$IF TG_OP = 'UPDATE' AND OLD.status IN ('paid', 'booked') THEN
            RAISE EXCEPTION '已拨付的资金不能改回未拨付$q$;
    new_text text := $q$IF TG_OP = 'UPDATE' AND OLD.status IN ('paid', 'booked')
            AND NOT (OLD.status = 'paid' AND NEW.status = 'returned') THEN
            RAISE EXCEPTION '已拨付的资金不能改回未拨付$q$;
    wall text := pg_get_functiondef('funds_payment_gates()'::regprocedure);
BEGIN
    IF position(old_text IN wall) = 0 THEN
        RAISE EXCEPTION 'funds_payment_gates has changed: the way for returned money cannot be opened';
    END IF;
    EXECUTE replace(wall, old_text, new_text);
END $do$;
"""
CLOSE = """
DO $do$
BEGIN
    EXECUTE replace(pg_get_functiondef('funds_payment_gates()'::regprocedure),
        $q$ AND NOT (OLD.status = 'paid' AND NEW.status = 'returned') THEN$q$, $q$ THEN$q$);
END $do$;
"""
GUARDS = """
CREATE FUNCTION funds_payment_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'returned' THEN
            RAISE EXCEPTION '已退回的拨付不能删除' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'returned' AND OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION '已退回的拨付不能修改，请另行申请' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'returned' AND (TG_OP = 'INSERT' OR OLD.status NOT IN ('paid', 'returned')) THEN
        RAISE EXCEPTION '只有已拨付、尚未入账的资金可以登记退票' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'returned' AND (OLD.amount, OLD.stage_id, OLD.application_id, OLD.county_id, OLD.project_id,
        OLD.voucher_no, OLD.payee_account, OLD.paid_on, OLD.paid_by_id) IS DISTINCT FROM (NEW.amount, NEW.stage_id,
        NEW.application_id, NEW.county_id, NEW.project_id, NEW.voucher_no, NEW.payee_account, NEW.paid_on,
        NEW.paid_by_id) THEN
        RAISE EXCEPTION '退票不改变原拨付记录' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'returned' AND NEW.returned_by_id = NEW.paid_by_id THEN
        RAISE EXCEPTION '退票由支付人以外的财政人员登记（规则 P-002）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_returned BEFORE INSERT OR UPDATE OR DELETE ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_payment_returned();

CREATE FUNCTION funds_returned_is_reversed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM funds_posting posting JOIN funds_posting red ON red.reverses_id = posting.id
        WHERE posting.object_id = NEW.id AND posting.content_type_id =
            (SELECT id FROM django_content_type WHERE app_label = 'funds' AND model = 'payment')
    ) THEN
        RAISE EXCEPTION '退票须同时冲销原分录' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER returned_is_reversed AFTER UPDATE ON funds_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'returned')
    EXECUTE FUNCTION funds_returned_is_reversed();
"""
UNDO = """
DROP TRIGGER returned_is_reversed ON funds_payment;
DROP FUNCTION funds_returned_is_reversed();
DROP TRIGGER payment_returned ON funds_payment;
DROP FUNCTION funds_payment_returned();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0022_paid_after_its_own_notice")]
    operations = [migrations.RunSQL(OPEN, CLOSE), migrations.RunSQL(GUARDS, UNDO)]
