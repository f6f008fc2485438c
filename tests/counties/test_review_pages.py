"""The pages of review, change and the county file, and their papers read back."""

import csv
import hashlib
import io
import json
import zipfile

from django.urls import reverse

from accounts.models import User
from counties import documents
from counties.models import CountyDocument, Plan
from disclosure.demonstration import pdf
from tests import builders
from tests.counties.test_documents import text_of
from tests.counties.test_plan_rules import _city_reviewed, _publicised, lines_of
from tests.counties.test_review_rules import _filed_change, _move_money, _with_the_city


def url(name, record, *more):
    return reverse(name, args=[record.pk, *more])


def rows(**points):
    return {"points-TOTAL_FORMS": 2, "points-INITIAL_FORMS": 0} | points


def test_a_return_is_filled_part_by_part_and_answered_part_by_part(cast, as_user, django_assert_max_num_queries):
    plan = _with_the_city(cast)
    review = plan.current_reviews("city").get(bureau="commerce")
    city = as_user(cast.zhumadian_commerce)
    assert "第 3 行 农产品品牌培育与品质控制" in city.get(url("review-return", review)).content.decode()
    half = rows(opinion="请修改", **{"points-0-part": "chapter:training"})
    wrong = city.post(url("review-return", review), half)
    assert wrong.status_code == 422 and "第 1 处 退回理由" in wrong.content.decode()
    more = city.post(url("review-return", review), half | {"add_point": "1"})
    assert more.status_code == 200 and 'name="points-3-part"' in more.content.decode()
    none = city.post(url("review-return", review), rows(opinion="请修改"))
    assert none.status_code == 409 and "A-111p" in none.content.decode()
    bad = rows(opinion="请修改", **{"points-0-part": "line:999", "points-0-reason": "a\x00b"})
    assert city.post(url("review-return", review), bad).status_code == 422
    good = rows(opinion="请修改", **{"points-0-part": "line:3", "points-0-reason": "目标不可考核"})
    assert city.post(url("review-return", review), good).status_code == 302
    clerk = as_user(cast.clerk)
    clerk.get(plan.get_absolute_url())
    with django_assert_max_num_queries(20):
        page = clerk.get(plan.get_absolute_url()).content.decode()
    assert "目标不可考核" in page and "待答复" in page and "A-111r" in page
    plan.refresh_from_db()
    point = plan.last_return_points().get()
    assert clerk.post(url("plan-answers", plan), {}).status_code == 422
    assert clerk.post(url("plan-answers", plan), {f"point-{point.pk}": "已量化"}).status_code == 302
    assert "已量化" in clerk.get(plan.get_absolute_url()).content.decode()


def test_no_exception_is_ticked_beforehand_and_each_needs_its_tick(cast, as_user):
    s = builders.story()
    plan = s.draft(lines_of(500, 700, 400, 400))
    s.send(plan, "已有省级物流园辐射本县")
    s.opinions(plan, "county")
    s.approve(plan)
    s.over(plan.notice)
    builders.go_to(s.today)
    plan.refresh_from_db()
    review = plan.current_reviews("city").get(bureau="commerce")
    client = as_user(cast.zhumadian_commerce)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert 'value="A-204"' in page and "checked" not in page
    refused = client.post(url("review-agree", review), {})
    assert refused.status_code == 409 and "A-204" in refused.content.decode()
    assert client.post(url("review-agree", review), {"consents": ["A-204"]}).status_code == 302
    assert "A-204" in text_of(documents.PAPERS["F-05"][1](plan).pdf())


def test_the_papers_say_what_the_records_say(cast):
    plan = _publicised(cast)
    words = text_of(documents.PAPERS["F-04"][1](plan).pdf())
    assert "的公示" in words and "公示期5个工作日" in words and "0000-12345" in words
    words = text_of(documents.liaison_record(cast.county).pdf())
    assert "信息联络员备案表" in words and "演示联络员" in words


def test_receipt_and_change_report_are_letters_and_reports(cast, as_user):
    plan = builders.recorded_plan(cast)
    review = plan.reviews.get(level="province", bureau="commerce")
    words = text_of(documents.filing_receipt(review).pdf())
    assert "备案回执" in words and review.receipt_no in words and "演商〔2020〕12号" in words
    change = plan.begin_change(by=cast.clerk, types=["funds"], reason="物流线路合并")
    _move_money(cast, change)
    client = as_user(cast.clerk)
    page = client.get(url("plan-compare", change)).content.decode()
    assert "变更对照" in page and "4000000.00 → 3000000.00" in page
    change = Plan.objects.get(pk=change.pk)
    words = text_of(documents.PAPERS["F-08"][1](change).pdf())
    assert "变更对照表" in words and "调整资金安排" in words and "物流线路合并" in words and "3000000.00" in words
    assert client.get(url("plan-paper", plan, "F-08")).status_code == 404
    assert client.get(url("plan-paper", change, "F-99")).status_code == 404


def test_the_province_returns_or_rejects_a_change_with_a_letter(cast, as_user):
    change = _filed_change(cast, builders.recorded_plan(cast))
    review = change.current_reviews("province").get(bureau="commerce")
    client = as_user(cast.henan_commerce)
    assert "不予认可" in client.get(change.get_absolute_url()).content.decode()
    assert client.post(url("review-reject", review), {"opinion": ""}).status_code == 422
    assert client.post(url("review-reject", review), {"opinion": "理由不充分"}).status_code == 302
    review.refresh_from_db()
    assert "不予认可" in text_of(documents.filing_receipt(review).pdf())


def test_only_a_pdf_is_a_sealed_scan(cast, as_user):
    plan = _city_reviewed(cast)
    filing = plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕12号")
    client = as_user(cast.zhumadian_commerce)
    assert "上传盖章扫描件" in client.get(reverse("desk")).content.decode()
    picture = builders_picture()
    wrong = client.post(url("filing-scan", filing), {"scan": picture})
    assert wrong.status_code == 422 and "请上传 PDF" in wrong.content.decode()
    assert client.post(url("filing-scan", filing), {"scan": pdf("盖章.pdf")}).status_code == 302
    filing.refresh_from_db()
    assert filing.sealed_scan.sha256 in client.get(url("filing-scan", filing)).content.decode()


def builders_picture():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("盖章.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image/png")


def test_the_file_of_a_county_carries_digests_of_everything_and_no_private_number(cast, as_user):
    plan = builders.recorded_plan(cast)
    answer = as_user(cast.auditor).get(url("county-file", cast.county))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    rows = json.loads(archive.read("manifest.json"))
    table = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [row["sha256"] for row in table] == [row["sha256"] for row in rows]
    assert {row["path"] for row in rows} | {"manifest.csv", "manifest.json"} == set(archive.namelist())
    assert all(hashlib.sha256(archive.read(row["path"])).hexdigest() == row["sha256"] for row in rows)
    assert json.loads(archive.read("plans/v1.json"))["content_hash"] == plan.content_hash
    assert "0000-00000" not in archive.read("events.jsonl").decode() + archive.read("county.json").decode()
    assert '"seal": {' in archive.read("events.jsonl").decode()


def test_a_county_order_is_registered_then_published_then_in_the_column(cast, as_user):
    client = as_user(cast.clerk)
    new = url("document-new", cast.county)
    assert client.post(new, {"kind": "casino", "title": "\x00", "issued_on": "2020-13-1"}).status_code == 422
    data = {"kind": "fund_rules", "title": "资金管理办法（演示）", "issued_on": "2020-08-01", "file": pdf("办法.pdf")}
    assert client.post(new, data).status_code == 302
    document = CountyDocument.objects.get()
    assert "待公开" in client.get(url("document-list", cast.county)).content.decode()
    publish = url("document-publish", document)
    assert client.post(publish, {"site_url": "javascript:1"}).status_code == 422
    assert client.post(publish, {"site_url": "https://queshan.example.invalid/b"}).status_code == 302
    assert client.post(publish, {"site_url": "https://queshan.example.invalid/b"}).status_code == 409
    client.logout()
    page = client.get(reverse("public-county", args=["411725"])).content.decode()
    assert "资金管理办法（演示）" in page
    assert User.objects.get(username="queshan-liaison").has_perm("accounts.county.documents") is False
