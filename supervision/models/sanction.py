"""拟取消、取消示范资格（domain/states.md 3.12; dictionary.md E30）."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Office, User
from counties.models import Bureau, County
from funds.models import Freeze, Recovery
from portal import clock, workdays
from portal.flow import Flow
from portal.models import Attachment, Counter
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds
from supervision.rules import sanction as rules

DEPARTMENTS = {Bureau.COMMERCE: "省商务厅", Bureau.FINANCE: "省财政厅", Bureau.POVERTY: "省扶贫办"}


class SanctionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def hearing(self):
        return self.filter(status=Sanction.Status.HEARING)

    def public(self):
        """The decision is public (G-38), a case that was not upheld is not."""
        return self.filter(status=Sanction.Status.DECIDED)


class Sanction(Flow):
    """一件拟取消：立案并听取陈述 → 三部门意见 → 取消（追回随即开始）或者不予取消。"""

    class Status(models.TextChoices):
        HEARING = "hearing", "听取陈述中"
        DECIDED = "decided", "已取消"
        DISMISSED = "dismissed", "不予取消"

    class Ground(models.TextChoices):
        FRAUD = "fraud", "骗取、挪用专项资金等违法行为"
        SLOW = "slow", "整体工作推进慢"
        VIOLATION = "violation", "审计、巡视巡查等检查中发现严重违规行为"

    open_after_revocation = True
    status_tones = {Status.HEARING: "running", Status.DECIDED: "bad", Status.DISMISSED: "neutral"}

    PROVEN = [rules.fraud_is_proven, rules.slowness_or_violation_is_proven]
    BEFORE_OPEN = [*PROVEN, rules.county_stands]
    BEFORE_STATE = [rules.statement_in_time]
    BEFORE_OPINION = [rules.county_was_heard]
    BEFORE_DECIDE = [*PROVEN, rules.county_was_heard, rules.three_departments_agree, rules.decision_is_a_document]
    BEFORE_DISMISS = [rules.county_was_heard]
    RECORDS = [rules.case_was_handed_over]

    no = models.CharField("编号", max_length=20, unique=True)
    county = models.ForeignKey(County, models.PROTECT, related_name="sanctions", verbose_name="示范县")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.HEARING)
    ground = models.CharField("事由", max_length=10, choices=Ground)
    facts = models.TextField("查实的事实", max_length=20000)
    reference = models.CharField("审计、检查或者处理文书文号", max_length=100)
    evidence = models.ManyToManyField(Attachment, related_name="+", verbose_name="证据材料")
    county_was = models.CharField("立案前的示范县状态", max_length=12, choices=County.Status)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="立案人")
    opened_on = models.DateField("立案日期", default=clock.today)
    freeze = models.OneToOneField(Freeze, models.PROTECT, related_name="+", verbose_name="资金冻结")
    statement_due_on = models.DateField("陈述申辩期限")
    statement = models.TextField("陈述申辩", max_length=20000, blank=True)
    statement_files = models.ManyToManyField(Attachment, related_name="+", verbose_name="陈述申辩材料")
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stated_on = models.DateField("陈述申辩日期", null=True)
    doc_no = models.CharField("决定文号", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="决定扫描件")
    recovery = models.OneToOneField(Recovery, models.PROTECT, null=True, related_name="sanction", verbose_name="追回")
    dismissed_reason = models.TextField("不予取消的理由", max_length=2000, blank=True)
    transferred_to = models.CharField("受移送机关", max_length=100, blank=True)
    transferred_on = models.DateField("移送日期", null=True)
    transfer_doc_no = models.CharField("移送文号", max_length=60, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = "取消示范资格"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(status="hearing"),
                name="one_open_sanction_per_county",
                violation_error_message="该县已有一件拟取消正在听取陈述（规则 P-089）",
            ),
            models.CheckConstraint(
                name="A_327_decided_with_document_and_recovery",
                condition=Q(status="decided", decided_on__isnull=False, scan__isnull=False, recovery__isnull=False)
                & ~Q(doc_no="")
                | (~Q(status="decided") & Q(doc_no="", decided_on=None, scan=None, recovery=None)),
                violation_error_message="取消决定须有文号、日期、扫描件和追回记录（规则 A-327、A-328）",
            ),
            models.CheckConstraint(
                name="sanction_statement_has_its_day",
                condition=Q(stated_on=None, stated_by=None, statement="")
                | (Q(stated_on__isnull=False, stated_by__isnull=False) & ~Q(statement="")),
                violation_error_message="陈述申辩须有内容、日期和提出人",
            ),
            models.CheckConstraint(
                name="sanction_dismissed_with_a_reason",
                condition=~Q(status="dismissed") | ~Q(dismissed_reason=""),
                violation_error_message="不予取消须写明理由",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.county}拟取消示范资格"

    def get_absolute_url(self):
        return reverse("sanction-detail", args=[self.pk])

    def paper_url(self, kind):
        return reverse("sanction-paper", args=[self.pk, kind])

    @property
    def status_tone(self):
        return self.status_tones[self.status]

    @staticmethod
    def departments():
        return DEPARTMENTS.items()

    def has_evidence(self):
        return bool(self.files) if self._state.adding else self.evidence.exists()

    def was_heard(self, today):
        return not rules.county_was_heard(self, today)

    def missing_before_decide(self):
        """What can be judged before the document is typed."""
        return breaches(self.BEFORE_DECIDE[:-1], self)

    # --- deeds ------------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def open(cls, county, *, by, ground, facts, reference, evidence):
        """立案：the county is heard, its money stands still from this moment on (A-327, A-347)."""
        county.hold()
        today = clock.today()
        sanction = cls(
            county=county,
            ground=ground,
            facts=facts,
            reference=reference,
            county_was=county.status,
            opened_by=by,
            opened_on=today,
            statement_due_on=workdays.add_workdays(today, county.batch.hearing_workdays),
        )
        sanction.files = list(evidence)
        enforce(cls.BEFORE_OPEN, sanction)
        sanction.no = f"QX{today:%Y}{Counter.take(f'sanction:{today:%Y}'):03d}"
        words = f"{sanction.no} 拟取消示范资格：{sanction.get_ground_display()}"
        sanction.freeze = Freeze.place(county, by=None, reason=words)
        sanction.save()
        sanction.evidence.set(sanction.files)
        county.suspect(by=by, reason=words)
        sanction.record("拟取消示范资格，听取陈述", by=by, target=sanction.status, reason=facts)
        sanction._tell(f"请在 {sanction.statement_due_on} 前陈述申辩：{words}", "opened")
        return sanction

    @transaction.atomic
    def state(self, *, by, statement, files=()):
        """县政府陈述申辩。"""
        self.hold()
        enforce(self.BEFORE_STATE, self)
        self.statement, self.stated_by, self.stated_on = statement, by, clock.today()
        self.save(update_fields=["statement", "stated_by", "stated_on"])
        self.statement_files.add(*files)
        self.record("县政府陈述申辩", by=by, reason=statement)
        province = User.objects.serving(self.region.parent.parent, *DEPARTMENTS)
        tell(province, f"县政府已陈述申辩：{self}", key=f"sanction:{self.pk}:stated", link=self.get_absolute_url())

    @transaction.atomic
    def give_opinion(self, *, by, agrees, words):
        """省级一个部门的意见：同意或者不同意取消；each department once, after the county was heard."""
        self.hold()
        self._still_hearing()
        enforce(self.BEFORE_OPINION, self)
        bureau = by.office.bureau
        if self.opinions.filter(bureau=bureau).exists():
            raise Refused(Breach(STILL_THERE, f"{DEPARTMENTS[bureau]}已经提出意见"))
        self.opinions.create(bureau=bureau, agrees=agrees, words=words, given_by=by, given_on=clock.today())
        self.record(f"{DEPARTMENTS[bureau]}{'同意' if agrees else '不同意'}取消", by=by, reason=words)

    @upholds("A-327", "A-328", "A-347")
    @transaction.atomic
    def decide(self, *, by, doc_no, decided_on, scan):
        """取消示范资格：the county is revoked, and everything that was paid is to come back."""
        self.county.hold()
        self.hold()
        self._still_hearing()
        self.doc_no, self.decided_on, self.scan = doc_no, decided_on, scan
        enforce(self.BEFORE_DECIDE, self)
        why = f"{doc_no} 取消示范资格：{self.get_ground_display()}"
        self.county.revoke(by=by, reason=why)
        recovery = Recovery.open(self.county, by=by, ground=why, doc_no=doc_no, decided_on=decided_on)
        self.move(
            self.Status.HEARING,
            self.Status.DECIDED,
            by=by,
            words="决定取消示范资格",
            reason=why,
            doc_no=doc_no,
            decided_on=decided_on,
            scan=scan,
            recovery=recovery,
        )
        scan.publish()
        self._tell(why, "decided")

    @transaction.atomic
    def dismiss(self, *, by, reason):
        """不予取消：the county goes on where it stood, its money is released."""
        self.county.hold()
        self.hold()
        self._still_hearing()
        enforce(self.BEFORE_DISMISS, self)
        self.county.clear(by=by, reason=reason, back_to=self.county_was)
        self.freeze.lift(by=by, reason=f"不予取消示范资格：{reason}"[:500])
        self.move(
            self.Status.HEARING,
            self.Status.DISMISSED,
            by=by,
            words="不予取消示范资格",
            reason=reason,
            dismissed_reason=reason,
        )
        self._tell(f"不予取消示范资格：{self.county}", "dismissed")

    @transaction.atomic
    def transfer(self, *, by, transferred_to, transferred_on, transfer_doc_no):
        """登记移送有权机关处理（国务院令第427号）。"""
        self.hold()
        if self.status != self.Status.DECIDED:
            raise Refused(Breach(STILL_THERE, "作出取消决定之后登记移送"))
        self.transferred_to, self.transferred_on = transferred_to, transferred_on
        self.transfer_doc_no = transfer_doc_no
        self.save(update_fields=["transferred_to", "transferred_on", "transfer_doc_no"])
        self.record(f"移送{transferred_to}", by=by, data={"doc_no": transfer_doc_no, "on": transferred_on})

    def _still_hearing(self):
        if self.status != self.Status.HEARING:
            raise Refused(Breach(STILL_THERE, f"当前已是“{self.get_status_display()}”，请刷新页面查看最新情况"))

    def _tell(self, words, step):
        people = [*User.objects.serving(self.region), *User.objects.serving(self.region.parent)]
        tell(people, words, key=f"sanction:{self.pk}:{step}", link=self.get_absolute_url())


class SanctionOpinion(models.Model):
    """One provincial department's opinion; given once, never changed."""

    append_only = True

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="opinions", verbose_name="拟取消")
    bureau = models.CharField("部门", max_length=12, choices=Office.Bureau)
    agrees = models.BooleanField("同意取消")
    words = models.TextField("意见", max_length=2000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    given_on = models.DateField("日期")

    class Meta:
        verbose_name = "取消意见"
        ordering = ["bureau"]
        constraints = [
            models.UniqueConstraint(
                fields=["sanction", "bureau"],
                name="one_opinion_per_department",
                violation_error_message="该部门已经提出意见（规则 P-084）",
            ),
            models.CheckConstraint(
                name="P_084_opinion_of_the_three_departments",
                condition=Q(bureau__in=["commerce", "finance", "poverty"]),
                violation_error_message="意见由省商务、财政、扶贫三部门提出（规则 P-084）",
            ),
        ]

    def __str__(self):
        return f"{DEPARTMENTS[self.bureau]}{'同意' if self.agrees else '不同意'}"
