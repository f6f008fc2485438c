"""现场照片：time, place and digest; nothing that changed on the way, nothing after the conclusion."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from acceptance.models import OnSitePhoto
from portal import clock
from portal.models import Attachment
from portal.rules import Refused
from tests import builders

KEY = "11111111-1111-4111-8111-111111111111"


def jpeg(colour="white"):
    data = BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "JPEG")
    return data.getvalue()


def upload(data=None):
    return SimpleUploadedFile("现场.jpg", data or jpeg(), "image/jpeg")


@pytest.fixture
def application(cast):
    return builders.inspecting_application(cast)


def take(application, by, **stated):
    file = Attachment.keep(upload(), region=application.region, by=by)
    fields = {"taken_at": clock.now(), "place": "演示地点", "sha256": file.sha256} | stated
    return OnSitePhoto.take(application, by=by, file=file, **fields)


def test_P_034_a_photograph_that_changed_on_the_way_is_refused(cast, application):
    with pytest.raises(Refused, match="P-034"):
        take(application, cast.government, sha256="0" * 64)
    photo = take(application, cast.government)
    assert photo.file.sha256 == photo.sha256
    assert take(application, cast.government, sha256="").sha256 == ""  # a device that cannot digest


def test_P_035_time_and_place_are_stated(cast, application):
    for wrong in (
        {"place": " "},
        {"taken_at": clock.now() + timedelta(hours=1)},
        {"latitude": 33, "longitude": None},
    ):
        with pytest.raises(Refused, match="P-035"):
            take(application, cast.government, **wrong)
    assert take(application, cast.government, place="", latitude=33, longitude=114)


def test_photographs_end_with_the_conclusion(cast):
    application = builders.passed_application(cast)
    with pytest.raises(Refused, match="不能再上传现场照片"):
        take(application, cast.government)


def test_a_telephone_sends_one_photograph_and_the_same_again_changes_nothing(cast, application, as_user):
    client, path = as_user(cast.government), f"/onsite/applications/{application.pk}/"
    data = jpeg()
    sent = {
        "request_key": KEY,
        "place": "演示地点",
        "remark": "货架",
        "sha256": hashlib.sha256(data).hexdigest(),
        "taken_at": clock.now().isoformat(),
        "latitude": "33.123456",
        "longitude": "114.654321",
    }
    for _ in range(2):
        assert client.post(path, sent | {"photo": upload(data)}).status_code == 302
    photo = application.onsite_photos.get()
    assert photo.remark == "货架" and str(photo.latitude) == "33.123456"
    page = client.get(path).content.decode()
    assert "与设备一致" in page and "演示地点" in page
    assert client.post(path, sent | {"photo": upload(data), "remark": "另一张"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("taken_at", "昨天", "拍摄时间无法识别"),
        ("sha256", "abc", "照片摘要的格式不对"),
        ("latitude", "1000", "90"),
        ("photo", SimpleUploadedFile("现场.pdf", b"%PDF-1.4 x", "application/pdf"), "JPG 或 PNG"),
    ],
)
def test_bad_input_of_each_kind_is_named(cast, application, as_user, field, value, words):
    sent = {"photo": upload(), "place": "演示地点"} | {field: value}
    answer = as_user(cast.government).post(f"/onsite/applications/{application.pk}/", sent)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not application.onsite_photos.exists()
