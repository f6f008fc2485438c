"""跟踪检查和问题台账（25号 一（四）、四（二））。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from portal import clock
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, upholds
from projects.models.photo import Photo
from projects.models.project import Project


class Visit(models.Model):
    """县里对项目实施过程的一次跟踪检查：日期、人员、地点、发现、照片（A-142）。"""

    project = models.ForeignKey(Project, models.PROTECT, related_name="visits", verbose_name="项目")
    on = models.DateField("检查日期")
    people = models.CharField("检查人员", max_length=120)
    place = models.CharField("地点", max_length=120)
    finding = models.TextField("检查情况")
    content_differs = models.BooleanField("与公示的建设内容不一致", default=False)
    photos = models.ManyToManyField(Photo, blank=True, verbose_name="照片")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "跟踪检查"
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.project.name} {self.on}"

    @classmethod
    @upholds("A-142")
    @transaction.atomic
    def note(cls, project, *, by, photos=(), **fields):
        """登记一次跟踪检查；发现与公示内容不一致的，通知承办单位（A-141）。"""
        project.hold()
        visit = cls.objects.create(project=project, recorded_by=by, recorded_at=clock.now(), **fields)
        visit.photos.add(*photos)
        data = {"on": visit.on, "place": visit.place, "photos": [photo.file.sha256 for photo in photos]}
        project.record(f"跟踪检查（{visit.on}）", by=by, reason=visit.finding, data=data)
        words = "跟踪检查发现建设内容不一致" if visit.content_differs else "跟踪检查记录"
        key, link = f"visit:{visit.pk}", project.get_absolute_url()
        tell(project.contractor.members.all(), f"{words}：{project.name}", key=key, text=visit.finding, link=link)
        return visit


class Problem(models.Model):
    """问题台账的一行：发现、责任人、解决期限、解决情况（A-412）。"""

    project = models.ForeignKey(Project, models.PROTECT, related_name="problems", verbose_name="项目")
    title = models.CharField("问题", max_length=80)
    text = models.TextField("具体情况", blank=True)
    found_on = models.DateField("发现日期")
    responsible = models.CharField("责任人（单位）", max_length=80)
    due_on = models.DateField("解决期限")
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    solved_on = models.DateField("解决日期", null=True)
    solution = models.TextField("解决情况", blank=True)
    solved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "项目问题"
        ordering = [F("solved_on").desc(nulls_first=True), "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="A_412_problem_solved_iff_told_how",
                condition=Q(solved_on=None, solution="", solved_by=None)
                | (Q(solved_on__isnull=False, solved_by__isnull=False) & ~Q(solution="")),
                violation_error_message="解决的问题须有解决日期和解决情况（规则 A-412）",
            ),
            models.CheckConstraint(
                name="A_412_problem_dates_in_order",
                condition=Q(due_on__gte=F("found_on")) & (Q(solved_on=None) | Q(solved_on__gte=F("found_on"))),
                violation_error_message="解决期限和解决日期不能早于发现日期",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.solved_on is None

    @classmethod
    @transaction.atomic
    def raise_in(cls, project, *, by, **fields):
        """登记项目实施中遇到的困难和问题。"""
        project.hold()
        problem = cls.objects.create(project=project, found_by=by, **fields)
        data = {"responsible": problem.responsible, "due_on": problem.due_on}
        project.record(f"登记问题：{problem.title}", by=by, reason=problem.text, data=data)
        key, link = f"problem:{problem.pk}:raised", project.get_absolute_url()
        tell(
            project.contractor.members.all(), f"项目问题待解决：{problem.title}", key=key, text=problem.text, link=link
        )
        return problem

    @upholds("A-412")
    @transaction.atomic
    def solve(self, *, by, solved_on, solution):
        """问题销号：写明怎样解决的。"""
        self.project.hold()
        here = Problem.objects.filter(pk=self.pk, solved_on=None)
        if not here.update(solved_on=solved_on, solution=solution, solved_by=by):
            raise Refused(Breach(STILL_THERE, f"问题“{self.title}”已经解决，请刷新页面查看"))
        self.refresh_from_db()
        self.project.record(f"问题已解决：{self.title}", by=by, reason=solution, data={"solved_on": solved_on})
