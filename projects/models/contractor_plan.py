"""承办单位建设方案（domain/states.md 3.4）。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from accounts.models import User
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, different_people, enforce
from projects.models.project import Project
from projects.rules import project as rules


class ContractorPlan(Flow):
    """承办单位项目建设方案：报县政府批准，向社会公示后组织实施（25号 一（一））。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待县政府批准"
        RETURNED = "returned", "退回修改"
        PUBLICISED = "publicised", "已批准，公示中"
        READY = "ready", "可组织实施"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    APPROVED = (Status.PUBLICISED, Status.READY)
    BEFORE_SUBMIT = [rules.contractor_plan_repeats_the_agreement]

    project = models.ForeignKey(Project, models.PROTECT, related_name="contractor_plans", verbose_name="项目")
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    text = models.TextField("建设内容、时限和投资")
    central_amount = MoneyField("中央资金投入额度（元）", null=True, blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="建设方案文件")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公示")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        verbose_name = "建设方案"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="one_contractor_plan_per_version"),
            models.CheckConstraint(
                name="A_108_contractor_plan_approved_iff_dated",
                condition=Q(status__in=["publicised", "ready"], approved_at__isnull=False, notice__isnull=False)
                | Q(status__in=["draft", "submitted", "returned"], approved_at=None),
                violation_error_message="建设方案须经县政府批准并公示（规则 A-108、A-109）",
            ),
        ]

    def __str__(self):
        return f"{self.project.name}建设方案（第 {self.version} 版）"

    def get_absolute_url(self):
        return self.project.get_absolute_url()

    @property
    def county(self):
        return self.project.county

    def refuse_unless_editable(self):
        if self.status not in self.EDITABLE:
            raise Refused(Breach(STILL_THERE, f"建设方案当前为“{self.get_status_display()}”，不能修改"))

    @classmethod
    @transaction.atomic
    def draft(cls, project, *, by, text, central_amount=None, file=None):
        """承办单位编制建设方案，或按退回意见修改；报出之后不能再改。"""
        project.hold()
        plan = project.contractor_plans.first() or cls(project=project)
        if plan.pk:
            plan.hold()
        plan.refuse_unless_editable()
        plan.text, plan.central_amount = text, central_amount
        plan.file, plan.drafted_by = file or plan.file, by
        plan.save()
        plan.record("编制建设方案", by=by, target=plan.status)
        return plan

    @transaction.atomic
    def submit(self, *, by):
        self.hold()
        enforce(self.BEFORE_SUBMIT, self)
        self.move(self.EDITABLE, self.Status.SUBMITTED, by=by, words="建设方案报县政府批准")
        people = User.objects.serving(self.region, "government")
        link = self.get_absolute_url()
        tell(people, f"请批准建设方案：{self.project.name}", key=f"contractor-plan:{self.pk}:{clock.now()}", link=link)

    @transaction.atomic
    def approve(self, *, by, site_url):
        """县政府批准，随即向社会公示。"""
        self.hold()
        different_people(by, self.drafted_by, words="编制人不能批准自己编制的建设方案")
        enforce(self.BEFORE_SUBMIT, self)
        notice = Notice.start(
            self,
            Notice.Kind.CONTRACTOR_PLAN,
            by=by,
            title=f"{self.project.name}承办单位建设方案公示",
            body=self.text,
            facts=self._facts(),
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        if self.file:
            notice.attachments.add(self.file)
            self.file.publish()
        self.move(
            self.Status.SUBMITTED,
            self.Status.PUBLICISED,
            by=by,
            words="县政府批准建设方案并公示",
            notice=notice,
            approved_at=clock.now(),
        )

    def _facts(self):
        """What the notice states besides the text; amounts and owners as the agreement has them (A-324)."""
        facts = {"承办单位": self.project.contractor.name, "项目编号": self.project.no}
        agreement = getattr(self.project, "agreement", None)
        if agreement is None:
            return facts
        owners = [f"{x.name} {x.quantity}，归属：{x.get_owner_display()}" for x in agreement.equipment.all()]
        return facts | {
            "中央资金": f"{agreement.central_amount} 元",
            "设备购置与归属": "；".join(owners) or "不购置设备",
        }

    @transaction.atomic
    def send_back(self, *, by, reason):
        self.move(self.Status.SUBMITTED, self.Status.RETURNED, by=by, words="县政府退回建设方案", reason=reason)

    def notice_ended(self, notice):
        if self.hold().status == self.Status.PUBLICISED:
            self.move(self.Status.PUBLICISED, self.Status.READY, by=None, words="建设方案公示期满，可组织实施")

    def notice_upheld(self, notice, *, by):
        self.hold()
        self.move(self.Status.PUBLICISED, self.Status.RETURNED, by=by, words="公示异议成立，退回更正", approved_at=None)
