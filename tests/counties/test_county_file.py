"""一县一档和公文：what is exported is digested, what is printed is read back."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from counties.dossier import MASKED, masked
from tests import builders


def test_every_digest_of_the_manifest_is_that_of_the_bytes_inside(cast, as_user):
    builders.recorded_plan(cast)
    answer = as_user(cast.clerk).get(reverse("county-file", args=[cast.county.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        rows = json.loads(archive.read("manifest.json"))
        assert {row["path"] for row in rows} == set(archive.namelist()) - {"manifest.json", "manifest.csv"}
        for row in rows:
            assert hashlib.sha256(archive.read(row["path"])).hexdigest() == row["sha256"], row["path"]
        texts = b"".join(archive.read(row["path"]) for row in rows if row["path"].endswith(("json", "jsonl")))
    assert {"plans/v1.json", "plans/v1-F-06.pdf", "documents.json", "events.jsonl"} <= {row["path"] for row in rows}
    assert b"0000-00000" not in texts and MASKED.encode() in texts


def test_telephones_are_masked_wherever_they_stand():
    data = {"owner_phone": ["0000-1", "0000-2"], "rows": [{"电话": "0000-3", "name": "甲"}], "note": ""}
    assert masked(data) == {"owner_phone": [MASKED, MASKED], "rows": [{"电话": MASKED, "name": "甲"}], "note": ""}


@pytest.mark.parametrize(
    "form, words",
    [("F-04", ("确山县人民政府", "公示期", "共同配送")), ("F-05", ("三部门意见", "商务", "财政", "扶贫", "例外"))],
)
def test_a_paper_of_the_plan_reads_back(cast, as_user, form, words):
    plan = builders.recorded_plan(cast)
    text = _text(as_user(cast.clerk).get(reverse("plan-paper", args=[plan.pk, form])))
    for word in words:
        assert word in text, word


def test_F_07_a_receipt_carries_its_number(cast, as_user):
    review = builders.recorded_plan(cast).current_reviews("province").get(bureau="finance")
    text = _text(as_user(cast.henan_finance).get(reverse("review-receipt", args=[review.pk])))
    assert "河南省财政厅" in text and review.receipt_no in text and "备案不代替" in text


def test_F_08_only_a_change_has_a_change_report(cast, as_user):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["content"], reason="线路调整")
    client = as_user(cast.clerk)
    text = _text(client.get(reverse("plan-paper", args=[change.pk, "F-08"])))
    assert "线路调整" in text and "变更对照表" in text
    assert client.get(reverse("plan-paper", args=[plan.pk, "F-08"])).status_code == 404


def test_F_26_the_record_of_the_liaison_is_only_for_those_who_keep_it(cast, as_user):
    address = reverse("liaison-paper", args=[cast.county.pk])
    text = _text(as_user(cast.clerk).get(address))
    assert "信息联络员备案表" in text and "演示联络员" in text and "0000-00000" in text
    assert as_user(cast.henan_finance).get(address).status_code == 403


def _text(answer):
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
