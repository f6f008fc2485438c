"""承办单位的页面：registered by the county, kept by the contractor, judged by the gates."""

import pytest
from django.urls import reverse

from disclosure.demonstration import company, credit_code, pdf
from portal import clock
from projects.models import Contractor


def data(**changes):
    return {
        "name": "确山某某物流有限公司",
        "credit_code": credit_code(77),
        "legal_representative": "甲",
        "form": "legal_person",
        "category": "logistics",
        "registered_at": "确山县盘龙街道1号",
    } | changes


def test_a_clerk_registers_a_contractor_in_the_own_county(cast, as_user):
    spaced = f" {credit_code(77)[:6].lower()} {credit_code(77)[6:]} "
    response = as_user(cast.clerk).post(reverse("contractor-create"), data(credit_code=spaced))
    contractor = Contractor.objects.get(credit_code=credit_code(77))
    assert response.status_code == 302 and response.url == contractor.get_absolute_url()
    assert contractor.region == cast.county.region
    page = as_user(cast.clerk).get(response.url).content.decode()
    assert "校验位正确" in page and "规则 A-124" in page and "规则 A-130" in page and "规则 A-131" in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("914100001700000001", "校验位不符"),
        ("9141000017", "应为 18 位，现在是 10 位"),
        ("91410000I7000000O1", "不使用的字符“IO”"),
        ("", "请填写“统一社会信用代码”"),
        ("\x00" * 18, "不使用的字符"),
        ("９" * 300, "应为 18 位"),
    ],
)
def test_a_wrong_credit_code_is_refused_at_the_field_and_nothing_typed_is_lost(cast, as_user, code, words):
    response = as_user(cast.clerk).post(reverse("contractor-create"), data(credit_code=code))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and "确山某某物流有限公司" in page and "盘龙街道" in page
    assert not Contractor.objects.filter(name="确山某某物流有限公司").exists()


def test_a_contractor_known_already_is_linked_not_doubled(cast, as_user):
    known = company(1)
    response = as_user(cast.clerk).post(reverse("contractor-create"), data(credit_code=known.credit_code))
    page = response.content.decode()
    assert response.status_code == 422 and "不能重复登记" in page
    assert f'href="{known.get_absolute_url()}"' in page


def test_the_contractor_keeps_its_own_file(cast, as_user):
    contractor = company(1)
    mine = as_user(cast.contractor)
    add = {name: reverse(f"contractor-add-{name}", args=[contractor.pk]) for name in ("licence", "check", "rating")}
    mine.post(add["licence"], {"name": "道路运输经营许可证", "number": "豫交运管1号", "valid_to": "2024-01-01"})
    mine.post(add["check"], {"site": "信用中国", "checked_on": str(clock.today())})
    rating = {
        "agency": "某信用",
        "grade": "AAA",
        "report_no": "R1",
        "issued_on": "2020-08-01",
        "valid_to": "2021-08-01",
    }
    mine.post(add["rating"], rating | {"upload": pdf("评价.pdf")})
    assert contractor.licences.filter(name="道路运输经营许可证").exists()
    assert contractor.credit_ratings.get(report_no="R1").file.name == "评价.pdf"
    assert "全部条件已满足" in mine.get(contractor.get_absolute_url()).content.decode()
    file = contractor.credit_ratings.get(report_no="R1").file
    assert as_user(cast.neighbour).get(reverse("contractor-file", args=[contractor.pk, file.pk])).status_code == 200


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("licence", {"name": "", "number": "甲123"}, "请填写“许可或资质”"),
        ("check", {"site": "信用中国", "checked_on": "2021-01-01"}, "不能晚于今天"),
        ("check", {"site": "信用中国", "checked_on": "2020-13-01"}, "请填写存在的日期"),
        (
            "rating",
            {"agency": "某信用", "grade": "A", "report_no": "1", "issued_on": "2020-08-01", "valid_to": "2019-01-01"},
            "有效期止日不能早于出具日期",
        ),
    ],
)
def test_a_small_form_says_what_is_wrong_and_keeps_what_was_typed(cast, as_user, name, wrong, words):
    contractor = company(1)
    response = as_user(cast.contractor).post(reverse(f"contractor-add-{name}", args=[contractor.pk]), wrong)
    page = response.content.decode()
    assert response.status_code == 422 and words in page
    assert all(f'value="{value}"' in page for value in wrong.values() if value)


def test_a_file_that_is_not_what_it_says_is_refused_in_words(cast, as_user):
    contractor, upload = company(1), pdf("评价.png")
    rating = {"agency": "某信用", "grade": "A", "report_no": "1", "issued_on": "2020-08-01", "valid_to": "2021-01-01"}
    url = reverse("contractor-add-rating", args=[contractor.pk])
    response = as_user(cast.contractor).post(url, rating | {"upload": upload})
    assert response.status_code == 422 and "与扩展名不符" in response.content.decode()


def test_the_code_of_a_contractor_with_a_project_stays(cast, as_user):
    from tests.builders import selected_project

    contractor = selected_project(cast).contractor
    url = reverse("contractor-edit", args=[contractor.pk])
    as_user(cast.contractor).post(url, data(credit_code=credit_code(77)))
    contractor.refresh_from_db()
    assert contractor.name == "确山某某物流有限公司" and contractor.credit_code == credit_code(1)


def test_the_list_costs_the_same_for_one_and_for_many(cast, as_user, django_assert_max_num_queries):
    for number in range(1, 7):
        company(number)
    client = as_user(cast.henan_commerce)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("contractor-list")).content.decode()
    assert "共 6 条" in page
    with django_assert_max_num_queries(20):
        client.get(company(1).get_absolute_url())
    for strange in ("?q=%00", "?page=99999", "?page=x", "?q=" + "长" * 200, "?q=%ff%fe"):
        assert client.get(reverse("contractor-list") + strange).status_code == 200
    assert client.get("/contractors/99999999999999999999999/").status_code == 404
