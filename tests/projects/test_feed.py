"""The interface of contractors' systems: tokens, scopes, rows in, all or nothing, the same key the same answer."""

import json
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosure.demonstration import company
from portal import clock
from portal.rules import Refused
from projects import feed
from projects.ledgers import STATIONS
from projects.models import (
    ApiCall,
    ApiToken,
    Contractor,
    HouseholdService,
    InformationAccess,
    Intake,
    Station,
    StationRecord,
    TransactionInformation,
)
from projects.models.records import quiet
from tests.builders import START, XICHUAN, go_to, story, underway_project
from tests.projects.ledger_rows import station

SCOPES = ["records:write", "information:write", "information:read"]
FIGURES = {
    "buy_orders": 12,
    "buy_amount": "345.60",
    "sell_orders": 3,
    "sell_amount": "100.00",
    "sell_poor_amount": 20,
    "parcels_in": 5,
    "parcels_out": 4,
    "convenience_count": 2,
}


def issue(user, contractor, scopes=SCOPES, days=90, **changes):
    fields = {"name": "门店系统（演示）", "scopes": scopes, "expires_on": clock.today() + timedelta(days=days)}
    return ApiToken.issue(contractor, by=user, **(fields | changes))


@pytest.fixture
def feeding(cast, client):
    """A project under way for ten days, its contractor's token, and a call."""
    project = underway_project(cast)
    go_to(project.started_on + timedelta(days=10))
    STATIONS.apply(project, [station(n, no=f"{n:03d}") for n in range(1, 5)], by=cast.contractor)
    _, secret = issue(cast.contractor, project.contractor)
    return project, caller(client, secret)


def caller(client, secret):
    def call(path, rows=None, *, key=None, body=None, secret=secret):
        headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
        if rows is None and body is None:
            return client.get(f"/api/v1/{path}", headers=headers)
        body = body if body is not None else json.dumps({"rows": rows}, default=str)
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    return call


def record(project, no="001", day=None, **changes):
    day = day or project.started_on + timedelta(days=1)
    return {"project": project.no, "station": no, "date": f"{day}"} | FIGURES | changes


def errors_of(response):
    return [(error["row"], error["field"], error["words"]) for error in response.json()["errors"]]


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_P_460_a_token_is_limited_in_purpose_and_time(cast):
    contractor = company(1)
    for changes in ({"scopes": []}, {"days": -1}, {"days": 400}):
        with pytest.raises(Refused, match="P-460"):
            issue(cast.contractor, contractor, **changes)
    token, secret = issue(cast.contractor, contractor)
    assert secret.startswith("hnec_") and len(secret) > 40
    assert secret not in json.dumps([token.secret_digest, token.hint, token.events.get().data])
    with pytest.raises(IntegrityError, match="token_is_kept"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(secret_digest=secret)


def test_without_a_valid_token_nothing_opens(cast, feeding):
    project, call = feeding
    rows = [record(project)]
    for secret in ("", "hnec_wrong", "\u4e2d".encode().decode("latin-1")):
        response = call("records", rows, secret=secret)
        assert response.status_code == 401 and "令牌" in response.json()["errors"][0]["words"]
        assert response["WWW-Authenticate"] == "Bearer" and "令牌" in response.content.decode()
    token, expired = issue(cast.contractor, project.contractor, days=1)
    go_to(clock.today() + timedelta(days=2))
    assert call("records", rows, secret=expired).status_code == 401
    token, revoked = issue(cast.contractor, project.contractor)
    assert call("records", rows, secret=revoked).status_code == 200
    token.revoke(by=cast.contractor)
    assert call("records", rows, secret=revoked).status_code == 401
    with pytest.raises(Refused, match="P-001"):
        token.revoke(by=cast.contractor)


def test_a_signed_in_person_is_nobody_to_the_interface(cast, as_user, feeding):
    project, _ = feeding
    body = json.dumps({"rows": [record(project)]})
    response = as_user(cast.contractor).post("/api/v1/records", body, content_type="application/json")
    assert response.status_code == 401 and not StationRecord.objects.exists()


def test_a_token_does_only_what_it_was_opened_for(cast, feeding):
    project, call = feeding
    _, reading = issue(cast.contractor, project.contractor, scopes=["information:read"])
    for path in ("records", "services", "information"):
        refused = call(path, body='{"rows": [{}]}', secret=reading)
        assert refused.status_code in (403, 422)
    refused = call("records", [record(project)], secret=reading)
    assert refused.status_code == 403 and "records:write" in refused.json()["errors"][0]["words"]
    assert call("information", secret=reading).status_code == 200
    _, writing = issue(cast.contractor, project.contractor, scopes=["records:write"])
    assert call("information", secret=writing).status_code == 403
    assert not StationRecord.objects.exists()


def test_A_457_a_token_reaches_the_projects_of_its_own_contractor_only(cast, feeding):
    project, call = feeding
    s = story(XICHUAN, contractor_number=2)
    s.today = START
    other = s.underway_project(s.selected_project(s.recorded_plan()))
    go_to(max(clock.today(), s.today) + timedelta(days=5))
    foreign = call("records", [record(other, other.stations.first().no, other.started_on)])
    nowhere = call("records", [record(other) | {"project": "4100000000", "date": f"{other.started_on}"}])
    assert foreign.status_code == nowhere.status_code == 422
    assert errors_of(foreign) == errors_of(nowhere) == [(1, "project", feed.UNKNOWN)]
    _, secret = issue(cast.other_contractor, Contractor.objects.get(members=cast.other_contractor))
    assert (
        call("records", [record(other, other.stations.first().no, other.started_on)], secret=secret).status_code == 200
    )
    assert call("records", [record(project)], secret=secret).status_code == 422
    months = call("information", secret=secret).json()["months"]
    assert {month["project"] for month in months} <= {other.no}
    assert set(StationRecord.objects.values_list("station__project__no", flat=True)) == {other.no}


def test_sixty_calls_a_minute_and_then_wait(feeding):
    project, call = feeding
    ApiToken.objects.update(window_began_at=clock.now(), window_calls=59)
    assert call("records", [record(project)]).status_code == 200
    refused = call("records", [record(project)])
    assert refused.status_code == 429 and 1 <= int(refused["Retry-After"]) <= 60
    clock._pinned.set(clock.now() + timedelta(seconds=61))
    assert call("records", [record(project)]).status_code == 200


# --- rows ------------------------------------------------------------------------------------------------------------


def test_A_428_days_are_stored_and_a_day_sent_again_replaces(feeding):
    project, call = feeding
    first = call("records", [record(project, "001"), record(project, "002")])
    assert first.json() == {"rows": 2, "added": 2, "changed": 0, "unchanged": 0}
    again = call("records", [record(project, "001", buy_orders=13), record(project, "002"), record(project, "003")])
    assert again.json() == {"rows": 3, "added": 1, "changed": 1, "unchanged": 1}
    assert StationRecord.objects.get(station__no="001").buy_orders == 13
    event = Intake.objects.first().events.get()
    assert event.words == "报送站点服务记录（接口）：新增 1 条，更正 1 条，未变 1 条" and event.chain == "411725"
    assert "345" not in f"{event.data}"


def test_all_or_nothing_with_every_error_by_row_and_field(feeding):
    project, call = feeding
    rows = [
        record(project, "001"),
        record(project, "002", buy_amount="12.345", parcels_in=-1),
        record(project, "003", sell_orders="很多", date="2020-02-30"),
        record(project, "004", strange=1),
        {"project": project.no},
    ]
    response = call("records", rows)
    assert response.status_code == 422 and not StationRecord.objects.exists()
    found = errors_of(response)
    assert (2, "buy_amount", "金额最多两位小数") in found and (2, "parcels_in", "不能是负数") in found
    assert (3, "sell_orders", "请填写整数") in found and (3, "date", "没有这一天") in found
    assert (4, "strange", "没有这个字段，请对照字段表") in found and (5, "station", "缺少这一项") in found
    assert response.json()["total"] == len(found) and {row for row, *_ in found} == {2, 3, 4, 5}


def test_A_428_what_contradicts_itself_or_the_project_is_named(feeding):
    project, call = feeding
    Station.objects.filter(no="003").update(opened_on=clock.today())
    Station.objects.filter(no="002").update(operation="closed", closed_on=project.started_on)
    rows = [
        record(project, "001", sell_poor_amount=200),
        record(project, "002", day=project.started_on - timedelta(days=1)),
        record(project, "003", day=clock.today() + timedelta(days=1)),
        record(project, "004"),
        record(project, "004"),
        record(project, "003"),
        record(project, "002"),
        record(project, "无此站点"),
    ]
    response = call("records", rows)
    found = errors_of(response)
    assert [row for row, *_ in found] == [1, 2, 3, 5, 6, 7, 8]
    assert "开业" in found[4][2] and "停业或关闭" in found[5][2] and "A-428o" in found[5][2]
    assert found[6] == (8, "station", feed.NOT_IN_LEDGER)
    assert "不能大于代销金额" in found[0][2] and "早于项目开工" in found[1][2] and "A-428d" in found[1][2]
    assert "还没有到" in found[2][2] and "与第 4 行重复" in found[3][2]
    assert not StationRecord.objects.exists()
    with pytest.raises(IntegrityError, match="A_428"), transaction.atomic():
        values = FIGURES | {"sell_poor_amount": 200}
        StationRecord.objects.create(station=project.stations.first(), date=clock.today(), **values)


NASTY = ["\x00", "长" * 30_000, "１２，３４", "1e999", "-1", "9" * 40, "\ud800", None, [], {}, True, 1e300]


@pytest.mark.parametrize("field", ["project", "station", "date", "buy_orders", "buy_amount", "convenience_count"])
def test_nasty_values_are_answered_not_suffered(feeding, field):
    project, call = feeding
    for value in NASTY:
        response = call("records", [record(project) | {field: value}])
        assert response.status_code in (200, 422), value
        if response.status_code == 422:
            assert response.json()["errors"][0]["words"]


@pytest.mark.parametrize(
    "body", ["", "x", "[]", "null", "{}", '{"rows": 5}', '{"rows": []}', "[" * 100_000, '{"rows": [NaN]}', "\ud800"]
)
def test_a_broken_body_is_answered_in_words(feeding, body):
    _, call = feeding
    response = call("records", body=body.encode("utf-8", "replace"))
    assert response.status_code in (400, 422) and response.json()["errors"][0]["words"]


def test_a_body_too_large_is_refused(feeding, settings):
    project, call = feeding
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = call("records", [record(project, f"{n}") for n in range(20)])
    assert response.status_code == 413 and "5 MB" in response.json()["errors"][0]["words"]
    assert not StationRecord.objects.exists()


# --- the same key ----------------------------------------------------------------------------------------------------


def test_P_004_the_same_key_gives_the_same_answer_and_other_content_is_refused(feeding):
    project, call = feeding
    rows = [record(project, "001")]
    first = call("records", rows, key="day-1")
    again = call("records", rows, key="day-1")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert Intake.objects.count() == ApiCall.objects.count() == 1
    other = call("records", [record(project, "001", buy_orders=99)], key="day-1")
    assert other.status_code == 409 and "P-004" in other.json()["errors"][0]["words"]
    assert StationRecord.objects.get().buy_orders == 12
    uuid_key = "0b0e7c1e-4a57-4b51-9f33-6f3a3c2f8d11"  # a key that looks like one of the portal's own forms
    assert call("records", [record(project, "002")], key=uuid_key).status_code == 200
    assert StationRecord.objects.count() == 2
    assert call("records", rows, key="k" * 81).status_code == 422


def test_a_call_that_failed_leaves_its_key_free(feeding):
    project, call = feeding
    assert call("records", [record(project, buy_orders=-1)], key="k").status_code == 422
    assert call("records", [record(project)], key="k").status_code == 200


# --- ten thousand ----------------------------------------------------------------------------------------------------


def many(project, count):
    wanted = range(10, 11 + count // 10)
    STATIONS.apply(project, [station(n, no=f"{n - 10:05d}") for n in wanted], by=project.contractor.members.first())
    days = [project.started_on + timedelta(days=n) for n in range(10)]
    return [record(project, f"{n // 10:05d}", days[n % 10]) for n in range(count)]


def test_10_000_rows_are_stored_in_one_call_and_10_001_are_not(feeding):
    project, call = feeding
    rows = many(project, 10_001)
    began = time.perf_counter()
    response = call("records", rows[:10_000])
    spent = time.perf_counter() - began
    assert response.json() == {"rows": 10_000, "added": 10_000, "changed": 0, "unchanged": 0}
    assert StationRecord.objects.count() == 10_000 and spent < 20, spent  # a few seconds on an idle machine
    refused = call("records", rows)
    assert refused.status_code == 413 and "一次最多 10000 行" in refused.json()["errors"][0]["words"]


# --- services, months ------------------------------------------------------------------------------------------------


def test_A_428_services_to_poor_households_are_kept_with_the_household_encrypted(feeding):
    project, call = feeding
    day = f"{project.started_on}"
    row = {"project": project.no, "station": "001", "date": day, "household": "411725198001011234", "service": "sell"}
    assert call("services", [row | {"amount": "88.00"}]).json()["added"] == 1
    assert call("services", [row | {"amount": "90.00"}]).json()["changed"] == 1
    assert call("services", [row | {"amount": "90.00"}]).json()["unchanged"] == 1
    service = HouseholdService.objects.get()
    assert str(service.household) == "411***********1234" and len(service.household_digest) == 64
    wrong = call("services", [row | {"amount": "1", "service": "fly"}])
    assert errors_of(wrong)[0][1] == "service" and "代购" in errors_of(wrong)[0][2]


def test_A_452_months_come_in_by_the_same_deed_as_on_the_page(cast, feeding):
    project, call = feeding
    month = project.started_on.replace(day=1)
    row = {"project": project.no, "month": f"{month:%Y-%m}", "online_sales": "300", "farm_sales": "200", "orders": 3}
    go_to(project.started_on)
    early = call("information", [row | {"industrial_sales": "0", "parcels": 1}])
    assert early.status_code == 422 and "A-452m" in errors_of(early)[0][2]
    go_to(date(month.year, month.month + 1, 4))
    lacking = call("information", [row])
    words = [words for *_, words in errors_of(lacking)]
    assert len(words) == 2 and "其中工业品" in words[0] and "A-452" in words[0] and "包裹" in words[1]
    nil = {"project": project.no, "month": f"{month:%Y-%m}", "is_nil": True}
    assert "零申报时" in errors_of(call("information", [nil | {"orders": 1}]))[0][2]
    full = row | {"industrial_sales": "0", "parcels": 1}
    full["activities"] = [{"date": f"{month:%Y-%m}-28", "place": "演示直播间", "kind": "live", "people": 5}]
    assert "不能大于" in errors_of(call("information", [full | {"farm_sales": "301"}]))[0][2]
    assert call("information", [full]).status_code == 200
    information = TransactionInformation.objects.get()
    assert information.activities.get().people == 5 and information.submitted_by == cast.contractor
    assert "已经报送" in errors_of(call("information", [full]))[0][2]
    read = call(f"information?year={month.year}").json()["months"]
    assert read[0]["status"] == "submitted" and read[0]["orders"] == 3
    assert call("information?year=x").status_code == 422


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_token_is_opened_on_the_page_shown_once_and_revoked(cast, as_user):
    contractor = company(1)
    client, page = as_user(cast.contractor), reverse("token-list", args=[contractor.pk])
    typed = {"name": "门店系统", "scopes": ["records:write"], "expires_on": f"{clock.today() + timedelta(days=30)}"}
    assert client.post(reverse("token-create", args=[contractor.pk]), typed).status_code == 302
    token = ApiToken.objects.get()
    shown = client.get(page).content.decode()
    assert token.hint in shown and "只显示这一次" in shown
    secret = shown.split('text-break">')[1].split("<")[0]
    assert ApiToken.objects.presented(secret, clock.now()) == token
    assert secret not in client.get(page).content.decode()
    wrong = client.post(reverse("token-create", args=[contractor.pk]), typed | {"expires_on": "2020-02-30"})
    assert wrong.status_code == 422 and 'value="门店系统"' in wrong.content.decode()
    assert client.post(reverse("token-revoke", args=[token.pk])).status_code == 302
    assert "已停用" in client.get(page).content.decode()


def test_the_interface_describes_itself_from_its_code(client, db):
    page = client.get(reverse("api-root")).content.decode()
    for name in ("sell_poor_amount", "household", "industrial_sales", "Idempotency-Key", "/api/v1/records"):
        assert name in page
    assert "://" not in page.replace("http://testserver", "").split("<main")[1].split("</main>")[0]
    document = client.get(reverse("api-schema")).json()
    assert set(document["paths"]) == {"/api/v1/records", "/api/v1/services", "/api/v1/information"}
    assert document["components"]["securitySchemes"]["TokenAuth"]["scheme"] == "bearer"
    row = document["components"]["schemas"]["RecordRow"]
    assert row["properties"]["buy_amount"]["description"].startswith("代购金额")


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_A_428_a_day_and_a_service_are_written_by_hand_and_the_months_add_up(cast, as_user, feeding):
    project, call = feeding
    call("records", [record(project, "001"), record(project, "001", day=project.started_on)])
    typed = {name: f"{value}" for name, value in FIGURES.items()} | {"date": f"{clock.today()}"}
    typed["station"] = project.stations.get(no="001").pk
    create = reverse("station-record-create", args=[project.pk])
    assert as_user(cast.contractor).post(create, typed | {"sell_poor_amount": "101"}).status_code == 422
    assert as_user(cast.contractor).post(create, typed | {"date": "2020-09-02"}).status_code == 409
    assert as_user(cast.contractor).post(create, typed).status_code == 302
    service = {
        "station": typed["station"],
        "date": f"{clock.today()}",
        "household": "411725198001011234",
        "amount": "0",
    }
    serve = reverse("household-service-create", args=[project.pk])
    assert as_user(cast.contractor).post(serve, service | {"service": "job"}).status_code == 302
    page = as_user(cast.contractor).get(reverse("station-record-list", args=[project.pk])).content.decode()
    assert "1036.80" in page and "411***********1234" in page and "19800101" not in page
    assert not InformationAccess.objects.exists()


def test_A_457_station_rows_are_open_to_the_county_with_a_note_and_above_as_sums(cast, as_user, feeding):
    project, call = feeding
    call("records", [record(project, "001"), record(project, "002")])
    page = reverse("station-record-list", args=[project.pk])
    assert "002" in as_user(cast.clerk).get(page).content.decode()
    assert InformationAccess.objects.get().via == "records"
    for user in (cast.henan_commerce, cast.government, cast.evaluator):
        above = as_user(user).get(page).content.decode()
        assert "691.20" in above and "各站点各月合计" not in above
    assert as_user(cast.other_contractor).get(page).status_code == 404
    assert InformationAccess.objects.count() == 1


def test_A_428_two_months_without_a_service_to_poor_households_are_pointed_out(cast, feeding):
    project, call = feeding
    call("records", [record(project, sell_poor_amount=0)])
    start = project.started_on
    go_to(date(start.year, start.month + 2, 3))
    assert [words for _, words in quiet([project], clock.today())][0].endswith(
        "服务建档立卡贫困户的记录，请核对是否如实记录"
    )
    row = {"project": project.no, "station": "001", "date": f"{start}", "household": "1", "service": "buy", "amount": 0}
    assert call("services", [row]).status_code == 200
    assert not quiet([project], clock.today())
