from django.db import migrations

YEARS = "UPDATE funds_receipt SET year = extract(year FROM doc_date) WHERE year IS NULL"

# The wall behind the deeds: no money for a county that gets none, nothing above what was issued, nothing spent twice.
GUARDS = """
CREATE FUNCTION funds_no_further_money(county bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM counties_county WHERE id = county FOR NO KEY UPDATE;
    IF (SELECT status FROM counties_county WHERE id = county) IN ('rectifying', 'hearing', 'revoked') THEN
        RAISE EXCEPTION '该县财政后续资金不再予以支持，不能下达和登记到账（规则 A-345）' USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION funds_appropriation_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allotted numeric;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.appropriation_id, OLD.county_id, OLD.amount)
        IS DISTINCT FROM (NEW.appropriation_id, NEW.county_id, NEW.amount)) THEN
        RAISE EXCEPTION '下达明细不能修改或删除，有误的撤销整个文件' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    PERFORM funds_no_further_money(NEW.county_id);
    SELECT central_total INTO allotted FROM counties_county WHERE id = NEW.county_id;
    IF allotted > 0 AND (SELECT source FROM funds_appropriation WHERE id = NEW.appropriation_id) = 'central'
        AND NEW.amount + (SELECT coalesce(sum(row.amount), 0) FROM funds_appropriationrow row
            JOIN funds_appropriation document ON document.id = row.appropriation_id
            WHERE row.county_id = NEW.county_id AND document.source = 'central'
            AND document.withdrawn_on IS NULL) > allotted THEN
        RAISE EXCEPTION '下达超过核定的中央财政资金（规则 P-052）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_345_p_052_appropriation_gates BEFORE INSERT OR UPDATE OR DELETE ON funds_appropriationrow
    FOR EACH ROW EXECUTE FUNCTION funds_appropriation_gates();

CREATE FUNCTION funds_treasury(county bigint, of_source text) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(amount), 0) FROM funds_leg
    WHERE county_id = county AND account = 'treasury' AND source = of_source
$$;

CREATE FUNCTION funds_receipt_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    issued funds_appropriationrow;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '到账登记不能删除，差错以红字冲销更正' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.reversed_on IS NOT NULL OR (OLD.county_id, OLD.source, OLD.doc_no, OLD.doc_date, OLD.arrived_on, OLD.amount)
            IS DISTINCT FROM (NEW.county_id, NEW.source, NEW.doc_no, NEW.doc_date, NEW.arrived_on, NEW.amount) THEN
            RAISE EXCEPTION '到账登记不能修改，差错以红字冲销更正' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.reversed_on IS NOT NULL THEN
            PERFORM 1 FROM counties_county WHERE id = NEW.county_id FOR NO KEY UPDATE;
            IF NEW.amount > funds_treasury(NEW.county_id, NEW.source) THEN
                RAISE EXCEPTION '资金已经用出，不能冲销（规则 P-056）' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
    ELSE
        PERFORM funds_no_further_money(NEW.county_id);
    END IF;
    IF NEW.row_id IS NOT NULL THEN
        SELECT * INTO issued FROM funds_appropriationrow WHERE id = NEW.row_id FOR NO KEY UPDATE;
        IF issued.county_id <> NEW.county_id THEN
            RAISE EXCEPTION '到账登记的下达文件须属于本县（规则 P-053）' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM funds_receipt
            WHERE row_id = NEW.row_id AND reversed_on IS NULL AND id IS DISTINCT FROM NEW.id) > issued.amount THEN
            RAISE EXCEPTION '到账超过下达文件中该县的金额（规则 P-053）' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_345_p_053_receipt_gates BEFORE INSERT OR UPDATE OR DELETE ON funds_receipt
    FOR EACH ROW EXECUTE FUNCTION funds_receipt_gates();

CREATE FUNCTION funds_matching_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed projects_agreement;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '配套资金支付不能删除，差错以红字冲销更正' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.reversed_on IS NOT NULL OR (OLD.agreement_id, OLD.county_id, OLD.amount)
        IS DISTINCT FROM (NEW.agreement_id, NEW.county_id, NEW.amount)
        OR (OLD.paid_on IS NOT NULL AND (OLD.paid_on, OLD.voucher_no, OLD.payee_account)
        IS DISTINCT FROM (NEW.paid_on, NEW.voucher_no, NEW.payee_account))) THEN
        RAISE EXCEPTION '配套资金支付不能修改，差错以红字冲销更正' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reversed_on IS NOT NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM counties_county WHERE id = NEW.county_id FOR NO KEY UPDATE;
    SELECT * INTO agreed FROM projects_agreement WHERE id = NEW.agreement_id;
    IF (SELECT county_id FROM projects_project WHERE id = agreed.project_id) <> NEW.county_id THEN
        RAISE EXCEPTION '协议不属于本县' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM funds_matchingpayment
        WHERE agreement_id = NEW.agreement_id AND reversed_on IS NULL AND id IS DISTINCT FROM NEW.id)
        > agreed.matching_amount THEN
        RAISE EXCEPTION '支付超过协议约定的县级配套（规则 P-054）' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.paid_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.paid_on IS NULL) THEN
        IF NEW.amount > funds_treasury(NEW.county_id, 'matching') THEN
            RAISE EXCEPTION '支付超过配套资金存款（规则 P-054）' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM funds_freeze WHERE county_id = NEW.county_id AND lifted_on IS NULL
            AND payment_id IS NULL AND (project_id IS NULL OR project_id = agreed.project_id)) THEN
            RAISE EXCEPTION '资金已冻结，解冻前不能支付（规则 P-042）' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER p_054_matching_gates BEFORE INSERT OR UPDATE OR DELETE ON funds_matchingpayment
    FOR EACH ROW EXECUTE FUNCTION funds_matching_gates();

CREATE FUNCTION funds_stock_return_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fund funds_stockfund;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '存量资金收回不能删除，差错以红字冲销更正' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reversed_on IS NOT NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO fund FROM funds_stockfund WHERE id = NEW.fund_id FOR NO KEY UPDATE;
    IF fund.reversed_on IS NOT NULL OR NEW.amount + (SELECT coalesce(sum(amount), 0) FROM funds_stockreturn
        WHERE fund_id = NEW.fund_id AND reversed_on IS NULL AND id IS DISTINCT FROM NEW.id)
        > fund.received - fund.arranged THEN
        RAISE EXCEPTION '收回超过未安排使用的存量资金（规则 P-057）' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER p_057_stock_return_gates BEFORE INSERT OR UPDATE OR DELETE ON funds_stockreturn
    FOR EACH ROW EXECUTE FUNCTION funds_stock_return_gates();
"""
UNDO = """
DROP TRIGGER p_057_stock_return_gates ON funds_stockreturn;
DROP FUNCTION funds_stock_return_gates();
DROP TRIGGER p_054_matching_gates ON funds_matchingpayment;
DROP FUNCTION funds_matching_gates();
DROP TRIGGER a_345_p_053_receipt_gates ON funds_receipt;
DROP FUNCTION funds_receipt_gates();
DROP FUNCTION funds_treasury(bigint, text);
DROP TRIGGER a_345_p_052_appropriation_gates ON funds_appropriationrow;
DROP FUNCTION funds_appropriation_gates();
DROP FUNCTION funds_no_further_money(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0010_receipts_stock_matching_and_private_money")]
    operations = [migrations.RunSQL(YEARS, migrations.RunSQL.noop), migrations.RunSQL(GUARDS, UNDO)]
