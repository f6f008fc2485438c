"""协议、补充协议、建设方案的页面：the four people meet on one page, old and new words stand side by side."""

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from disclosure.demonstration import pdf
from portal import clock
from projects.models import Agreement, SupplementAgreement
from reporting.desk import waiting_for
from tests import builders
from tests.projects.test_project_pages import (
    EQUIPMENT,
    STAGES,
    agreement_data,
    page_of,
    reviewed_by_both,
    signed_by_all,
    url,
)


def paper(client, name, *args) -> str:
    """All words of a PDF; the printer kerns, so blanks between characters mean nothing."""
    answer = client.get(reverse(name, args=args))
    assert answer["Content-Type"] == "application/pdf"
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages))


@pytest.fixture
def agreement(cast, as_user):
    project = builders.selected_project(cast)
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data())
    return Agreement.objects.get()


@pytest.fixture
def signed(cast, as_user, agreement):
    signed_by_all(cast, as_user, agreement)
    return agreement


def supplement_data(**changes):
    stages = [STAGES[0] | {"amount": "1700000"}, STAGES[1] | {"amount": "2300000"}]
    return agreement_data(stages=stages) | {"no": "补1", "reason": "工程量调整"} | changes


def test_each_step_has_one_button_for_one_person(cast, as_user, agreement):
    buttons = ("报县财政局审核", "同意财政条款", "确认协议", "签署协议")
    people = (cast.clerk, cast.finance, cast.contractor, cast.government)
    for words, user, step in zip(buttons, people, ("submit", "review", "accept", "sign"), strict=True):
        for other in people:
            page = page_of(as_user(other), agreement)
            assert (f">{words}</button>" in page) == (other == user), (words, other)
        assert (
            agreement.get_absolute_url() in {task.url for task in waiting_for(user, clock.today())}
            or user == cast.clerk
        )
        as_user(user).post(url(f"agreement-{step}", agreement))
    assert "已签生效" in page_of(as_user(cast.clerk), agreement)


def test_the_next_step_may_send_it_back_with_a_reason(cast, as_user, agreement):
    as_user(cast.clerk).post(url("agreement-submit", agreement))
    empty = as_user(cast.finance).post(url("agreement-return", agreement), {"reason": ""})
    assert empty.status_code == 422
    assert as_user(cast.contractor).get(url("agreement-return", agreement)).status_code == 403
    as_user(cast.finance).post(url("agreement-return", agreement), {"reason": "专账不是单独账户"})
    page = page_of(as_user(cast.clerk), agreement)
    assert "专账不是单独账户" in page and "报县财政局审核" in page


def test_a_soft_rule_asks_for_the_reason_at_the_signature(cast, as_user):
    project = builders.selected_project(cast)
    own = [EQUIPMENT[0] | {"owner": "contractor"}]
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(equipment=own))
    agreement = Agreement.objects.get()
    for step, user in (("submit", cast.clerk), ("review", cast.finance), ("accept", cast.contractor)):
        as_user(user).post(url(f"agreement-{step}", agreement))
    page = page_of(as_user(cast.government), agreement)
    assert "需说明理由" in page and 'name="reason"' in page
    assert as_user(cast.government).post(url("agreement-sign", agreement)).status_code == 409
    as_user(cast.government).post(url("agreement-sign", agreement), {"reason": "自有资金购置"})
    assert "自有资金购置" in page_of(as_user(cast.clerk), agreement)


def test_A_324_the_four_documents_stand_side_by_side(cast, as_user, signed):
    compare = url("agreement-compare", signed)
    page = as_user(cast.henan_commerce).get(compare).content.decode()
    assert "各项一致" in page and "未编制" in page and "分拣线 2 台（套），归属：县政府（国有资产）" in page
    plan = {"text": "两期", "central_amount": "3", "equipment_text": "", "planned_start": "2020-10-01"}
    as_user(cast.contractor).post(url("contractor-plan-edit", signed.project), plan)
    page = as_user(cast.henan_commerce).get(compare).content.decode()
    for words in ("两者须一致", "没有写明设备“分拣线”2 台", "没有写明开工和完工时限", "有差异没有备案的变更"):
        assert words in page


def test_F_11_the_agreement_in_words_with_stages_and_owners(cast, as_user, signed):
    text = paper(as_user(cast.contractor), "agreement-paper", signed.pk, 1)
    for words in ("甲方：确山县人民政府", "仓库改造完成", "160", "40.00%", "分拣线", "县政府（国有资产）", "1000000.00",
                  "人民币肆佰万元整", "按资金性质分别核算", "追回已拨付的专项资金", "6222000011112222", "未盖章草稿"):  # fmt: skip
        assert words in text, words
    above = paper(as_user(cast.henan_finance), "agreement-paper", signed.pk, 1)
    assert "6222000011112222" not in above and "2222" in above
    assert as_user(cast.clerk).get(reverse("agreement-paper", args=[signed.pk, 2])).status_code == 404


def test_a_supplement_is_written_on_the_same_sheet_and_compared_word_by_word(cast, as_user, signed):
    edit = url("supplement-edit", signed)
    sheet = as_user(cast.clerk).get(edit).content.decode()
    assert 'value="1600000.00"' in sheet and "-补1" in sheet
    assert "6222000011112222" not in sheet and "现为 ************2222；不改的留空" in sheet
    refused = as_user(cast.clerk).post(edit, supplement_data(reason=""))
    assert refused.status_code == 422 and 'value="1700000"' in refused.content.decode()
    typed = supplement_data(account_no="6222999988887777", upload=pdf("补充协议.pdf"))
    assert as_user(cast.clerk).post(edit, typed).status_code == 302
    supplement = SupplementAgreement.objects.get()
    page = page_of(as_user(cast.government), supplement)
    assert "1600000.00" in page and "1700000.00" in page and "工程量调整" in page
    assert "6222999988887777" not in page and "************7777" in page
    assert "6222999988887777" in page_of(as_user(cast.finance), supplement)
    for step, user in (("submit", "clerk"), ("review", "finance"), ("accept", "contractor"), ("sign", "government")):
        assert as_user(getattr(cast, user)).post(url(f"supplement-{step}", supplement)).status_code == 302
    page = page_of(as_user(cast.clerk), signed)
    assert "第 2 版" in page and "第 1 版（F-11）" in page
    assert "1700000" in paper(as_user(cast.clerk), "supplement-paper", supplement.pk)
    assert "170" in paper(as_user(cast.clerk), "agreement-paper", signed.pk, 2)
    file = reverse("project-file", args=[signed.project_id, supplement.file_id])
    assert as_user(cast.contractor).get(file).status_code == 200


@pytest.mark.parametrize("broken", [{"reason": "\x00"}, {"no": "9" * 61}, {"stages-0-amount": "1e999"},
                                    {"stages-TOTAL_FORMS": "x"}, {"central_amount": "9" * 40}])  # fmt: skip
def test_a_broken_sheet_is_shown_again(cast, as_user, signed, broken):
    answer = as_user(cast.clerk).post(url("supplement-edit", signed), supplement_data(**broken))
    assert answer.status_code == 422 and not SupplementAgreement.objects.exists()
    assert "需要改正" in answer.content.decode() or "不正确" in answer.content.decode()


def test_an_account_left_blank_stays_as_it_is(cast, as_user, signed):
    as_user(cast.clerk).post(url("supplement-edit", signed), supplement_data(account_no=""))
    supplement = SupplementAgreement.objects.get()
    assert supplement.amended().account_no == "6222000011112222"
    assert not any(change.is_account for change in supplement.changes())


def test_a_row_more_on_the_sheet_of_a_supplement_saves_nothing(cast, as_user, signed):
    answer = as_user(cast.clerk).post(url("supplement-edit", signed), supplement_data(add_stage="1"))
    page = answer.content.decode()
    assert answer.status_code == 200 and not SupplementAgreement.objects.exists()
    assert 'name="stages-TOTAL_FORMS" value="3"' in page and "工程量调整" in page


def test_a_supplement_sent_back_is_written_again_and_may_be_withdrawn(cast, as_user, signed):
    as_user(cast.clerk).post(url("supplement-edit", signed), supplement_data())
    supplement = SupplementAgreement.objects.get()
    as_user(cast.clerk).post(url("supplement-submit", supplement))
    assert as_user(cast.clerk).get(url("supplement-edit", signed)).status_code == 409
    as_user(cast.finance).post(url("supplement-return", supplement), {"reason": "阶段金额依据不足"})
    again = as_user(cast.clerk).get(url("supplement-edit", signed)).content.decode()
    assert 'value="1700000.00"' in again and "工程量调整" in again
    as_user(cast.clerk).post(url("supplement-withdraw", supplement), {"reason": "不再需要"})
    assert "已撤回" in page_of(as_user(cast.clerk), supplement)
    assert as_user(cast.clerk).get(url("supplement-edit", signed)).status_code == 200


def test_a_terminated_agreement_says_so(cast, as_user, signed):
    words = as_user(cast.government).get(url("agreement-terminate", signed)).content.decode()
    assert "解除后不能恢复" in words
    as_user(cast.government).post(url("agreement-terminate", signed), {"reason": "承办单位注销"})
    page = page_of(as_user(cast.clerk), signed)
    assert "已解除" in page and "承办单位注销" in page and "起草补充协议" not in page


def test_F_10_the_reply_to_the_contractors_plan(cast, as_user, signed):
    s = builders.story()
    with s.day():
        plan = signed.project.contractor_plans.model.draft(signed.project, by=cast.contractor, text="改造仓库一处")
        plan.submit(by=cast.contractor)
    assert url("contractor-plan-detail", plan) in {task.url for task in waiting_for(cast.clerk, clock.today())}
    reviewed_by_both(cast, as_user, plan)
    assert url("contractor-plan-detail", plan) not in {task.url for task in waiting_for(cast.clerk, clock.today())}
    text = paper(as_user(cast.government), "contractor-plan-reply", plan.pk)
    assert "尚未批准，此件仅为样稿" in text
    plan.refresh_from_db()
    plan.approve(by=cast.government, site_url="https://example.invalid/1")
    text = paper(as_user(cast.contractor), "contractor-plan-reply", plan.pk)
    for words in ("建设方案的批复", "改造仓库一处", "4000000.00元", "分拣线2台", "2021年12月31日前完工", "样稿" * 0):
        assert words in text, words


def test_a_review_that_returns_says_why(cast, as_user, signed):
    plan = signed.project.contractor_plans.model.draft(signed.project, by=cast.contractor, text="改造仓库一处")
    plan.submit(by=cast.contractor)
    silent = as_user(cast.finance).post(url("contractor-plan-review", plan), {"agrees": "no", "opinion": " "})
    assert silent.status_code == 422 and "必须写明要改什么" in silent.content.decode()
    as_user(cast.finance).post(url("contractor-plan-review", plan), {"agrees": "no", "opinion": "补充投资明细"})
    page = page_of(as_user(cast.contractor), plan)
    assert "补充投资明细" in page and "修改建设方案" in page
    as_user(cast.contractor).post(
        url("contractor-plan-edit", signed.project),
        {"text": "改造仓库一处，投资明细附后", "central_amount": "4000000", "equipment_text": "分拣线 2 台",
         "planned_start": "2020-10-01", "planned_end": "2021-12-31"},
    )  # fmt: skip
    page = page_of(as_user(cast.clerk), signed.project.contractor_plans.first())
    assert "第 2 版（本页）" in page and "第 1 版</a>" in page
