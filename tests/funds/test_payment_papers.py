"""F-15 拨付申请, F-16 拨付公示 and 拨付通知: project, contractor and amount one to one; the account for who pays and is paid."""

import pytest
from django.urls import reverse

from funds.documents import payment as documents
from tests import builders


@pytest.fixture
def payment(cast):
    return builders.paid_payment(cast)


def html(name, payment, *, sees_account=False):
    return documents.PAPERS[name](payment, sees_account=sees_account).html()


def test_F_15_states_stage_amount_in_words_and_the_account_as_far_as_it_may_be_seen(payment):
    paper, number = html("request", payment), payment.agreement.account_no
    assert "人民币壹佰陆拾万元整" in paper and payment.application.no in paper
    assert payment.vouchers.get().invoice_no in paper and payment.items.get().place in paper
    assert number not in paper and number[-4:] in paper
    assert number in html("request", payment, sees_account=True)


def test_F_16_names_project_contractor_and_amount_one_to_one(payment):
    for name in ("notice", "order"):
        paper = html(name, payment)
        for words in (payment.project.name, payment.project.contractor.name, f"{payment.amount:.2f}"):
            assert words in paper, (name, words)
    assert payment.agreement.account_no not in html("notice", payment, sees_account=True)
    assert payment.voucher_no in html("order", payment)


def test_a_paper_is_there_when_its_step_is_done(cast, as_user):
    payment = builders.requested_payment(cast)
    client = as_user(cast.clerk)

    def paper(name):
        return client.get(reverse("payment-paper", args=[payment.pk, name]))

    assert paper("request").content.startswith(b"%PDF-")
    assert [paper(name).status_code for name in ("notice", "order", "nonsense")] == [404, 404, 404]
    assert "拨付申请（F-15）" in client.get(payment.get_absolute_url()).content.decode()
