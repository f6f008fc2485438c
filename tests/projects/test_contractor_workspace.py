"""承办单位的工作台：its own file with every step on record, what it owes, its own people."""

import pytest
from django.urls import reverse

from accounts.models import Office, User
from disclosure.demonstration import company, pdf
from portal import clock
from portal.rules import Refused
from projects.models import Contractor
from tests import builders


def page_of(client, contractor):
    return client.get(contractor.get_absolute_url()).content.decode()


def test_the_own_page_says_what_is_owed_now_project_by_project(cast, as_user, django_assert_max_num_queries):
    project = builders.selected_project(cast)
    client = as_user(cast.contractor)
    with django_assert_max_num_queries(20):
        page = page_of(client, project.contractor)
    assert "现在要办的" in page and "编制建设方案" in page
    assert "现在要办的" not in page_of(as_user(cast.henan_commerce), project.contractor)
    project = builders.story().underway_project(project)
    builders.go_to(builders.date(2020, 12, 3))
    page = page_of(as_user(cast.contractor), project.contractor)
    assert "2020年11月交易和活动信息" in page


def test_a_wrong_paper_is_withdrawn_with_a_reason_and_stays_on_record(cast, as_user):
    contractor = company(1)
    licence = contractor.licences.get(name="营业执照")
    url = reverse("contractor-withdraw", args=[contractor.pk, "licences", licence.pk])
    client = as_user(cast.contractor)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "证号录错"}).status_code == 302
    licence.refresh_from_db()
    assert not licence.is_current and licence.withdrawn_reason == "证号录错" and licence.withdrawn_by == cast.contractor
    page = page_of(client, contractor)
    assert "已撤下" in page and "尚未登记营业执照" in page and "规则 A-124" in page
    assert contractor.events.latest("pk").words == "撤下资质：营业执照"
    assert client.post(url, {"reason": "再撤"}).status_code == 409
    nowhere = reverse("contractor-withdraw", args=[contractor.pk, "secrets", licence.pk])
    assert client.get(nowhere).status_code == 404
    other = reverse("contractor-withdraw", args=[contractor.pk, "licences", company(2).licences.first().pk])
    assert client.get(other).status_code == 404


def test_A_130_a_contractor_cannot_withdraw_what_was_found_against_it(cast):
    contractor = company(1)
    hit = contractor.credit_checks.create(site="信用中国", checked_on=clock.today(), found_record=True)
    with pytest.raises(Refused, match="A-130"):
        contractor.withdraw_item(hit, by=cast.contractor, reason="不实")
    contractor.withdraw_item(hit, by=cast.clerk, reason="同名单位，已核实")
    assert "同名单位" in contractor.events.latest("pk").reason


def test_evidence_comes_with_its_file_and_every_office_may_read_it(cast, as_user):
    contractor, client = company(1), as_user(cast.contractor)
    add = reverse("contractor-add-evidence", args=[contractor.pk])
    bare = client.post(add, {"kind": "storage", "title": "仓储合同"})
    assert bare.status_code == 422 and "请上传“材料文件”" in bare.content.decode()
    done = client.post(add, {"kind": "storage", "title": "仓储合同", "upload": pdf("仓储.pdf", "仓储")})
    assert done.status_code == 302
    item = contractor.evidence.get(title="仓储合同")
    url = reverse("contractor-file", args=[contractor.pk, item.file.pk])
    assert as_user(cast.neighbour).get(url).status_code == 200
    assert as_user(cast.other_contractor).get(url).status_code == 404
    foreign = company(2).evidence.first().file
    assert as_user(cast.clerk).get(reverse("contractor-file", args=[contractor.pk, foreign.pk])).status_code == 404


def test_licence_check_and_rating_take_a_file(cast, as_user):
    contractor, client = company(1), as_user(cast.contractor)
    for name, data in {
        "licence": {"name": "食品经营许可证", "number": "1"},
        "check": {"site": "信用中国", "checked_on": str(clock.today())},
        "rating": {"agency": "某信用", "grade": "A", "report_no": "R9", "issued_on": "2020-08-01"},
    }.items():
        url = reverse(f"contractor-add-{name}", args=[contractor.pk])
        assert client.post(url, data | {"upload": pdf(f"{name}.pdf", name)}).status_code == 302
    assert contractor.licences.get(name="食品经营许可证").file.name == "licence.pdf"
    assert contractor.credit_checks.get().file.name == "check.pdf"
    assert contractor.credit_ratings.get(report_no="R9").valid_to is None


def test_the_file_changes_with_old_and_new_on_record_but_no_telephone(cast, as_user):
    contractor = company(1)
    contractor.edit(by=cast.contractor, registered_at="演示路2号", contact_phone="0396-1234567")
    event = contractor.events.latest("pk")
    assert event.data == {"registered_at": ["演示路1号", "演示路2号"], "contact_phone": ["已改动"]}
    assert event.chain == contractor.region.code
    assert "0396-1234567" in page_of(as_user(cast.clerk), contractor)
    assert "0396-1234567" not in page_of(as_user(cast.henan_commerce), contractor)


def test_a_double_registration_links_only_for_those_who_may_see_it(cast, as_user):
    mine, other = company(1), company(2)
    data = {"name": "甲", "credit_code": other.credit_code, "legal_representative": "甲", "form": "legal_person",
            "category": "logistics", "registered_at": "演示路"}  # fmt: skip
    page = as_user(cast.contractor).post(reverse("contractor-edit", args=[mine.pk]), data).content.decode()
    assert "不能重复登记" in page and other.get_absolute_url() not in page
    page = as_user(cast.clerk).post(reverse("contractor-create"), data).content.decode()
    assert f'href="{other.get_absolute_url()}"' in page


# --- 人员 ------------------------------------------------------------------------------------------------------------
def opened(client, contractor, username="yanshi-ops"):
    data = {"username": username, "name": "演示业务员", "phone": "0396-7654321"}
    return client.post(reverse("contractor-staff-open", args=[contractor.pk]), data)


def test_the_administrator_opens_an_account_and_the_password_is_shown_once(cast, as_user, client):
    contractor = company(1)
    admin = as_user(cast.contractor)
    response = opened(admin, contractor)
    person = User.objects.get(username="yanshi-ops")
    page = admin.get(response.url).content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    assert person.check_password(password) and password not in admin.get(response.url).content.decode()
    assert contractor.admits(person) and person.office == cast.contractor.office
    assert person.role_code == "contractor.contractor.operator" and person.is_demonstration
    assert "yanshi-ops" in contractor.events.latest("pk").words
    person = User.objects.get(pk=person.pk)
    assert person.has_perm("accounts.contractor.edit") and not person.has_perm("accounts.contractor.staff")
    assert as_user(person).get(contractor.get_absolute_url()).status_code == 200
    assert opened(as_user(person), contractor, "yanshi-two").status_code == 403


def test_a_closed_account_is_out_at_once_and_never_deleted(cast, as_user):
    from django.test import Client

    contractor = company(1)
    opened(as_user(cast.contractor), contractor)
    person = User.objects.get(username="yanshi-ops")
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get(contractor.get_absolute_url()).status_code == 200
    close = reverse("contractor-staff-close", args=[contractor.pk, person.pk])
    assert as_user(cast.contractor).post(close, {"reason": "离职"}).status_code == 302
    assert theirs.get(contractor.get_absolute_url()).status_code == 302  # to the sign-in
    person.refresh_from_db()
    assert not person.is_active and contractor.events.latest("pk").reason == "离职"
    assert as_user(cast.contractor).post(close, {"reason": "再停"}).status_code == 409
    assert "已停用" in as_user(cast.contractor).get(reverse("contractor-staff", args=[contractor.pk])).content.decode()


def test_P_302_nobody_touches_the_own_account_or_that_of_another_contractor(cast, as_user):
    mine, other = company(1), company(2)
    with pytest.raises(Refused, match="P-302"):
        mine.close_account(cast.contractor, by=cast.contractor, reason="x")
    with pytest.raises(Refused, match="P-302"):
        mine.close_account(cast.other_contractor, by=cast.contractor, reason="x")
    client = as_user(cast.contractor)
    for contractor in (mine, other):
        url = reverse("contractor-staff-close", args=[contractor.pk, cast.other_contractor.pk])
        assert client.post(url, {"reason": "x"}).status_code == 404
    assert opened(client, other).status_code == 404
    mine.members.add(cast.other_contractor)  # serves both: neither may shut the other out
    with pytest.raises(Refused, match="P-302"):
        mine.close_account(cast.other_contractor, by=cast.contractor, reason="x")


def test_P_301_twenty_accounts_are_the_limit_and_a_closed_one_makes_room(cast):
    contractor = company(1)
    for number in range(19):
        person, _ = contractor.open_account(by=cast.contractor, username=f"yanshi-{number:02d}", name="演示", phone="0")
    with pytest.raises(Refused, match="P-301"):
        contractor.open_account(by=cast.contractor, username="yanshi-xx", name="演示", phone="0")
    contractor.close_account(person, by=cast.contractor, reason="离职")
    contractor.open_account(by=cast.contractor, username="yanshi-xx", name="演示", phone="0")
    assert contractor.members.filter(is_active=True).count() == 20


def test_the_county_that_registered_it_opens_the_first_account_only(cast, as_user):
    region = cast.county.region
    contractor = Contractor.register(
        region, by=cast.clerk, name=Office.objects.get(region=region, bureau="government").name,
        credit_code="91330100799655058B", category="logistics",
    )  # fmt: skip
    assert opened(as_user(cast.neighbour), contractor).status_code == 403
    assert opened(as_user(cast.clerk), contractor, "yanshi-admin").status_code == 302
    person = User.objects.get(username="yanshi-admin")
    assert person.role_code == "contractor.contractor.administrator"
    assert person.office.level == "contractor" and not person.scopes.exists()  # a name does not make an office
    assert opened(as_user(cast.clerk), contractor, "yanshi-again").status_code == 403
    assert opened(as_user(person), contractor, "yanshi-ops").status_code == 302
    bad = as_user(person).post(
        reverse("contractor-staff-open", args=[contractor.pk]), {"username": "yanshi-ops", "name": "乙", "phone": "x"}
    )
    assert (
        bad.status_code == 422
        and "这个用户名已有人使用" in bad.content.decode()
        and 'value="乙"' in bad.content.decode()
    )


def test_A_424_the_county_scores_every_office_reads_other_contractors_do_not(cast, as_user):
    project = builders.underway_project(cast)
    url = reverse("assessment-create", args=[project.pk])
    bad = as_user(cast.clerk).post(url, {"year": "2021", "score": "101", "reasons": "按期"})
    assert bad.status_code == 422 and "不能晚于今年" in bad.content.decode() and "0 至 100" in bad.content.decode()
    good = {"year": "2020", "score": "88", "reasons": "按期完工（演示）", "upload": pdf("考核.pdf", "考核")}
    assert as_user(cast.clerk).post(url, good).status_code == 302
    twice = as_user(cast.clerk).post(url, {"year": "2020", "score": "90", "reasons": "再评"})
    assert twice.status_code == 409 and "A-424" in twice.content.decode()
    assessment = project.assessments.get()
    file = reverse("contractor-file", args=[project.contractor_id, assessment.file_id])
    for reader in (cast.neighbour, cast.henan_commerce, cast.contractor):
        page = page_of(as_user(reader), project.contractor)
        assert "按期完工（演示）" in page and "良好" in page
        assert as_user(reader).get(file).status_code == 200
    assert as_user(cast.other_contractor).get(project.contractor.get_absolute_url()).status_code == 404
    withdraw = reverse("assessment-withdraw", args=[assessment.pk])
    assert withdraw in page_of(as_user(cast.clerk), project.contractor)
    assert withdraw not in page_of(as_user(cast.neighbour), project.contractor)
    assert as_user(cast.neighbour).get(withdraw).status_code == 404
    assert as_user(cast.clerk).post(withdraw, {"reason": "录入有误"}).status_code == 302
    assert "撤回理由：录入有误" in page_of(as_user(cast.contractor), project.contractor)
