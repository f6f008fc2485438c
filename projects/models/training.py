"""培训台账（domain/dictionary.md E18）：courses, their sessions, and what proves that a session took place."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope
from portal.flow import Flow, Recorded
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import training as rules


class LedgerQuerySet(models.QuerySet):
    """Rows of a project's ledger are seen by whoever sees the project."""

    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))


class OfProject(models.Model):
    """Where a row of a project's ledger belongs, and who may act on it."""

    class Meta:
        abstract = True

    @property
    def county(self):
        return self.project.county

    @property
    def contractor(self):
        return self.project.contractor

    def admits(self, user):
        return self.project.admits(user)


class Course(OfProject, Recorded):
    """课程：textbook and topics are what the notice asks for (A-213)."""

    class Kind(models.TextChoices):
        BASICS = "basics", "普及"
        SKILLS = "skills", "技能"
        LIVE = "live", "直播"
        SOCIAL = "social", "社交电商"
        OFFICIALS = "officials", "干部"
        OTHER = "other", "其他"

    class Topic(models.TextChoices):
        BASICS = "basics", "电商基础知识"
        LIVE = "live", "直播带货"
        SOCIAL = "social", "社交电商"
        SHOP = "shop", "网店运营"
        PRODUCT = "product", "选品、包装与品控"
        BRAND = "brand", "品牌与营销"
        LOGISTICS = "logistics", "物流与售后"
        FINANCE = "finance", "支付与金融"
        LAW = "law", "法规与诚信"
        POLICY = "policy", "政策解读"

    project = models.ForeignKey(Project, models.PROTECT, related_name="courses", verbose_name="项目")
    name = models.CharField("课程名称", max_length=80)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    topics = models.JSONField("培训内容", default=list, blank=True)
    textbook = models.CharField("教材", max_length=120, blank=True)
    hours = models.PositiveSmallIntegerField("学时")
    teachers = models.CharField("教师", max_length=200, blank=True)
    pass_mark = models.PositiveSmallIntegerField("合格分数线（分）", default=60)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "培训课程"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="course_pass_mark_within_a_hundred",
                condition=Q(pass_mark__lte=100),
                violation_error_message="合格分数线不能超过 100 分",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("training-list", args=[self.project_id])

    @property
    def topic_words(self):
        labels = dict(self.Topic.choices)
        return "、".join(labels.get(topic, topic) for topic in self.topics)

    @classmethod
    @transaction.atomic
    def begin(cls, project, *, by, **fields):
        """登记一门课程。"""
        project.hold()
        course = cls(project=project, **fields)
        enforce([rules.project_takes_sessions], course)
        course.save()
        course.record(f"登记培训课程“{course.name}”", by=by)
        return course

    @transaction.atomic
    def edit(self, *, by, **fields):
        self.hold()
        enforce([rules.project_takes_sessions], self)
        changed = {n: [str(getattr(self, n)), str(v)] for n, v in fields.items() if getattr(self, n) != v}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.record(f"修改培训课程“{self.name}”", by=by, data=changed)


class TrainingSessionQuerySet(LedgerQuerySet):
    def with_records(self):
        """Each session with what proves it: sheets, photos, people on the list, people who signed."""
        from projects.models.trainee import Attendance, Enrolment

        def counted(rows):
            return models.functions.Coalesce(
                models.Subquery(rows.order_by().values("session").annotate(n=Count("pk")).values("n")), 0
            )

        files, people = (
            SessionFile.objects.filter(session=OuterRef("pk")),
            Enrolment.objects.filter(session=OuterRef("pk")),
        )
        signed = Attendance.objects.filter(enrolment=OuterRef("pk"), signed=True)
        return self.annotate(
            sheets=counted(files.filter(kind=SessionFile.Kind.SHEET)),
            photos=counted(files.filter(kind=SessionFile.Kind.PHOTO)),
            enrolled=counted(people),
            attended=counted(people.filter(Exists(signed))),
        ).order_by("no")

    def signed_twice_a_day(self):
        """(no, day, people) of these sessions: signed here and in another session of any project on the same day."""
        from projects.models.trainee import Attendance

        here = Attendance.objects.filter(enrolment__session__in=self).signed_elsewhere()
        rows = here.values_list("enrolment__session__no", "day").annotate(people=Count("pk"))
        return list(rows.order_by("enrolment__session__no", "day"))

    def not_followed_up(self, today):
        """(no, days after the session, people) of what is due by `today` and not there (A-214)."""
        from projects.models.trainee import Enrolment

        people = Enrolment.objects.filter(session__in=self).attended()
        due = {}
        for days in rules.FOLLOW_UP_DAYS:
            ended = Q(session__date_to__lte=today - timedelta(days=days))
            given = Exists(self._follow_ups(days))
            due[f"after_{days}"] = Count("pk", filter=ended & ~Q(given))
        rows = people.values("session__no").annotate(**due).order_by("session__no")
        return [
            (row["session__no"], days, row[f"after_{days}"])
            for row in rows
            for days in rules.FOLLOW_UP_DAYS
            if row[f"after_{days}"]
        ]

    def open_matters(self, today):
        """Sessions that wait for their contractor: over and not locked, or `owes_follow_up` at one of the milestones."""
        from projects.models.trainee import Enrolment

        people = Enrolment.objects.filter(session=OuterRef("pk")).attended()
        owed = Q(pk=None)
        for days in rules.FOLLOW_UP_DAYS:
            left = Exists(people.filter(~Exists(self._follow_ups(days))))
            owed |= Q(date_to__lte=today - timedelta(days=days)) & Q(left)
        unlocked = Q(status=TrainingSession.Status.CLAIMED, date_to__lt=today, project__status="underway")
        owes = models.ExpressionWrapper(owed, output_field=models.BooleanField())
        return self.annotate(owes_follow_up=owes).filter(unlocked | Q(owes_follow_up=True))

    @staticmethod
    def _follow_ups(days):
        from projects.models.trainee import FollowUp

        return FollowUp.objects.filter(enrolment=OuterRef("pk"), after_days=days)


class TrainingSession(OfProject, Flow):
    """期次：已申报 → 记录齐全（锁定）。Only what is locked with its records counts at acceptance (A-215)."""

    class Status(models.TextChoices):
        CLAIMED = "claimed", "已申报，记录中"
        RECORDED = "recorded", "记录齐全"

    BEFORE_LOCK = [
        rules.project_takes_sessions,
        rules.session_lies_behind_us,
        rules.session_is_recorded,
        rules.nobody_of_the_session_twice_a_day,
    ]
    LONGEST = 31  # days; a longer course is several sessions

    project = models.ForeignKey(Project, models.PROTECT, related_name="training_sessions", verbose_name="项目")
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions", verbose_name="课程")
    no = models.PositiveSmallIntegerField("期次")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.CLAIMED)
    date_from = models.DateField("开始日期")
    date_to = models.DateField("结束日期")
    place = models.CharField("地点", max_length=120)
    organizer = models.CharField("组织单位", max_length=80)
    planned = models.PositiveIntegerField("计划人数")
    satisfaction = models.DecimalField("满意度（%）", max_digits=5, decimal_places=2, null=True, blank=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "培训期次"
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "no"], name="one_session_per_number", violation_error_message="该期次已经登记"
            ),
            models.CheckConstraint(
                name="A_215_session_has_its_days",
                condition=Q(date_to__gte=F("date_from")) & Q(date_to__lte=F("date_from") + timedelta(days=30)),
                violation_error_message="一期培训不超过 31 天，结束不能早于开始；更长的请分期登记（规则 A-215）",
            ),
            models.CheckConstraint(
                name="A_212_satisfaction_within_a_hundred",
                condition=Q(satisfaction=None) | Q(satisfaction__range=(0, 100)),
                violation_error_message="满意度在 0 到 100 之间（规则 A-212）",
            ),
        ]

    def __str__(self):
        return f"第 {self.no} 期"

    def get_absolute_url(self):
        return reverse("session-detail", args=[self.pk])

    @property
    def days(self):
        """Every day from the first to the last; those without teaching have no signature."""
        return [self.date_from + timedelta(days=n) for n in range((self.date_to - self.date_from).days + 1)]

    def missing_before_lock(self):
        return breaches(self.BEFORE_LOCK, self)

    def refuse_unless_open(self):
        if self.status != self.Status.CLAIMED:
            raise Refused(Breach(STILL_THERE, f"{self}记录已锁定，确需更正的请先退回记录"))
        enforce([rules.project_takes_sessions], self)

    @classmethod
    @transaction.atomic
    def begin(cls, course, *, by, no=None, **fields):
        """申报一期培训，期次在项目内连续编号（表格导入的按表中期次）。"""
        project = course.project.hold()
        last = cls.objects.filter(project=project).aggregate(last=Max("no"))["last"] or 0
        session = cls(project=project, course=course, no=no or last + 1, **fields)
        enforce([rules.project_takes_sessions], session)
        session.save()
        session.record(f"申报培训第 {session.no} 期（{course.name}）", by=by, target=session.status)
        return session

    @transaction.atomic
    def edit(self, *, by, **fields):
        """更正期次；签到日期不在起止日期之内的，随之作废。"""
        self.hold()
        self.refuse_unless_open()
        changed = {n: [str(getattr(self, n)), str(v)] for n, v in fields.items() if getattr(self, n) != v}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        if {"date_from", "date_to"} & changed.keys():
            self._drop_signatures_outside()
        self.record(f"修改培训{self}", by=by, data=changed)

    def _drop_signatures_outside(self):
        from projects.models.trainee import Attendance

        outside = Attendance.objects.filter(enrolment__session=self)
        outside.filter(~Q(day__range=(self.date_from, self.date_to))).delete()

    @transaction.atomic
    def add_files(self, kind, files, *, by):
        """签到表、现场照片：kept with their digest, never replaced."""
        self.hold()
        self.refuse_unless_open()
        SessionFile.objects.bulk_create([SessionFile(session=self, kind=kind, file=file) for file in files])
        words = SessionFile.Kind(kind).label
        self.record(f"上传{self}{words}", by=by, data={"sha256": [file.sha256 for file in files]})

    @upholds("B-303")
    @transaction.atomic
    def lock(self, *, by):
        """核对签到表、照片和名单，锁定本期记录；锁定后方可计入验收（25号 二（四）如实做好培训记录）。"""
        self.hold()
        enforce(self.BEFORE_LOCK, self)
        self.move(self.Status.CLAIMED, self.Status.RECORDED, by=by, words=f"{self}记录核对锁定")

    @transaction.atomic
    def reopen(self, *, by, reason):
        """退回记录：what is wrong is put right in the open, with its reason."""
        self.hold()
        enforce([rules.project_takes_sessions], self)
        self.move(self.Status.RECORDED, self.Status.CLAIMED, by=by, words=f"{self}记录退回更正", reason=reason)


class SessionFile(models.Model):
    """What proves a session: the signed sheet, photographs of the room."""

    class Kind(models.TextChoices):
        SHEET = "sheet", "签到表"
        PHOTO = "photo", "现场照片"

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="files")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = "培训附件"
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "file"], name="one_row_per_session_file")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.file}"
