"""抽查：drawn over a stated population, repeatable, its failure stops the money."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from acceptance import draws
from acceptance.models import SpotCheck, SpotCheckItem, SpotCheckRow
from funds.models import Payment
from portal.rules import Refused
from tests import builders

STATED = {"title": "验收结果抽查（演示）", "concluded_from": date(2020, 9, 1), "concluded_to": date(2020, 12, 31)}


def fixed(by, **stated):
    check = SpotCheck.fix(by=by, **(STATED | {"size": 1} | stated))
    builders.seal()
    return check


def drawn(by, **stated):
    check = fixed(by, **stated)
    check.draw(by=by)
    return check


def conclude(check, by, result="passed"):
    item = check.items.first()
    item.conclude(by=by, result=result, findings="现场查看（演示）", visited_on=builders.clock.today(), people="演示")
    return item


@pytest.fixture
def passed(cast):
    return builders.passed_application(cast)


def test_A_149_a_draw_needs_cases_and_a_size_within_them(cast, passed):
    for stated in ({"size": 2}, {"size": 0}, {"concluded_to": date(2020, 9, 2)}):
        with pytest.raises(Refused, match="A-149"):
            SpotCheck.fix(by=cast.zhumadian_commerce, **(STATED | {"size": 1} | stated))
    check = drawn(cast.zhumadian_commerce)
    assert check.status == "drawn" and check.items.get().application == passed


def test_A_149_before_the_population_is_fixed_there_is_no_seed_and_it_is_drawn_once(cast, passed):
    check = fixed(cast.henan_commerce)
    assert check.seed == "" and check.population_digest and not check.items.exists()
    check.draw(by=cast.henan_commerce)
    assert check.seed == draws.seed_of(check.no, check.population_digest, check.fixed_by.seal.digest)
    with pytest.raises(Refused, match="不能再抽取"):
        check.draw(by=cast.henan_commerce)


def test_the_same_population_and_seed_give_the_same_sample_whatever_the_order():
    rows = [draws.sha256(f"{n}|演示") for n in range(1000)]
    first = draws.sample("种子", rows, 50)
    assert first == draws.sample("种子", list(reversed(rows)), 50) and len(first) == 50
    assert first != draws.sample("另一个种子", rows, 50)
    picks = [digest in first for digest in rows]
    assert 15 <= sum(picks[:500]) <= 35  # no half of the list is favoured


def test_spotcheck_verify_says_equal_and_names_the_altered_row(cast, passed):
    check = drawn(cast.henan_commerce)
    out = StringIO()
    call_command("spotcheck", "verify", check.no, stdout=out)
    assert "一致" in out.getvalue()
    with connection.cursor() as cursor:  # the owner of the tables can switch the guard off: the digests still tell
        cursor.execute("ALTER TABLE acceptance_spotcheckrow DISABLE TRIGGER USER")
        cursor.execute("UPDATE acceptance_spotcheckrow SET text = replace(text, '合格', '不合格')")
    with pytest.raises(CommandError, match=r"第 1 行（YS\d+）已被改动"):
        call_command("spotcheck", "verify", check.no)
    digest = draws.sha256(SpotCheckRow.objects.get().text)
    SpotCheckRow.objects.update(digest=digest)  # even with a digest that fits the new text
    with pytest.raises(CommandError, match="第 1 行"):
        call_command("spotcheck", "verify", str(check.pk))


@pytest.mark.parametrize(("change", "words"), [({"seed": "0" * 64}, "种子"), ({"size": 3}, "抽取数量")])
def test_spotcheck_verify_finds_an_altered_draw(cast, passed, change, words):
    check = drawn(cast.henan_commerce)
    SpotCheck.objects.filter(pk=check.pk).update(**change)
    assert words in "；".join(SpotCheck.objects.get(pk=check.pk).verify())


def test_spotcheck_verify_of_a_draw_that_is_not_there(db):
    with pytest.raises(CommandError, match="没有编号"):
        call_command("spotcheck", "verify", "CC20209999")


def test_the_population_cannot_be_changed_by_any_door(cast, passed):
    drawn(cast.henan_commerce)
    for deed in (
        lambda: SpotCheckRow.objects.update(text="x"),
        lambda: SpotCheckRow.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            deed()


def test_A_149r_a_result_is_one_of_two_with_findings_and_a_day_after_the_draw(cast, passed):
    item = drawn(cast.zhumadian_commerce).items.get()
    right = {"result": "passed", "findings": "一致（演示）", "visited_on": builders.clock.today()}
    for wrong in ({"result": "一般"}, {"findings": " "}, {"visited_on": date(2020, 9, 1)}, {"visited_on": None}):
        with pytest.raises(Refused, match="A-149r"):
            item.conclude(by=cast.zhumadian_commerce, **(right | wrong))
    item.conclude(by=cast.zhumadian_commerce, **right)
    item.spotcheck.refresh_from_db()
    assert item.status == "passed" and item.spotcheck.status == "done"


def test_A_149f_a_failed_check_reopens_the_acceptance_and_stops_the_money_at_each_step(cast):
    application = builders.clear_application(cast)
    requested = builders.story().requested_payment(application)
    item = conclude(drawn(cast.zhumadian_commerce), cast.zhumadian_commerce, "failed")
    application.refresh_from_db()
    assert application.status == "reopened"
    assert item.findings in application.events.last().reason
    for deed, by in (
        (requested.commerce_review, cast.clerk),
        (requested.finance_review, cast.finance),
        (requested.approve, cast.government),
    ):
        with pytest.raises(Refused, match="A-149f"):
            deed(by=by)
    with pytest.raises(Refused, match="A-149f"):
        Payment.request(application, by=cast.contractor, amount=1)


def test_A_149f_an_approved_payment_is_not_paid_after_a_failed_check_by_any_door(cast):
    payment = builders.payable_payment(cast)
    check = drawn(cast.henan_commerce)
    conclude(check, cast.henan_commerce, "failed")
    with pytest.raises(Refused, match="A-149f"):
        payment.pay(by=cast.finance, voucher_no="演示凭证")
    with pytest.raises(IntegrityError, match="A-149f|A-313"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(status="paid", paid_on=builders.clock.today(), voucher_no="x")


def test_a_passed_check_stops_nothing(cast):
    payment = builders.payable_payment(cast)
    conclude(drawn(cast.henan_commerce), cast.henan_commerce)
    payment.pay(by=cast.finance, voucher_no="演示凭证")


def test_A_430_a_secret_check_is_invisible_below_until_it_is_published(cast, passed):
    check = drawn(cast.henan_commerce, is_secret=True)
    item = conclude(check, cast.henan_commerce)
    below = (cast.clerk, cast.government, cast.zhumadian_commerce, cast.contractor)
    for person in below:
        assert (
            not SpotCheck.objects.visible_to(person).exists() and not SpotCheckItem.objects.visible_to(person).exists()
        )
    assert not cast.clerk.messages.filter(title__contains="抽查").exists()
    check.refresh_from_db()
    check.publish(by=cast.henan_commerce)
    for person in below:
        assert SpotCheckItem.objects.visible_to(person).get() == item
    assert SpotCheck.objects.visible_to(cast.clerk).get() == check
    assert not SpotCheck.objects.visible_to(cast.contractor).exists()  # the draw names other companies' cases
    assert cast.clerk.messages.filter(title__contains="抽查").exists()
    with pytest.raises(Refused, match="尚未公布"):
        check.publish(by=cast.henan_commerce)


def test_A_430_a_failed_secret_check_stops_the_money_at_once_and_says_why_when_published(cast):
    payment = builders.payable_payment(cast)
    check = drawn(cast.henan_commerce, is_secret=True)
    conclude(check, cast.henan_commerce, "failed")
    with pytest.raises(Refused, match="核查中") as refusal:
        payment.pay(by=cast.finance, voucher_no="演示凭证")
    assert check.no not in str(refusal.value)
    payment.application.refresh_from_db()
    assert payment.application.status == "passed"
    check.refresh_from_db()
    check.publish(by=cast.henan_commerce)
    payment.application.refresh_from_db()
    assert payment.application.status == "reopened"


def test_a_city_draws_in_its_own_counties_and_strangers_see_nothing(cast, passed):
    check = drawn(cast.zhumadian_commerce)
    for stranger in (cast.neighbour, cast.other_contractor):
        assert not SpotCheck.objects.visible_to(stranger).exists()
        assert not SpotCheckItem.objects.visible_to(stranger).exists()
    assert check.admits(cast.zhumadian_finance) and not check.admits(cast.henan_commerce)


def test_a_void_draw_keeps_its_number_and_its_reason(cast, passed):
    check = drawn(cast.zhumadian_commerce)
    check.void(by=cast.zhumadian_commerce, reason="范围写错（演示）")
    with pytest.raises(Refused, match="不能登记结果"):
        conclude(check, cast.zhumadian_commerce)
    assert check.events.last().reason == "范围写错（演示）"


def test_A_422_a_county_that_nobody_visited_this_quarter_stands_out(cast, passed, as_user):
    page = as_user(cast.zhumadian_commerce).get("/spotchecks/coverage/").content.decode()
    assert "尚未到现场" in page
    conclude(drawn(cast.zhumadian_commerce), cast.zhumadian_commerce)
    page = as_user(cast.zhumadian_commerce).get("/spotchecks/coverage/").content.decode()
    assert "已到现场" in page and "2020年第3季度" in page
