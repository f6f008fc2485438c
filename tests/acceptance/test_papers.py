"""F-12, F-13, F-14: what the printed papers say, and that the report is the one whose digest was recorded."""

import hashlib
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from acceptance import documents
from acceptance.models import Application
from portal.models import Attachment
from tests import builders
from tests.acceptance.test_acceptance_rules import _conclude
from tests.acceptance.test_inspection import AREA, item_of, kept, local_list, photo


def words(pdf):
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def pictures(pdf):
    """By name: the pages of a document share their resources."""
    return {image.name: image for page in PdfReader(BytesIO(pdf)).pages for image in page.images}.values()


@pytest.fixture
def concluded(cast):
    local_list(cast, items=[AREA])
    application = builders.inspecting_application(cast)
    shots = [kept(photo(f"现场{n}（演示）.jpg"), cast.government, application.region) for n in range(12)]
    number = item_of(application, AREA["title"]).no
    found = {number: {"actual": 812, "remark": "实测（演示）", "photos": shots}}
    application.fill_checklist(by=cast.government, found=found)
    _conclude(application, cast.government)
    return application


def test_A_147_the_report_names_panel_standards_findings_amount_and_conclusion_with_photographs(concluded):
    pdf = concluded.report_pdf()
    text = words(pdf)
    for said in (
        "验收报告",
        concluded.no,
        concluded.project.contractor.name,
        "演示甲",
        "县财政局",
        "仓储物流中心面积",
        "≥800㎡",
        "812㎡",
        "达标",
        f"核定中央财政资金{concluded.approved_amount:.2f}元",
        f"申报投资{concluded.self_amount:.2f}元",
        "验收结论：合格",
        "现场0（演示）.jpg",
        "县验收办法（演示）",
    ):
        assert said in text, said
    shown = pictures(pdf)
    assert len(shown) == 12
    assert max(max(image.image.size) for image in shown) <= 1200
    assert len(pdf) < 12_000_000  # twelve photographs of pure noise, the worst there is


def test_A_147_the_digest_of_the_report_stands_in_the_event_and_the_pdf_is_kept_once(concluded):
    event = concluded.events.get(words="验收结论：合格")
    assert event.data["report_sha256"] == concluded.report_digest()
    assert concluded.report is None  # in a test nothing is committed, so nothing was printed yet
    concluded.keep_report()
    first = concluded.report
    assert first.sha256 == hashlib.sha256(concluded.report_pdf()).hexdigest()
    Application.objects.get(pk=concluded.pk).keep_report()
    assert Attachment.objects.filter(name__startswith="验收报告").count() == 1


def test_A_148_city_and_province_read_the_report_that_was_sent(concluded, cast, as_user):
    concluded.keep_report()
    concluded.deliver(by=cast.government)
    assert concluded.events.latest("pk").data["report_pdf"] == concluded.report.sha256
    url = reverse("application-paper", args=[concluded.pk, "F-13"])
    for reader in (cast.zhumadian_commerce, cast.henan_finance):
        answer = as_user(reader).get(url)
        assert answer["Content-Type"] == "application/pdf"
        assert hashlib.sha256(answer.content).hexdigest() == concluded.report.sha256
    assert as_user(cast.neighbour).get(url).status_code == 404


def test_A_312_the_application_form_names_stage_amounts_and_papers(cast):
    project = builders.underway_project(cast)
    application = builders.story().submitted_application(project)
    text = words(documents.application_form(application).pdf())
    for said in ("申请", application.stage.name, "申报投资", "项目标识（演示）.png", "电子商务进农村综合示范项目"):
        assert said in text, said


def test_A_314_the_notice_names_project_contractor_conclusion_amount_and_phone(cast):
    application = builders.passed_application(cast)
    facts = application.notice.facts
    assert {"项目", "承办单位", "验收结论", "拟拨付中央资金", "投诉举报电话"} <= set(facts)
    text = words(documents.result_notice(application).pdf())
    for said in (application.project.name, "合格", f"{application.approved_amount}元", application.notice.phone):
        assert said in text, said
    assert application.project.contractor.name in facts["承办单位"]


def test_a_paper_that_does_not_exist_yet_is_not_found(cast, as_user):
    application = builders.inspecting_application(cast)
    client = as_user(cast.government)
    assert client.get(reverse("application-paper", args=[application.pk, "F-12"])).status_code == 200
    for form in ("F-13", "F-14", "F-99"):
        assert client.get(reverse("application-paper", args=[application.pk, form])).status_code == 404


def test_a_picture_that_cannot_be_read_is_named_instead(cast):
    from acceptance import photographs

    region = cast.county.region
    broken = kept(photo(size=(40, 30)), cast.government, region)
    broken.path.write_bytes(b"\xff\xd8\xff\x00 no picture")
    assert photographs.as_data_uri(broken) == ""
