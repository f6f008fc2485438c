"""项目实施：progress and its photographs, deviations, visits, problems, signage, operation, stop and resume."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from acceptance.models import Application
from disclosure.demonstration import png
from portal import clock
from portal.models import Message
from portal.rules import Refused, breaches
from projects.models import Operation, Photo, Problem, Progress, Project, Visit
from projects.rules.project_ledger import ledger_row_is_complete
from projects.rules.signage import SIGNAGE
from tests.builders import go_to, selected_project, story, underway_project


def url(name, record):
    return reverse(name, args=[record.pk])


def ids(found):
    return {breach.rule.id for breach in found}


def photograph(name="现场.jpg", size=(1600, 1200), taken="2020:10:12 09:30:00"):
    picture = Image.new("RGB", size, "seagreen")
    exif = picture.getexif()
    if taken:
        exif[306] = taken
    data = BytesIO()
    picture.save(data, "JPEG", exif=exif)
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def report(project, by, percent, **more):
    return Progress.report(project, by=by, on=clock.today(), percent=percent, text="演示进展", **more)


# --- 进展 -----------------------------------------------------------------------------------------------------------


def test_A_413_progress_falls_only_with_a_reason(cast, as_user):
    project = underway_project(cast)
    data = {"on": str(clock.today()), "percent": "40", "text": "主体完成", "invested": "1,600,000"}
    assert as_user(cast.contractor).post(url("progress-create", project), data).status_code == 302
    project.refresh_from_db()
    assert project.progress_percent == 40 and project.actual_investment == 1_600_000
    lower = data | {"percent": "35", "invested": "1500000"}
    refused = as_user(cast.clerk).post(url("progress-create", project), lower)
    page = refused.content.decode()
    assert refused.status_code == 409 and "40.00% 降为 35" in page and "1600000.00 元减为" in page
    assert as_user(cast.clerk).post(url("progress-create", project), lower | {"reason": "返工"}).status_code == 302
    assert project.events.latest("pk").excused == ["A-413p"]
    assert "返工" in as_user(cast.henan_commerce).get(url("progress-list", project)).content.decode()


def test_P_160_progress_is_reported_while_building_and_in_order(cast):
    project = selected_project(cast)
    with pytest.raises(Refused, match="P-160"):
        report(project, cast.clerk, 10)
    story().underway_project(project)
    project.refresh_from_db()
    with pytest.raises(Refused, match="开工日期"):
        Progress.report(project, by=cast.clerk, on=date(2020, 9, 1), percent=10, text="x")
    go_to(project.started_on + timedelta(days=10))
    report(project, cast.clerk, 10)
    with pytest.raises(Refused, match="上一次报告"):
        Progress.report(project, by=cast.clerk, on=project.started_on, percent=20, text="x")


def test_a_photograph_has_a_small_preview_its_time_and_its_digest(cast, as_user):
    project = underway_project(cast)
    data = {"on": str(clock.today()), "percent": "20", "text": "打基础", "uploads": [photograph(), png("远景.png")]}
    assert as_user(cast.contractor).post(url("progress-create", project), data).status_code == 302
    first, second = Photo.objects.order_by("pk")
    assert f"{clock.day_of(first.taken_at)}" == "2020-10-12" and second.taken_at is None
    with Image.open(first.preview) as small:
        assert small.size == (480, 360) and not small.getexif()
    page = as_user(cast.henan_commerce).get(url("progress-list", project)).content.decode()
    preview = reverse("photo-preview", args=[project.pk, first.pk])
    assert preview in page and first.file.sha256 in page and "照片不带拍摄时间" in page
    answer = as_user(cast.contractor).get(preview)
    assert answer.headers["Content-Type"] == "image/jpeg" and "private" in answer.headers["Cache-Control"]
    assert as_user(cast.other_contractor).get(preview).status_code == 404
    stranger = Photo.keep(photograph("别处.jpg", taken=""), region=project.region, by=cast.clerk)
    assert as_user(cast.contractor).get(reverse("photo-preview", args=[project.pk, stranger.pk])).status_code == 404


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("坏.jpg", b"\xff\xd8\xff\xe0 no picture", "image/jpeg"), "已损坏或不完整"),
        (SimpleUploadedFile("文件.pdf", b"%PDF-1.4\n", "application/pdf"), "不是可以打开的照片"),
    ],
)
def test_what_is_no_photograph_is_refused_with_what_was_typed(cast, as_user, upload, words):
    project = underway_project(cast)
    data = {"on": str(clock.today()), "percent": "20", "text": "打基础第三层", "uploads": upload}
    response = as_user(cast.contractor).post(url("progress-create", project), data)
    page = response.content.decode()
    assert response.status_code == 422 and words in page and "打基础第三层" in page and not Photo.objects.exists()


def test_B_613_a_quiet_project_is_reminded(cast):
    project = underway_project(cast)
    go_to(clock.today() + timedelta(days=40))
    assert "B-613" in ids(project.watched())
    report(project, cast.clerk, 20)
    assert "B-613" not in ids(project.watched())


# --- 偏离 -----------------------------------------------------------------------------------------------------------


def deviating(project):
    """What the rule says of one project, and what the list says of it among many: always the same."""
    project.refresh_from_db()
    said = [breach.wrong for breach in project.watched() if breach.rule.id == "A-141"]
    assert bool(said) == Project.objects.deviating(clock.today()).filter(pk=project.pk).exists()
    assert bool(said) == Project.objects.with_life(clock.today()).get(pk=project.pk).deviates
    return " ".join(said)


def test_A_141_time_content_and_amount_are_compared_with_what_was_published(cast, as_user):
    project = underway_project(cast)
    assert not deviating(project)
    report(project, cast.clerk, 50, invested=project.investment_planned() + 1)
    assert "投资额度" in deviating(project)
    project.edit(by=cast.clerk, planned_investment=project.actual_investment)
    assert not deviating(project)
    visit = {"people": "县商务局 2 人", "place": "现场", "on": clock.today()}
    Visit.note(project, by=cast.clerk, finding="少建一条线", content_differs=True, **visit)
    assert "内容" in deviating(project)
    assert "偏离公示内容" in as_user(cast.contractor).get(project.get_absolute_url()).content.decode()
    Visit.note(project, by=cast.clerk, finding="已补建", **visit)
    assert not deviating(project)
    go_to(date(2022, 1, 5))
    assert "时限" in deviating(project)


def test_A_141_a_start_that_does_not_come_is_a_deviation(cast):
    project = selected_project(cast)
    assert not deviating(project)
    go_to(project.planned_start + timedelta(days=1))
    assert "尚未开工" in deviating(project)


def test_A_141_a_deviating_project_applies_for_acceptance_with_a_reason(cast):
    project = underway_project(cast)
    report(project, cast.clerk, 50, invested=project.investment_planned() + 1)
    s = story()
    with pytest.raises(Refused, match="A-141"):
        s.submitted_application(project)
    application = Application.objects.get()
    application.submit(by=cast.contractor, reason="钢材涨价，超出部分自筹")
    assert application.events.latest("pk").excused == ["A-141"]


# --- 跟踪检查、问题 ---------------------------------------------------------------------------------------------------


def test_A_142_acceptance_tells_when_nobody_was_there(cast, as_user):
    project = underway_project(cast)
    s = story()
    s.inform(project)
    application = Application.begin(project.agreement.stages.first(), by=cast.contractor, statement="已完成")
    go_to(s.today)
    assert "A-142" in ids(application.missing_before_submit())
    data = {"on": str(clock.today()), "people": "县财政局 2 人", "place": "仓库", "finding": "进度正常"}
    assert as_user(cast.finance).post(url("visit-create", project), data | {"uploads": photograph()}).status_code == 302
    assert "A-142" not in ids(application.missing_before_submit())
    assert "进度正常" in as_user(cast.government).get(application.get_absolute_url()).content.decode()
    assert "进度正常" in as_user(cast.contractor).get(url("visit-list", project)).content.decode()
    assert Message.objects.filter(recipient=cast.contractor, title__startswith="跟踪检查").exists()
    assert as_user(cast.contractor).post(url("visit-create", project), data).status_code == 403


def test_A_412_a_problem_stays_open_until_somebody_says_how_it_was_solved(cast, as_user):
    project = underway_project(cast)
    today = clock.today()
    data = {"title": "用地手续", "found_on": str(today), "responsible": "自然资源局", "due_on": str(today)}
    early = as_user(cast.contractor).post(url("problem-create", project), data | {"due_on": "2020-01-01"})
    assert early.status_code == 422 and "不能早于发现日期" in early.content.decode()
    assert as_user(cast.contractor).post(url("problem-create", project), data).status_code == 302
    go_to(today + timedelta(days=2))
    said = [breach.wrong for breach in project.watched() if breach.rule.id == "A-412"]
    assert len(said) == 1 and "已经逾期" in said[0]
    problem = Problem.objects.get()
    solve = {"solved_on": str(clock.today()), "solution": "已办结用地批复"}
    assert as_user(cast.clerk).post(url("problem-solve", problem), solve | {"solution": " "}).status_code == 422
    assert as_user(cast.clerk).post(url("problem-solve", problem), solve).status_code == 302
    assert as_user(cast.clerk).post(url("problem-solve", problem), solve).status_code == 409
    assert "A-412" not in ids(project.watched())
    assert "已办结用地批复" in as_user(cast.contractor).get(url("problem-list", project)).content.decode()
    with pytest.raises(IntegrityError, match="A_412"), transaction.atomic():
        Problem.objects.update(solution="")


# --- 标识、后期运营、中止 ----------------------------------------------------------------------------------------------


def test_A_426_B_612_the_signage_of_the_project_is_taken_over_by_the_application(cast, as_user):
    project = underway_project(cast)
    assert ids(breaches(SIGNAGE, project)) == {"A-426p", "B-612p"}
    data = {"text": "全国电子商务进农村综合示范项目", "phone": "（0371）63576801", "uploads": photograph("标识.jpg")}
    assert as_user(cast.contractor).post(url("signage-edit", project), data).status_code == 302
    project.refresh_from_db()
    assert not breaches(SIGNAGE, project)
    stage = project.agreement.stages.first()
    form = as_user(cast.contractor).get(url("application-create", stage)).content.decode()
    assert data["text"] in form and "checked" in form
    typed = {"statement": "完成", "signage_text": data["text"], "signage_has_phone": "on"}
    as_user(cast.contractor).post(url("application-create", stage), typed)
    assert Application.objects.get().signage_photo == project.signage_photo.file
    as_user(cast.contractor).post(url("signage-edit", project), {"text": "示范项目", "phone": "12345678"})
    project.refresh_from_db()
    assert ids(breaches(SIGNAGE, project)) == {"A-426p", "B-612p"} and project.signage_photo


def completed_project(cast):
    project = underway_project(cast)
    s = story()
    for stage_no in (1, 2):
        s.clear_application(project, stage_no)
    go_to(s.today)
    project.refresh_from_db()
    return project


def test_A_425_operation_is_noted_month_by_month_after_the_finish(cast, as_user):
    project = completed_project(cast)
    assert project.status == "completed" and project.finished_on
    finish = project.finished_on
    go_to(date(finish.year + 1, 2, 10))
    missing = project.operation_missing(clock.today())
    assert missing[0].month == finish.month % 12 + 1 and missing[-1] == date(finish.year + 1, 1, 1)
    assert "A-425" in ids(project.watched())
    post = lambda **data: as_user(cast.contractor).post(url("operation-create", project), data)  # noqa: E731
    assert post(month=f"{missing[0]:%Y-%m}", state="suspended").status_code == 422
    assert post(month=f"{missing[0]:%Y-%m}", state="suspended", note="春节停业").status_code == 302
    assert post(month=f"{missing[0]:%Y-%m}", state="normal").status_code == 422
    page = as_user(cast.henan_commerce).get(url("operation-list", project)).content.decode()
    assert "停业" in page and "春节停业" in page
    for month in missing[1:]:
        Operation.note_month(project, by=cast.clerk, month=month, state="normal")
    assert "A-425" not in ids(project.watched())
    with pytest.raises(IntegrityError, match="A_425"), transaction.atomic():
        Operation.objects.filter(state="normal").update(state="closed")


def test_P_161_a_project_is_stopped_and_resumed_with_a_reason_that_everybody_gets(cast, as_user):
    project = underway_project(cast)
    with pytest.raises(Refused, match="P-161"):
        project.stop(by=cast.government, reason=" ")
    assert as_user(cast.clerk).post(url("project-stop", project), {"reason": "x"}).status_code == 403
    assert as_user(cast.government).post(url("project-stop", project), {"reason": "承办单位停工"}).status_code == 302
    project.refresh_from_db()
    assert project.status == "stopped" and project.stopped_on == clock.today()
    told = Message.objects.filter(title__startswith="项目已中止").values_list("recipient__username", flat=True)
    assert set(told) == {"contractor-1", "queshan-commerce", "queshan-finance", "queshan-finance-review"}
    with pytest.raises(Refused, match="P-160"):
        report(project, cast.clerk, 50)
    assert as_user(cast.government).post(url("project-stop", project), {"reason": "再"}).status_code == 409
    project.resume(by=cast.government, reason="重新组织施工")
    assert project.status == "underway" and project.stopped_on is None
    report(project, cast.clerk, 50)


def test_P_161_a_project_that_never_began_can_be_stopped(cast):
    project = selected_project(cast)
    project.stop(by=cast.government, reason="承办单位放弃")
    project.resume(by=cast.government, reason="承办单位恢复履约")
    assert project.status == "preparing"


def test_A_331_the_ledger_row_says_what_it_lacks(cast):
    project = selected_project(cast)
    project.edit(by=cast.clerk, owner_phone="", planned_end=None)
    assert ledger_row_is_complete(project)[0].wrong == f"“{project.name}”缺：责任人电话、计划完工"
    project.edit(by=cast.clerk, owner_phone="0000-00000", planned_end=date(2021, 12, 31))
    assert not ledger_row_is_complete(project)
