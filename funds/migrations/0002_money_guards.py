from django.db import migrations

# The wall behind Payment.pay: whatever writes a payment as paid (admin, shell, import, plain SQL) meets the same gates.
# BEFORE, and the county locked FOR NO KEY UPDATE: an AFTER trigger with FOR UPDATE deadlocks on foreign keys.
GUARDS = """
CREATE FUNCTION funds_line_family(line_id bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT id, origin_id FROM counties_fundline WHERE id = line_id
        UNION ALL
        SELECT line.id, line.origin_id FROM counties_fundline line JOIN up ON line.id = up.origin_id
    ), family AS (
        SELECT id FROM up
        UNION
        SELECT line.id FROM counties_fundline line JOIN family ON line.origin_id = family.id
    )
    SELECT id FROM family
$$;

CREATE FUNCTION funds_payment_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application acceptance_application;
    notice notices_notice;
    stage projects_stage;
    agreement_amount numeric;
    line_amount numeric;
    family bigint[];
BEGIN
    IF NEW.status NOT IN ('paid', 'booked') THEN
        IF TG_OP = 'UPDATE' AND OLD.status IN ('paid', 'booked') THEN
            RAISE EXCEPTION '已拨付的资金不能改回未拨付，差错须另行追回' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status IN ('paid', 'booked') THEN
        IF (OLD.amount, OLD.stage_id, OLD.application_id, OLD.county_id, OLD.project_id, OLD.voucher_no,
            OLD.payee_account, OLD.paid_on)
            IS DISTINCT FROM (NEW.amount, NEW.stage_id, NEW.application_id, NEW.county_id, NEW.project_id,
            NEW.voucher_no, NEW.payee_account, NEW.paid_on) THEN
            RAISE EXCEPTION '已拨付的记录不能修改，差错须另行追回' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;

    PERFORM 1 FROM counties_county WHERE id = NEW.county_id FOR NO KEY UPDATE;

    SELECT * INTO application FROM acceptance_application WHERE id = NEW.application_id;
    IF application.status <> 'passed' OR application.stage_id <> NEW.stage_id THEN
        RAISE EXCEPTION '验收合格后方可拨付（规则 A-313）' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO notice FROM notices_notice WHERE id = application.notice_id FOR SHARE;
    IF notice.id IS NULL
        OR NOT (notice.status = 'clear' OR (notice.status = 'running' AND notice.ends_on < NEW.paid_on))
        OR EXISTS (SELECT 1 FROM notices_objection WHERE notice_id = notice.id AND answered_at IS NULL) THEN
        RAISE EXCEPTION '验收结果公示期满且无异议后方可拨付（规则 A-314）' USING ERRCODE = 'check_violation';
    END IF;

    SELECT * INTO stage FROM projects_stage WHERE id = NEW.stage_id;
    IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM funds_payment
        WHERE stage_id = NEW.stage_id AND status IN ('paid', 'booked') AND id IS DISTINCT FROM NEW.id) > stage.amount THEN
        RAISE EXCEPTION '拨付超过本阶段金额（规则 A-315）' USING ERRCODE = 'check_violation';
    END IF;
    SELECT central_amount INTO agreement_amount FROM projects_agreement WHERE id = stage.agreement_id;
    IF NEW.amount + (SELECT coalesce(sum(payment.amount), 0) FROM funds_payment payment
        JOIN projects_stage sibling ON sibling.id = payment.stage_id
        WHERE sibling.agreement_id = stage.agreement_id AND payment.status IN ('paid', 'booked')
        AND payment.id IS DISTINCT FROM NEW.id) > agreement_amount THEN
        RAISE EXCEPTION '拨付超过协议中央资金（规则 A-315）' USING ERRCODE = 'check_violation';
    END IF;
    SELECT array_agg(id) INTO family
        FROM funds_line_family((SELECT fund_line_id FROM projects_project WHERE id = NEW.project_id)) AS id;
    SELECT line.central_amount INTO line_amount FROM counties_fundline line
        JOIN counties_plan plan ON plan.id = line.plan_id
        WHERE line.id = ANY (family) AND plan.status = 'recorded';
    IF line_amount IS NULL OR NEW.amount + (SELECT coalesce(sum(payment.amount), 0) FROM funds_payment payment
        JOIN projects_project project ON project.id = payment.project_id
        WHERE project.fund_line_id = ANY (family) AND payment.status IN ('paid', 'booked')
        AND payment.id IS DISTINCT FROM NEW.id) > line_amount THEN
        RAISE EXCEPTION '拨付超过资金安排（规则 A-315）' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM funds_payment
        WHERE county_id = NEW.county_id AND status IN ('paid', 'booked') AND id IS DISTINCT FROM NEW.id)
        > (SELECT coalesce(-sum(amount), 0) FROM funds_leg
        WHERE county_id = NEW.county_id AND account = 'source' AND source = 'central') THEN
        RAISE EXCEPTION '拨付超过已到账资金（规则 A-315）' USING ERRCODE = 'check_violation';
    END IF;
    IF stage.is_final
        AND (SELECT status FROM projects_project WHERE id = NEW.project_id) <> 'completed' THEN
        RAISE EXCEPTION '最后一个阶段须整体验收合格后拨付（规则 A-316）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION funds_payment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('paid', 'booked') THEN
        RAISE EXCEPTION '已拨付的记录不能删除' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION funds_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    off numeric;
BEGIN
    SELECT coalesce(sum(amount), 0) INTO off FROM funds_leg WHERE posting_id = NEW.posting_id;
    IF off <> 0 THEN
        RAISE EXCEPTION '分录借贷不平，相差 % 元', off USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION funds_posting_has_legs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM funds_leg WHERE posting_id = NEW.id) < 2 THEN
        RAISE EXCEPTION '分录至少须有一借一贷' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER a_315_payment_gates BEFORE INSERT OR UPDATE ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_payment_gates();
CREATE TRIGGER payment_kept BEFORE DELETE ON funds_payment
    FOR EACH ROW EXECUTE FUNCTION funds_payment_kept();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON funds_leg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funds_posting_balances();
CREATE CONSTRAINT TRIGGER posting_has_legs AFTER INSERT ON funds_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funds_posting_has_legs();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON funds_posting
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER leg_append_only BEFORE UPDATE OR DELETE ON funds_leg
    FOR EACH ROW EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON funds_posting
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER leg_no_truncate BEFORE TRUNCATE ON funds_leg
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
"""
UNDO = """
DROP TRIGGER leg_no_truncate ON funds_leg;
DROP TRIGGER posting_no_truncate ON funds_posting;
DROP TRIGGER leg_append_only ON funds_leg;
DROP TRIGGER posting_append_only ON funds_posting;
DROP TRIGGER posting_has_legs ON funds_posting;
DROP TRIGGER posting_balances ON funds_leg;
DROP TRIGGER payment_kept ON funds_payment;
DROP TRIGGER a_315_payment_gates ON funds_payment;
DROP FUNCTION funds_posting_has_legs();
DROP FUNCTION funds_posting_balances();
DROP FUNCTION funds_payment_kept();
DROP FUNCTION funds_payment_gates();
DROP FUNCTION funds_line_family(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_receipt_ledger_payment"), ("portal", "0002_append_only_and_chain")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
