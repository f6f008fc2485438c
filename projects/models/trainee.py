"""学员：one person within a project, on the lists of its sessions, with signatures, results and what became of it.

Identity number and phone are encrypted; equal people are found by the digest. Ten years after the project ends the
personal fields are blanked and the totals stay (G-37).
"""

from itertools import count

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope
from portal.flow import Recorded
from portal.money import MoneyField
from portal.rules import STILL_THERE, Breach, Refused
from portal.secrets import DigestField, EncryptedField, digests_of
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.models.training import LedgerQuerySet, OfProject, TrainingSession
from projects.rules.training import FOLLOW_UP_DAYS


class TraineeQuerySet(LedgerQuerySet):
    def of_number(self, id_no):
        return self.filter(id_digest__in=digests_of(id_no))


class Trainee(OfProject, Recorded):
    """学员（去重后的一个人）。Names, identity numbers and phones never leave for the public side (G-20)."""

    class Gender(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    class Category(models.TextChoices):
        RETURNEE = "returnee", "返乡农民工"
        STUDENT = "student", "大学生"
        VETERAN = "veteran", "退伍军人"
        POOR = "poor", "贫困户"
        OTHER = "other", "其他"

    PERSONAL = ("id_no", "phone")
    FIELDS = ("name", "gender", "id_no", "phone", "village", "category", "is_poor")

    project = models.ForeignKey(Project, models.PROTECT, related_name="trainees", verbose_name="项目")
    name = models.CharField("姓名", max_length=40, blank=True)
    gender = models.CharField("性别", max_length=6, choices=Gender)
    id_no = EncryptedField("身份证号", kind="id")
    id_digest = DigestField("身份证号摘要", of="id_no", db_index=True)
    phone = EncryptedField("手机号", kind="phone", blank=True)
    village = models.CharField("所在村", max_length=80)
    category = models.CharField("学员类别", max_length=10, choices=Category)
    is_poor = models.BooleanField("建档立卡贫困户", default=False)
    forgotten_on = models.DateField("个人信息删除日期", null=True)

    objects = TraineeQuerySet.as_manager()

    class Meta:
        verbose_name = "学员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "id_digest"],
                condition=~Q(id_digest=""),
                name="A_215_one_trainee_per_identity_number",
                violation_error_message="该身份证号已登记为本项目学员（规则 A-215）",
            ),
            models.CheckConstraint(
                name="G_37_forgotten_trainee_has_no_personal_fields",
                condition=(Q(forgotten_on=None) & ~Q(name="") & ~Q(id_digest=""))
                | Q(forgotten_on__isnull=False, name="", id_digest="", id_no="", phone=""),
                violation_error_message="在册学员须有姓名和身份证号；期满删除的不再保留个人信息",
            ),
        ]

    def __str__(self):
        return self.name or "（个人信息已按期删除）"

    def get_absolute_url(self):
        return reverse("training-list", args=[self.project_id])

    @transaction.atomic
    def edit(self, *, by, **fields):
        """更正学员资料。The event names the fields, not what stood in them: it is kept for ever, they are not."""
        self.hold()
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=[*fields, "id_digest"])
        self.record("更正学员资料", by=by, data={"fields": changed})


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        project = "session__project"
        return self.filter(in_scope(user, f"{project}__county__region") | Q(is_member(user, f"{project}__contractor")))

    def attended(self):
        """Who signed on at least one day: only these count."""
        return self.filter(Exists(Attendance.objects.filter(enrolment=OuterRef("pk"), signed=True)))


class Enrolment(models.Model):
    """名单上的一名学员：a person in one session (人次), with result and certificate."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="enrolments", verbose_name="期次")
    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="enrolments", verbose_name="学员")
    no = models.CharField("名单编号", max_length=12)
    exam_score = models.DecimalField("考核成绩（分）", max_digits=5, decimal_places=2, null=True, blank=True)
    certificate_no = models.CharField("证书编号", max_length=40, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "参训学员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "trainee"],
                name="one_enrolment_per_session",
                violation_error_message="该学员已在本期名单中",
            ),
            models.UniqueConstraint(
                fields=["session", "no"],
                name="one_enrolment_per_number",
                violation_error_message="名单编号在本期内不能重复",
            ),
            models.CheckConstraint(
                name="A_212_score_within_a_hundred",
                condition=Q(exam_score=None) | Q(exam_score__range=(0, 100)),
                violation_error_message="考核成绩在 0 到 100 之间（规则 A-212）",
            ),
        ]

    def __str__(self):
        return f"{self.session} {self.trainee}"

    def get_absolute_url(self):
        return self.session.get_absolute_url()

    @property
    def project(self):
        return self.session.project


def free_numbers(session):
    """名单编号 that are not given yet: 期次-序号, going on behind the last one."""
    taken = session.enrolments.values_list("no", flat=True)
    last = max((int(no.rpartition("-")[2]) for no in taken), default=0)
    return (f"{session.no}-{n:03d}" for n in count(last + 1))


@transaction.atomic
def enrol(session, rows, *, by) -> int:
    """把学员列入本期名单。A number known in the project is the same person; returns how many are new on the list."""
    session.hold()
    session.refuse_unless_open()
    digests = {digest for row in rows for digest in digests_of(row["id_no"])}
    known = {trainee.id_no.plain: trainee for trainee in session.project.trainees.filter(id_digest__in=digests)}
    fresh = {row["id_no"]: Trainee(project=session.project, **row) for row in rows if row["id_no"] not in known}
    known |= {trainee.id_no.plain: trainee for trainee in Trainee.objects.bulk_create(fresh.values())}
    listed = set(session.enrolments.filter(trainee__in=known.values()).values_list("trainee_id", flat=True))
    people = {known[row["id_no"]].pk: known[row["id_no"]] for row in rows}
    numbers = free_numbers(session)
    Enrolment.objects.bulk_create(
        [Enrolment(session=session, trainee=t, no=next(numbers)) for pk, t in people.items() if pk not in listed]
    )
    added = len(people.keys() - listed)
    session.record(f"{session}登记学员 {added} 人", by=by, data={"added": added, "new": len(fresh)})
    return added


@transaction.atomic
def strike(enrolment, *, by, reason):
    """从本期名单删去误登的学员；本人不在其他期次的，资料一并删除。"""
    session, trainee = enrolment.session.hold(), enrolment.trainee
    session.refuse_unless_open()
    if not Enrolment.objects.filter(pk=enrolment.pk).exists():
        raise Refused(Breach(STILL_THERE, "该学员已不在名单中，请刷新页面"))
    enrolment.attendance.all().delete()
    enrolment.follow_ups.all().delete()
    enrolment.delete()
    if not trainee.enrolments.exists() and not trainee.events.exists():
        trainee.delete()
    session.record(f"{session}删去误登学员 1 人", by=by, reason=reason)


@transaction.atomic
def sign(session, marks, *, by):
    """登记签到、成绩和证书。`marks`: enrolment → {"days": set of dates, "exam_score": …, "certificate_no": …}."""
    session.hold()
    session.refuse_unless_open()
    here = session.enrolments.in_bulk([enrolment.pk for enrolment in marks])
    given = {here[enrolment.pk]: mark for enrolment, mark in marks.items() if enrolment.pk in here}
    days = set(session.days)
    wanted = {(enrolment.pk, day) for enrolment, mark in given.items() for day in mark["days"] & days}
    stored = Attendance.objects.filter(enrolment__in=given)
    there = {(mark.enrolment_id, mark.day): mark.pk for mark in stored}
    added, gone = wanted - there.keys(), there.keys() - wanted
    stored.filter(pk__in=[there[key] for key in gone]).delete()
    Attendance.objects.bulk_create([Attendance(enrolment_id=pk, day=day) for pk, day in sorted(added)])
    for enrolment, mark in given.items():
        enrolment.exam_score, enrolment.certificate_no = mark["exam_score"], mark["certificate_no"]
    Enrolment.objects.bulk_update(given, ["exam_score", "certificate_no"])
    session.record(
        f"{session}登记签到 {len(wanted)} 人天",
        by=by,
        data={"people": len(given), "signed": sorted(added), "unsigned": sorted(gone)},
    )


class AttendanceQuerySet(models.QuerySet):
    def signed_elsewhere(self):
        """Signatures of people who signed in another session, of whatever project, on the same day (A-215)."""
        elsewhere = Attendance.objects.filter(
            enrolment__trainee__id_digest=OuterRef("enrolment__trainee__id_digest"), day=OuterRef("day"), signed=True
        ).exclude(enrolment__session=OuterRef("enrolment__session"))
        return self.filter(Exists(elsewhere), signed=True).exclude(enrolment__trainee__id_digest="")


class Attendance(models.Model):
    """签到：one person, one day of the session."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    day = models.DateField("日期")
    signed = models.BooleanField("已签到", default=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "签到"
        constraints = [models.UniqueConstraint(fields=["enrolment", "day"], name="A_215_one_signature_per_day")]

    def __str__(self):
        return f"{self.enrolment_id} {self.day}"


class FollowUp(models.Model):
    """跟踪服务（A-214）：what became of the trainee 30, 90 and 180 days later."""

    class Outcome(models.TextChoices):
        SHOP = "shop", "开店"
        JOB = "job", "就业"
        BUSINESS = "business", "创业"
        NONE = "none", "未转化"

    CONVERTED = (Outcome.SHOP, Outcome.JOB, Outcome.BUSINESS)

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="follow_ups", verbose_name="参训学员")
    after_days = models.PositiveSmallIntegerField("跟踪节点", choices=[(days, f"{days} 天") for days in FOLLOW_UP_DAYS])
    on = models.DateField("跟踪日期")
    outcome = models.CharField("转化情况", max_length=10, choices=Outcome)
    income = MoneyField("收入（元/月）", null=True, blank=True)

    class Meta:
        verbose_name = "跟踪服务"
        ordering = ["after_days"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "after_days"],
                name="A_214_one_follow_up_per_milestone",
                violation_error_message="该节点的跟踪服务已登记（规则 A-214）",
            ),
            models.CheckConstraint(
                name="follow_up_income_not_negative",
                condition=Q(income=None) | Q(income__gte=0),
                violation_error_message="收入不能为负",
            ),
        ]

    def __str__(self):
        return f"{self.get_after_days_display()} {self.get_outcome_display()}"

    @classmethod
    @transaction.atomic
    def note(cls, enrolment, *, by, after_days, **fields):
        """登记跟踪服务；同一节点再次登记即更正。Allowed after the project is finished, too: that is the point of it."""
        session = enrolment.session
        session.hold()
        follow_up, made = cls.objects.update_or_create(enrolment=enrolment, after_days=after_days, defaults=fields)
        words = "登记" if made else "更正"
        session.record(f"{session}{words}学员 {after_days} 天跟踪服务", by=by, data={"outcome": str(follow_up.outcome)})
        return follow_up


def forget(project, today) -> int:
    """Blank the personal fields of a project's trainees, keep what is counted (G-37). Returns how many."""
    here = project.trainees.filter(forgotten_on=None)
    Enrolment.objects.filter(trainee__in=here).exclude(certificate_no="").update(certificate_no="")
    gone = here.update(name="", id_no="", id_digest="", phone="", forgotten_on=today)
    if gone:
        project.record(f"保存十年期满，删除 {gone} 名学员的个人信息，统计数保留", by=None)
    return gone
