"""承办单位建设方案（domain/states.md 3.4）。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Office, User
from notices.models import Notice
from portal import clock
from portal.flow import Flow, Recorded
from portal.models import Attachment
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, different_people, enforce
from projects.compare import equipment_text
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import project as rules


class ContractorPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))


class ContractorPlan(Flow):
    """承办单位项目建设方案：报县政府批准，向社会公示后组织实施（25号 一（一））。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "编制中"
        REVIEW = "review", "待县商务、财政审查"
        SUBMITTED = "submitted", "待县政府批准"
        RETURNED = "returned", "退回修改"
        PUBLICISED = "publicised", "已批准，公示中"
        READY = "ready", "可组织实施"
        SUPERSEDED = "superseded", "被新版替代"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    REVIEWERS = (Office.Bureau.COMMERCE, Office.Bureau.FINANCE)
    APPROVED = (Status.PUBLICISED, Status.READY)
    BEFORE_SUBMIT = [rules.contractor_plan_repeats_the_agreement]

    project = models.ForeignKey(Project, models.PROTECT, related_name="contractor_plans", verbose_name="项目")
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    text = models.TextField("建设内容、时限和投资")
    central_amount = MoneyField("中央资金投入额度（元）", null=True, blank=True)
    equipment_text = models.TextField("设备清单", blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_end = models.DateField("计划完工", null=True, blank=True)
    change_reason = models.TextField("修改理由", blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="建设方案文件")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公示")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True)

    objects = ContractorPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "建设方案"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="one_contractor_plan_per_version"),
            models.CheckConstraint(
                name="A_108_contractor_plan_approved_iff_dated",
                condition=Q(
                    status__in=["publicised", "ready", "superseded"], approved_at__isnull=False, notice__isnull=False
                )
                | Q(status__in=["draft", "review", "submitted", "returned"], approved_at=None),
                violation_error_message="建设方案须经县政府批准并公示（规则 A-108、A-109）",
            ),
            models.CheckConstraint(
                name="contractor_plan_dates_in_order",
                condition=Q(planned_end=None) | Q(planned_start=None) | Q(planned_end__gte=F("planned_start")),
                violation_error_message="计划完工不能早于计划开工",
            ),
        ]

    def __str__(self):
        return f"{self.project.name}建设方案（第 {self.version} 版）"

    def get_absolute_url(self):
        return reverse("contractor-plan-detail", args=[self.pk])

    @property
    def county(self):
        return self.project.county

    def missing_before_submit(self):
        return breaches(self.BEFORE_SUBMIT, self)

    def waits_for(self, user):
        """Does this plan wait for the opinion of the bureau of this person?"""
        if self.status != self.Status.REVIEW or not user.office_id or user.office.bureau not in self.REVIEWERS:
            return False
        return user.office.bureau not in {opinion.bureau for opinion in self.opinions.all()}

    def refuse_unless_editable(self):
        if self.status not in (*self.EDITABLE, self.Status.READY):
            raise Refused(Breach(STILL_THERE, f"建设方案当前为“{self.get_status_display()}”，不能修改"))

    @classmethod
    def beginning(cls, project):
        """What a first plan repeats from the agreement and the ledger; the contractor corrects what is different."""
        agreement = getattr(project, "agreement", None)
        return {
            "central_amount": agreement and agreement.central_amount,
            "equipment_text": equipment_text(agreement.equipment.all()) if agreement else "",
            "planned_start": project.planned_start,
            "planned_end": project.planned_end,
        }

    @classmethod
    @transaction.atomic
    def draft(cls, project, *, by, text, file=None, change_reason="", **fields):
        """承办单位编制建设方案。退回的或已批准的方案不改原文，另成新的版本；原版本留存备查。

        `fields`: amount, equipment and time limit; what is not given repeats the agreement (or the version before).
        """
        project.hold()
        latest = project.contractor_plans.first()
        plan = cls._next(project, latest, change_reason)
        plan.text, plan.drafted_by, plan.file = text, by, file or plan.file
        for name, value in fields.items():
            setattr(plan, name, value)
        plan.save()
        plan.record("编制建设方案", by=by, target=plan.status, reason=change_reason)
        return plan

    @classmethod
    def _next(cls, project, latest, change_reason):
        """The row to write: the draft under way, or a new version after a return or of an approved plan."""
        if latest is None:
            return cls(project=project, **cls.beginning(project))
        latest.hold()
        latest.refuse_unless_editable()
        if latest.status == cls.Status.DRAFT:
            return latest
        if latest.status == cls.Status.READY and not change_reason.strip():
            raise Refused(Breach(rules.contractor_plan_approved, "修改已批准的建设方案，须写明理由并重新报批、公示"))
        kept = ("central_amount", "equipment_text", "planned_start", "planned_end", "file")
        again = {name: getattr(latest, name) for name in kept}
        return cls(project=project, version=latest.version + 1, change_reason=change_reason, **again)

    @transaction.atomic
    def submit(self, *, by):
        """承办单位报县商务局、财政局审查。"""
        self.hold()
        enforce(self.BEFORE_SUBMIT, self)
        self.move(self.Status.DRAFT, self.Status.REVIEW, by=by, words="建设方案报县商务局、财政局审查")
        people, link = User.objects.serving(self.region, *self.REVIEWERS), self.get_absolute_url()
        tell(people, f"请审查建设方案：{self.project.name}", key=f"contractor-plan:{self.pk}:review", link=link)

    @transaction.atomic
    def review(self, *, by, agrees, opinion=""):
        """县商务局、财政局各自出具意见；一个部门退回即退回，都同意后报县政府批准。"""
        self.hold()
        different_people(by, self.drafted_by, words="编制人不能审查自己编制的建设方案")
        if not self.waits_for(by):
            raise Refused(Breach(STILL_THERE, f"建设方案当前为“{self.get_status_display()}”，或本部门已出具意见"))
        bureau = by.office.bureau
        PlanOpinion.objects.create(plan=self, bureau=bureau, agrees=agrees, opinion=opinion, by=by, at=clock.now())
        words = f"{by.office_name}{'同意' if agrees else '退回'}建设方案"
        if not agrees:
            self.move(self.Status.REVIEW, self.Status.RETURNED, by=by, words=words, reason=opinion)
            self._tell_contractor("建设方案被退回，请修改", opinion)
        elif self.opinions.filter(agrees=True).count() < len(self.REVIEWERS):
            self.record(words, by=by, reason=opinion)
        else:
            self.move(self.Status.REVIEW, self.Status.SUBMITTED, by=by, words=f"{words}，报县政府批准", reason=opinion)
            people, link = User.objects.serving(self.region, "government"), self.get_absolute_url()
            tell(people, f"请批准建设方案：{self.project.name}", key=f"contractor-plan:{self.pk}:submitted", link=link)

    def _tell_contractor(self, words, text=""):
        members, link = self.project.contractor.members.all(), self.get_absolute_url()
        tell(
            members,
            f"{words}：{self.project.name}",
            key=f"contractor-plan:{self.pk}:{self.status}",
            text=text,
            link=link,
        )

    @transaction.atomic
    def approve(self, *, by, site_url):
        """县政府批准，随即向社会公示。"""
        self.hold()
        reviewers = [opinion.by for opinion in self.opinions.select_related("by")]
        different_people(by, self.drafted_by, *reviewers, words="编制人、审查人不能批准建设方案")
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
        if self.planned_start and self.planned_end:
            facts["时限"] = f"{self.planned_start} 至 {self.planned_end}"
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
        self._tell_contractor("建设方案被退回，请修改", reason)

    def notice_ended(self, notice):
        """公示期满无异议：可组织实施；a later version replaces the one before."""
        if self.hold().status != self.Status.PUBLICISED:
            return
        for older in self.project.contractor_plans.filter(status=self.Status.READY):
            older.move(self.Status.READY, self.Status.SUPERSEDED, by=None, words=f"被第 {self.version} 版建设方案替代")
        self.move(self.Status.PUBLICISED, self.Status.READY, by=None, words="建设方案公示期满，可组织实施")

    def notice_upheld(self, notice, *, by):
        self.hold()
        self.move(self.Status.PUBLICISED, self.Status.RETURNED, by=by, words="公示异议成立，退回更正", approved_at=None)


class PlanOpinion(Recorded):
    """县商务局、财政局对建设方案的意见：one of each bureau and version, never changed."""

    plan = models.ForeignKey(ContractorPlan, models.PROTECT, related_name="opinions", verbose_name="建设方案")
    bureau = models.CharField("部门", max_length=12, choices=[(b.value, b.label) for b in ContractorPlan.REVIEWERS])
    agrees = models.BooleanField("同意")
    opinion = models.TextField("意见", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审查人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "建设方案审查意见"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "bureau"],
                name="A_108_one_opinion_per_bureau",
                violation_error_message="本部门已对这一版建设方案出具意见（规则 A-108）",
            ),
            models.CheckConstraint(
                name="plan_opinion_return_has_words",
                condition=Q(agrees=True) | ~Q(opinion=""),
                violation_error_message="退回建设方案须写明意见",
            ),
        ]

    def __str__(self):
        return f"{self.get_bureau_display()}：{'同意' if self.agrees else '退回'}"

    @property
    def county(self):
        return self.plan.county
