"""现场页面 on a telephone: without a signal the photograph stays on the device, with a signal it arrives unchanged."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from acceptance.models import OnSitePhoto
from tests import builders
from tests.e2e.test_walk import stage as stage  # noqa: PLC0414  the same browser, people and clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]


def large_jpeg():
    data = BytesIO()
    Image.effect_noise((2400, 1800), 40).convert("RGB").save(data, "JPEG")
    return data.getvalue()


def test_a_photograph_taken_without_a_signal_is_kept_and_sent_later(stage):
    cast, person = stage
    application = builders.inspecting_application(cast)
    government = person("queshan-government")
    page = government.page
    page.set_viewport_size({"width": 390, "height": 844})
    government.look(f"/onsite/applications/{application.pk}/")

    page.context.set_offline(True)
    page.set_input_files("input[type=file]", {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": large_jpeg()})
    page.fill("[name=place]", "演示地点")
    page.get_by_role("button", name="保存并发送照片").click()
    page.get_by_text("现场.jpg").wait_for()
    assert not OnSitePhoto.objects.exists()

    page.context.set_offline(False)
    page.get_by_text("与设备一致").wait_for()
    photo = OnSitePhoto.objects.get()
    data = photo.file.path.read_bytes()
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    with Image.open(BytesIO(data)) as image:
        assert max(image.size) == 1600  # shrunk on the device
    assert not page.get_by_text("尚在本机").is_visible()
