"""投诉举报：a channel to the province for anybody, unread by whoever is complained of."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosure.demonstration import png
from disclosure.models import Complaint
from portal.models import Message
from portal.rules import Refused

FORM = {"region": "411725", "text": "培训没有开展（演示）", "name": "演示村民", "phone": "0000-00001"}


def text(response):
    return response.content.decode()


def filed(client):
    response = client.post(reverse("complaint-create"), FORM)
    return Complaint.objects.get(), client.get(response.url)


def test_B_610_anybody_complains_the_province_answers_and_the_answer_is_found(cast, client, as_user):
    complaint, receipt = filed(client)
    assert complaint.receipt_no in text(receipt) and complaint.lookup_code in text(receipt)
    assert complaint.due_on == date(2020, 10, 1)
    assert Message.objects.filter(recipient=cast.henan_commerce, title__contains=complaint.receipt_no).exists()
    province = as_user(cast.henan_commerce)
    assert FORM["text"] in text(province.get(complaint.get_absolute_url()))
    assert province.post(reverse("complaint-answer", args=[complaint.pk]), {"reply": ""}).status_code == 422
    province.post(reverse("complaint-answer", args=[complaint.pk]), {"reply": "已督促补训（演示）"})
    look = {"receipt_no": complaint.receipt_no, "lookup_code": complaint.lookup_code}
    assert "已督促补训" in text(client.post(reverse("objection-lookup"), look))
    complaint.refresh_from_db()
    with pytest.raises(Refused, match="P-001"):
        complaint.answer(by=cast.henan_commerce, reply="再答")


def test_who_is_complained_of_reads_nothing_of_it(cast, client, as_user):
    complaint, _ = filed(client)
    for person in (cast.government, cast.clerk, cast.liaison, cast.zhumadian_commerce, cast.auditor):
        reader = as_user(person)
        assert complaint.receipt_no not in text(reader.get(reverse("complaint-list")))
        assert reader.get(complaint.get_absolute_url()).status_code == 404
    client.post(reverse("complaint-create"), FORM | {"attachment": png("证据（演示）.png")})
    evidence = Complaint.objects.latest("pk").attachment
    assert as_user(cast.clerk).get(reverse("file", args=[evidence.pk])).status_code == 404
    assert as_user(cast.henan_commerce).get(reverse("file", args=[evidence.pk])).status_code == 200
    event = complaint.events.get()
    assert FORM["name"] not in str(event.data) + event.words + event.reason


def test_an_answer_without_words_is_refused_by_the_database_too(cast, client):
    complaint, _ = filed(client)
    with pytest.raises(IntegrityError, match="complaint_answered_iff_complete"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(status="answered")


def test_what_was_typed_stays_when_the_county_is_missing(db, client):
    response = client.post(reverse("complaint-create"), FORM | {"region": ""})
    assert response.status_code == 422 and "请选择“反映的县（市）”" in text(response)
    assert FORM["text"] in text(response) and FORM["name"] in text(response)
