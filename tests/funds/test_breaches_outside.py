"""违规事实登记 (G-23)：what broke a rule outside the portal is written down, booked, and never hidden.

The case of 杂多县 (2018): 1500 万元, of which 40 % = 600 万元 within 7 working days of signing, before any acceptance.
"""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from disclosure.demonstration import pdf
from funds.models import Account, Leg, OutsideBreach, Payment, Posting
from funds.rules import breach as rules
from portal import clock
from portal.models import Attachment
from portal.rules import Refused
from tests import builders
from tests.builders import outside_fact
from tests.funds.test_payment_pages import typed

WAN = 10_000
ADVANCE = Decimal(600 * WAN)
ZADUO = [
    ("县级仓储物流配送中心（杂多案例演示）", "logistics", "construction", "award", 1500, "日均处理包裹", 8000, "件"),
    ("农产品品牌培育与品质控制", "produce", "service", "purchase", 200, "认证产品", 20, "个"),
    ("商贸流通企业数字化改造", "goods", "software", "award", 200, "改造门店", 120, "个"),
    ("农村电商技能培训", "training", "training", "purchase", 100, "培训人次", 1000, "人次"),
]
CONFIRMED = {"password_again": "demo-2020"}


def zaduo(cast):
    """The project of 1500 万元, signed and underway, whose first stage is 600 万元; 600 万元 have arrived."""
    s = builders.story()
    project = s.underway_project(s.selected_project(s.recorded_plan(ZADUO, reason="按杂多案例的规模演示")))
    s.receipt(ADVANCE)
    builders.go_to(s.today)
    return s, project


def advance(paid_for, **changes):
    fact = {
        "amount": ADVANCE,
        "left_treasury": True,
        "project": paid_for,
        "agreement": paid_for.agreement,
        "payee": paid_for.contractor.name,
        "voucher_no": "演示-杂多-1",
        "happened_on": clock.today(),
    }
    return outside_fact(**(fact | changes))


def treasury(county):
    return Leg.objects.of(county, Account.TREASURY).balance()


def test_A_313_A_314_the_advance_of_the_case_is_refused_at_every_door(cast, as_user):
    s, project = zaduo(cast)
    stage = project.agreement.stages.get(no=1)
    assert (project.agreement.central_amount, stage.amount) == (1500 * WAN, ADVANCE)
    with s.day():
        application = s.submitted_application(project)
    wanted = typed(amount="6000000")
    page = as_user(cast.contractor).post(reverse("payment-request", args=[application.pk]), wanted)
    assert page.status_code == 409 and "A-313" in page.content.decode()
    with pytest.raises(Refused, match="A-313"):
        Payment.request(application, by=cast.contractor, amount=ADVANCE)
    paid = Payment(
        no="BF-杂多", county=cast.county, project=project, stage=stage, application=application, amount=ADVANCE,
        requested_by=cast.contractor, status="paid", paid_on=clock.today(), paid_by=cast.finance,
        voucher_no="x", payee_account="6",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="A-313"), transaction.atomic():
        Payment.objects.bulk_create([paid])
    assert as_user(cast.henan_admin).post("/admin/funds/payment/add/", {}).status_code == 403
    assert not Payment.objects.exists() and treasury(cast.county) == ADVANCE


def test_A_315_what_left_outside_cannot_be_paid_again(cast):
    s, project = zaduo(cast)
    breach = OutsideBreach.register(cast.county, by=cast.finance, **advance(project))
    assert treasury(cast.county) == 0
    assert Leg.objects.of(cast.county, Account.IRREGULAR).balance() == ADVANCE
    leg = Leg.objects.about(breach).get(account=Account.IRREGULAR)
    assert (leg.agreement, leg.day, breach.happened_on) == (project.agreement, clock.today(), clock.today())
    payment = s.publicised_payment(s.clear_application(project))
    builders.go_to(s.today)
    with pytest.raises(Refused, match="到账资金") as refusal:
        payment.pay(by=cast.finance, voucher_no="1")
    assert "A-315" in str(refusal.value)
    with pytest.raises(IntegrityError, match="A-315"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )
    s.receipt(ADVANCE)  # the next transfer from above: now there is money for the stage that was accepted
    payment.pay(by=cast.finance, voucher_no="1")
    assert treasury(cast.county) == 0


def test_P_076_more_than_the_account_held_wants_a_reason(cast):
    _, project = zaduo(cast)
    with pytest.raises(Refused, match="P-076"):
        OutsideBreach.register(cast.county, by=cast.auditor, **advance(project, amount=ADVANCE + 1))
    breach = OutsideBreach.register(
        cast.county, by=cast.auditor, excuse="另一笔下达尚未登记（演示）", **advance(project, amount=ADVANCE + 1)
    )
    assert breach.events.get().excused == ["P-076"]


def test_P_075_the_facts_fit_together(cast):
    _, project = zaduo(cast)
    for wrong in ({"amount": 0}, {"project": None}):
        with pytest.raises(Refused, match="P-075"):
            OutsideBreach.register(cast.county, by=cast.finance, **advance(project, **wrong))
    with pytest.raises(Refused, match="P-075"):
        OutsideBreach.register(cast.neighbour_county, by=cast.henan_finance, **advance(project))


def test_P_077_a_correction_stands_beside_the_first_and_reverses_what_it_booked(cast):
    _, project = zaduo(cast)
    first = OutsideBreach.register(cast.county, by=cast.finance, **advance(project, amount=ADVANCE - 1))
    right = first.correct(by=cast.auditor, reason="凭证金额登记有误（演示）", **advance(project))
    assert treasury(cast.county) == 0 and Leg.objects.of(cast.county, Account.IRREGULAR).balance() == ADVANCE
    assert Posting.of(first).is_reversed and not Posting.of(right).is_reversed
    assert list(OutsideBreach.objects.standing()) == [right]
    builders.seal()
    with pytest.raises(Refused, match=f"P-077|已由 {right.no} 更正"):
        first.correct(by=cast.auditor, reason="再更正", **advance(project))
    third = right.correct(by=cast.finance, reason="没有付出资金（演示）", **outside_fact(project=project))
    assert treasury(cast.county) == ADVANCE and rules.not_corrected_yet(right) and not rules.not_corrected_yet(third)


def test_a_registered_fact_is_never_changed_or_deleted(cast):
    paper = Attachment.keep(pdf("凭证（演示）.pdf"), region=cast.county.region, by=cast.clerk)
    breach = OutsideBreach.register(cast.county, by=cast.clerk, files=[paper], **outside_fact())
    for deed in (
        lambda: OutsideBreach.objects.filter(pk=breach.pk).update(amount=1),
        lambda: OutsideBreach.objects.all()._raw_delete("default"),
        lambda: breach.files.update(file=None),
        lambda: breach.files.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            deed()


def test_city_and_province_learn_of_it_in_the_same_transaction(cast):
    breach = OutsideBreach.register(cast.county, by=cast.clerk, **outside_fact())
    told = User.objects.filter(messages__link=breach.get_absolute_url())
    assert {cast.zhumadian_commerce, cast.zhumadian_finance, cast.henan_commerce, cast.henan_finance} <= set(told)
    assert not told.filter(office__level="county").exists()


def test_of_period_counts_by_the_day_of_registration(cast):
    breach = OutsideBreach.register(cast.county, by=cast.clerk, **outside_fact())
    today = clock.today()
    assert list(OutsideBreach.objects.of_period(today, today)) == [breach]
    assert not OutsideBreach.objects.of_period(today + timedelta(days=1), today + timedelta(days=9))


FORM = {
    "kind": "advance",
    "rule_id": "A-313",
    "happened_on": "2020-09-01",
    "amount": "0",
    "source": "central",
    "responsible": "演示县财政局",
    "why": "合同约定预付（演示）",
    "description": "合同签订后7个工作日内预付40%（演示）",
}


def test_the_pages_register_show_export_and_correct(cast, as_user):
    _, project = zaduo(cast)
    form = FORM | {"project": project.pk, "amount": "6,000,000", "left_treasury": "on", "voucher_no": "演示-1"}
    auditor = as_user(cast.auditor)
    create = reverse("breach-create", args=[cast.county.pk])
    assert "25号 三（二）" in auditor.get(create).content.decode()
    response = auditor.post(create, form | {"uploads": pdf("凭证（演示）.pdf")})
    breach = OutsideBreach.objects.get()
    assert response.url == breach.get_absolute_url() and breach.agreement == project.agreement
    for person in (cast.clerk, cast.zhumadian_finance, cast.henan_commerce, cast.auditor, cast.evaluator):
        client = as_user(person)
        page = client.get(breach.get_absolute_url()).content.decode()
        assert "方可……拨付" in page and "违规支出" in page and "凭证（演示）.pdf" in page and "6,000,000.00" in page
        assert breach.no in client.get(reverse("breach-list")).content.decode()
    for person in (cast.neighbour, cast.contractor):
        assert as_user(person).get(breach.get_absolute_url()).status_code == 404
        assert breach.no not in as_user(person).get(reverse("breach-list")).content.decode()
    client = as_user(cast.finance)
    assert "登记在案的违规事实" in client.get(reverse("ledger-detail", args=[cast.county.pk])).content.decode()
    assert f"/breaches/?project={project.pk}" in client.get(project.get_absolute_url()).content.decode()
    filtered = client.get(reverse("breach-list"), {"kind": "other", "project": "x", "county": "9" * 30, "page": "-1"})
    assert "没有符合条件的登记" in filtered.content.decode()
    sheet = load_workbook(BytesIO(client.get(reverse("breach-export")).content)).active
    assert breach.no in [row[0].value for row in sheet.rows]
    correct = reverse("breach-correct", args=[breach.pk])
    change = form | {"amount": "5,000,000", "correction_reason": "金额有误"}
    assert client.post(correct, change).status_code == 422
    assert client.post(correct, change | CONFIRMED).status_code == 302
    assert treasury(cast.county) == 100 * WAN
    assert "已更正" in client.get(breach.get_absolute_url()).content.decode()
    assert client.post(correct, change | CONFIRMED).status_code == 409


def test_what_is_typed_wrongly_is_explained_and_kept(cast, as_user):
    client, create = as_user(cast.clerk), reverse("breach-create", args=[cast.county.pk])
    for wrong in ({"happened_on": "2021-01-01"}, {"amount": "-1"}, {"rule_id": "A-999"}, {"description": "长" * 5001}):
        response = client.post(create, FORM | wrong)
        assert response.status_code == 422 and "合同约定预付（演示）" in response.content.decode(), wrong
    assert client.post(create, FORM | {"left_treasury": "on"}).status_code in (409, 422)
    assert not OutsideBreach.objects.exists()
