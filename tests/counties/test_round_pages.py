"""The pages of batches, rounds, applications and recommendations, walked by the people whose job it is."""

import io
import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from counties.models import Batch, CityRecommendation, CountyApplication, Round
from counties.sweeps import close_rounds
from disclosure.demonstration import pdf
from notices.sweeps import close_notices
from portal.models import Event
from tests.builders import go_to
from tests.counties.round_cast import on, region, round_story

HUGE = 10**30


def url(name, *args):
    return reverse(name, args=args)


@pytest.fixture
def story(cast):
    return round_story()


@pytest.fixture
def opened(story):
    return story.open()


@pytest.fixture
def sign_in(client):
    def as_person(name):
        client.force_login(User.objects.get(username=name))
        return client

    return as_person


def words_of(answer):
    return answer.content.decode()


# --- the whole way through the pages ---------------------------------------------------------------------------------
def test_a_direct_county_walks_from_the_first_page_to_the_designation(story, sign_in, cast):
    province = sign_in("henan-commerce")
    batch = Batch.objects.get()
    data = {
        "title": "2020年申报（演示）",
        "notice_no": "豫财贸〔2020〕35号",
        "opens_on": "2020-05-20",
        "closes_on": "2020-05-27",
        "criteria": "产业基础 60 48号 四\n工作方案 40",
    }
    assert "建立2020年第七批申报轮次" in words_of(province.get(url("round-list")))
    assert province.post(url("round-begin", batch.pk), data | {"criteria": "x"}).status_code == 422
    assert province.post(url("round-begin", batch.pk), data).status_code == 302
    round = Round.objects.get()
    assert round.criteria[0] == {"title": "产业基础", "points": 60, "clause": "48号 四"}
    assert province.post(url("round-open", round.pk)).status_code == 302

    clerk = sign_in("yongcheng-commerce")
    assert "开始申报" in words_of(clerk.get(url("round-detail", round.pk)))
    assert clerk.post(url("county-application-begin", round.pk)).status_code == 302
    application = CountyApplication.objects.get()
    page = words_of(clerk.get(application.get_absolute_url()))
    assert page.count("未开始") == 15 and "C-502" in page
    for chapter in application.chapters():
        address = url("county-application-section", application.pk, chapter.key)
        assert clerk.post(address, {"text": f"{chapter.title}（演示）", "revision": 0}).status_code == 302
    rows = {"targets-TOTAL_FORMS": 5, "targets-INITIAL_FORMS": 0}
    for n, direction in enumerate(("logistics", "produce", "goods", "training")):
        values = ("覆盖行政村", "个", 2019, "100", 2022, "300")
        names = ("indicator", "unit", "base_year", "base_value", "target_year", "target_value")
        rows |= {f"targets-{n}-{name}": value for name, value in zip(names, values, strict=True)}
        rows[f"targets-{n}-direction"] = direction
    address = url("county-application-targets", application.pk)
    assert clerk.get(address).status_code == 200
    wrong = clerk.post(address, rows | {"targets-0-target_year": "2018", "targets-1-base_value": "一百"})
    assert wrong.status_code == 422 and "目标年不能早于基年" in words_of(wrong) and "一百" in words_of(wrong)
    assert clerk.post(address, rows).status_code == 302
    papers = {"doc_no": "永政〔2020〕8号", "document_upload": pdf("申报文件.pdf")}
    assert clerk.post(url("county-application-edit", application.pk), papers).status_code == 302
    assert clerk.post(url("county-application-submit", application.pk)).status_code == 403
    government = sign_in("yongcheng-government")
    assert government.post(url("county-application-submit", application.pk)).status_code == 302

    province = sign_in("henan-commerce")
    assert "受理" in words_of(province.get(reverse("desk")))
    assert province.post(url("county-application-accept", application.pk)).status_code == 302
    on(story, date(2020, 5, 28))
    close_rounds(story.today)
    sheet = {"points_0": "55.5", "points_1": "38", "comment": "演示"}
    early = sheet | {"points_0": "61"}
    for person in ("henan-commerce", "henan-finance", "henan-poverty"):
        officer = sign_in(person)
        assert officer.post(url("county-application-score", application.pk), early).status_code == 422
        assert officer.post(url("county-application-score", application.pk), sheet).status_code == 302
    province = sign_in("henan-commerce")
    ranking = url("round-ranking", round.pk)
    assert "93.50" in words_of(province.get(ranking, {"size": 1, "from_poverty": 0}))
    assert province.post(ranking, {"size": 14, "from_poverty": 0}).status_code == 409
    refused = province.post(ranking, {"size": 1, "from_poverty": 0})
    assert refused.status_code == 409 and "B-402" in words_of(refused)
    reason = {"size": 1, "from_poverty": 0, "reason": "本轮仅一县申报（演示）"}
    assert province.post(ranking, reason).status_code == 302
    form = {"letter_no": "豫财贸〔2020〕40号", "package": re.findall(r'name="package" value="(\w+)"', words_of(
        province.get(url("round-pack", round.pk))))}  # fmt: skip
    assert len(form["package"]) == 16
    files = {f"{name}_upload": pdf(f"{name}.pdf") for name in ("ranking", "basis", "plan")}
    assert province.post(url("round-pack", round.pk), form | files).status_code == 302
    assert province.post(url("round-send", round.pk)).status_code == 302
    listing = {
        "confirmed": [application.pk],
        "confirmation": "核定1个（演示）",
        "site_url": "https://a.example.invalid/",
    }
    assert province.post(url("round-publicise", round.pk), listing | {"site_url": ""}).status_code == 422
    assert province.post(url("round-publicise", round.pk), listing).status_code == 302
    round.refresh_from_db()
    go_to(date(2020, 7, 21))
    close_notices(date(2020, 7, 21))
    for person in ("henan-commerce", "henan-finance", "henan-poverty"):
        assert sign_in(person).post(url("round-decide", round.pk)).status_code == 302
    province = sign_in("henan-commerce")
    data = {"doc_no": "豫商体系〔2020〕25号", "doc_date": "2020-07-21"}
    assert province.post(url("round-designate", round.pk), data | {"doc_no": "25"}).status_code == 409
    assert province.post(url("round-designate", round.pk), data).status_code == 302
    application.refresh_from_db()
    assert application.status == "designated" and application.region.designations.get().batch == batch
    public = words_of(province.get(url("public-round", round.pk)))
    assert "永城市" in public and "93.50" in public and "本轮仅一县申报" in public and "豫商体系〔2020〕25号" in public
    assert "2020年5月28日" in public  # when it was ranked
    column = words_of(province.get(url("public-county", "411481")))
    assert url("public-round", round.pk) in column and "豫商体系〔2020〕25号" in column


def test_a_city_reviews_signs_and_sends(story, opened, sign_in):
    application = story.submitted(opened, region("411725"))
    for bureau in ("commerce", "finance", "poverty"):
        officer = sign_in(f"zhumadian-{bureau}")
        assert "评议" in words_of(officer.get(reverse("desk")))
        opinion = application.opinions.get(bureau=bureau)
        assert officer.post(url("opinion-agree", opinion.pk), {"opinion": "同意"}).status_code == 302
    commerce = sign_in("zhumadian-commerce")
    page = words_of(commerce.get(url("round-city", opened.pk, "411700")))
    assert "8 个，按此名额 2 个" in page and "9 个，按此名额 2 个" in page
    assert commerce.post(url("recommendation-begin", opened.pk)).status_code == 302
    report = CityRecommendation.objects.get()
    data = {
        "chosen": [application.pk],
        "doc_no": "驻商〔2020〕8号",
        "opinion": "择优",
        "method_url": "https://zmd.example.invalid/",
        "method_public_on": "2020-05-20",
        "method_upload": pdf("选拔办法.pdf"),
    }
    wrong = commerce.post(url("recommendation-edit", report.pk), data | {"method_public_on": "2020-02-30"})
    assert wrong.status_code == 422 and "驻商〔2020〕8号" in words_of(wrong)
    data["method_upload"].seek(0)
    assert commerce.post(url("recommendation-edit", report.pk), data).status_code == 302
    assert commerce.post(url("recommendation-file", report.pk)).status_code == 409
    for bureau in ("commerce", "finance", "poverty"):
        assert sign_in(f"zhumadian-{bureau}").post(url("recommendation-sign", report.pk)).status_code == 302
    assert sign_in("zhumadian-finance").post(url("recommendation-file", report.pk)).status_code == 403
    assert sign_in("zhumadian-commerce").post(url("recommendation-file", report.pk)).status_code == 302
    application.refresh_from_db()
    assert application.status == "recommended"


def test_the_two_certificates_are_written_by_their_own_bureau(story, opened, sign_in):
    application = story.draft(opened, region("411725"))
    story.complete(application)
    clerk = sign_in("queshan-commerce")
    clerk.post(url("county-application-edit", application.pk), {"doc_no": "确政〔2020〕8号", "supported_before": "on"})
    funds, acceptance = (url(f"county-application-{name}", application.pk) for name in ("funds", "acceptance"))
    assert clerk.get(funds).status_code == 403
    finance = sign_in("queshan-finance")
    assert finance.get(acceptance).status_code == 403
    rows = {"years-TOTAL_FORMS": 2, "years-INITIAL_FORMS": 0}
    rows |= {"years-0-year": 2018, "years-0-received": "15000000", "years-0-paid": "13499900"}
    twice = rows | {"years-1-year": 2018, "years-1-received": "1", "years-1-paid": "2"}
    answer = finance.post(funds, twice)
    assert answer.status_code == 422 and "不能超过下达金额" in words_of(answer)
    assert finance.post(funds, rows | {"finance_upload": pdf("证明.pdf")}).status_code == 302
    data = {"projects_planned": 10, "projects_accepted": 11}
    assert sign_in("queshan-commerce").post(acceptance, data).status_code == 422
    answer = sign_in("queshan-commerce").post(
        acceptance, data | {"projects_accepted": 9, "acceptance_upload": pdf("证明.pdf")}
    )
    assert answer.status_code == 302
    page = words_of(sign_in("queshan-government").get(application.get_absolute_url()))
    assert "90.00%" in page and "89.9993" in page  # shown rounded, judged exactly (C-103)
    assert sign_in("queshan-government").post(url("county-application-submit", application.pk)).status_code == 409


# --- the batch -------------------------------------------------------------------------------------------------------
def form_of(client, address):
    """What the edit form of the batch would send back, as it stands."""
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def test_the_province_changes_a_number_with_a_reason_and_everybody_reads_it(cast, sign_in):
    batch, client = Batch.objects.get(), sign_in("henan-commerce")
    address = url("batch-edit", batch.pk)
    data = form_of(client, address)
    assert data["min_logistics_share"] == "30" and data["second_apply_excluded_years"] == "2019"
    answer = client.post(address, data | {"min_logistics_share": "35.5", "reason": ""})
    assert answer.status_code == 422 and "35.5" in words_of(answer)
    assert client.post(address, data | {"min_logistics_share": "35.5", "reason": "新通知（演示）"}).status_code == 302
    page = words_of(sign_in("queshan-poverty").get(batch.get_absolute_url()))
    assert "35.50%" in page and "30.00%" in page and "新通知（演示）" in page and "修改参数" not in page
    client = sign_in("henan-commerce")
    copy = {"year": 2021, "label": "第八批", "plan_filing_deadline": "2021-09-30"}
    assert client.post(url("batch-copy", batch.pk), copy).status_code == 302
    assert client.post(url("batch-copy", batch.pk), copy | {"year": 2020}).status_code == 422
    assert Batch.objects.get(year=2021).min_logistics_share == Batch.objects.get(year=2020).min_logistics_share
    assert "2020年第七批" in words_of(client.get(reverse("home")))  # the column shows the batch that has counties


@pytest.mark.parametrize(
    "nonsense",
    [
        {"min_logistics_share": "三成"},
        {"min_logistics_share": "101"},
        {"min_logistics_share": "90"},
        {"poverty_denominator": "0"},
        {"poverty_numerator": "-1"},
        {"n_prealloc": str(HUGE)},
        {"doc_date": "2020-13-01"},
        {"label": "\x00"},
        {"label": "长" * 5000},
        {"second_apply_excluded_years": "去年"},
        {"publicity_workdays": "1"},
        {"cap_ratio": "NaN"},
    ],
)
def test_nonsense_in_the_batch_form_is_an_answer_not_a_failure(cast, sign_in, nonsense):
    batch, client = Batch.objects.get(), sign_in("henan-commerce")
    address = url("batch-edit", batch.pk)
    before = Event.objects.about(batch).count()
    answer = client.post(address, form_of(client, address) | {"reason": "试"} | nonsense)
    assert answer.status_code == 422, nonsense
    assert Event.objects.about(batch).count() == before


@pytest.mark.parametrize("text", ["\x00", "长" * 20_001])
def test_nonsense_in_a_chapter_keeps_what_was_typed(story, opened, sign_in, text):
    application = story.draft(opened, region("411725"))
    address = url("county-application-section", application.pk, "facts")
    answer = sign_in("queshan-commerce").post(address, {"text": text, "revision": 0})
    assert answer.status_code == 422
    assert sign_in("queshan-commerce").post(address, {"text": "x", "revision": HUGE}).status_code == 422
    assert sign_in("queshan-commerce").get(address.replace("facts", "nowhere")).status_code == 404


def test_huge_numbers_in_addresses_are_not_found(story, opened, sign_in):
    client = sign_in("henan-commerce")
    for name in ("batch-detail", "round-detail", "county-application-detail", "recommendation-detail"):
        assert client.get(url(name, HUGE)).status_code == 404
    listing = {"confirmed": [HUGE, "x"], "confirmation": "x", "site_url": "https://a.example.invalid/"}
    assert client.post(url("round-publicise", opened.pk), listing).status_code == 422
    assert client.get(url("round-ranking", opened.pk), {"size": HUGE}).status_code == 200


# --- documents and questions -----------------------------------------------------------------------------------------
def test_every_document_of_the_round_is_a_pdf(story, opened, sign_in):
    application = story.draft(opened, region("411725"))
    story.complete(application)
    story.second_time(application, [(2018, 1500, 1400)])
    story.submit(application)
    story.opinions(application)
    report = story.recommendation(opened, application.region.parent, [application])
    client = sign_in("henan-commerce")
    for address in (
        url("county-application-document", application.pk),
        url("county-application-certificate", application.pk, "funds"),
        url("county-application-certificate", application.pk, "acceptance"),
        url("recommendation-document", report.pk),
        url("round-document", opened.pk),
    ):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), address


def test_the_pages_ask_few_questions(story, opened, sign_in, django_assert_max_num_queries):
    application = story.draft(opened, region("411725"))
    story.complete(application)
    story.submit(application)
    report = story.recommendation(opened, application.region.parent, [])
    client = sign_in("henan-commerce")
    for limit, address in (
        (15, url("batch-list")),
        (20, url("batch-detail", opened.batch_id)),
        (15, url("round-list")),
        (20, url("round-detail", opened.pk)),
        (20, url("round-ranking", opened.pk)),
        (20, url("round-city", opened.pk, "411700")),
        (20, application.get_absolute_url()),
        (20, report.get_absolute_url()),
        (10, url("public-round-list")),
        (10, url("public-round", opened.pk)),
    ):
        with django_assert_max_num_queries(limit):
            assert client.get(address).status_code == 200, address
    client = sign_in("zhumadian-commerce")
    for limit, address in ((20, application.get_absolute_url()), (20, report.get_absolute_url())):
        with django_assert_max_num_queries(limit):
            assert client.get(address).status_code == 200, address


def text_of(answer):
    """All words of a PDF without the blanks of its printer."""
    reader = PdfReader(io.BytesIO(answer.content))
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def test_C_304_the_joint_report_names_its_three_bureaus_and_its_quota(story, opened, sign_in):
    application = story.submitted(opened, region("411725"))
    story.opinions(application)
    report = story.recommendation(opened, application.region.parent, [application])
    text = text_of(sign_in("zhumadian-commerce").get(url("recommendation-document", report.pk)))
    for words in (
        "驻马店市商务局", "驻马店市财政局", "驻马店市扶贫办", "驻商〔2020〕8号", "河南省财政厅、河南省商务厅、河南省扶贫开发办公室：",
        "下辖8个县（市）（不含省直管县；含省直管县9个），可推荐2个，本次推荐1个", "2020年5月20日公开", "确山县同意同意同意",
    ):  # fmt: skip
        assert words in text, words


def test_C_103_the_certificate_says_which_years_count(story, opened, sign_in):
    application = story.draft(opened, region("411725"))
    story.second_time(application, [(2018, 1500, 1350), (2019, 500, 0)])
    text = text_of(sign_in("queshan-finance").get(url("county-application-certificate", application.pk, "funds")))
    assert "确山县财政局" in text and "计入合计1500135090.00%" in text and "20195000不计入" in text


def test_a_fresh_install_may_start_with_the_application_round(story, cast):
    call_command("demo", "--from-application", verbosity=0)
    round = Round.objects.get()
    assert round.status == "open" and not round.batch.counties.exists()
    assert set(round.applications.values_list("status", flat=True)) == {"city_review", "draft"}
    call_command("demo", verbosity=0)  # what every start does: nobody is designated by it
    assert not round.batch.counties.exists() and Round.objects.count() == 1


def test_an_install_with_designated_counties_does_not_go_back_to_the_application(cast):
    with pytest.raises(CommandError, match="全新安装"):
        call_command("demo", "--from-application", verbosity=0)
