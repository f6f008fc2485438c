"""市推荐报告：one joint document of the three city bureaus, within the city's quota (35号 三)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Region, User
from counties.models.application import CountyApplication
from counties.models.review import Bureau
from counties.rules import recommendation as rules
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds


class RecommendationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user))

    def filed(self):
        return self.filter(status=CityRecommendation.Status.FILED)


class CityRecommendation(Flow):
    """联合行文：拟稿 → 三部门签署 → 报省三部门。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        FILED = "filed", "已报省"

    BEFORE_EDIT = [rules.not_filed_yet, rules.round_still_open]
    # What can be judged before the three sign; the signatures come last.
    BEFORE_SIGN = [
        rules.round_still_open,
        rules.somebody_is_recommended,
        rules.direct_counties_apply_themselves,
        rules.quota_of_a_large_city,
        rules.quota_of_a_small_city,
        rules.joint_document_number,
        rules.method_was_public_before,
    ]
    BEFORE_FILE = [*BEFORE_SIGN, rules.three_signatures]

    round = models.ForeignKey("Round", models.PROTECT, related_name="recommendations", verbose_name="申报轮次")
    region = models.ForeignKey(Region, models.PROTECT, related_name="recommendations", verbose_name="省辖市")
    number = models.PositiveSmallIntegerField("第几份", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    chosen = models.ManyToManyField(CountyApplication, blank=True, related_name="+", verbose_name="推荐的县（市）")
    quota = models.PositiveSmallIntegerField("推荐名额", default=0, help_text="报送时按批次参数确定")
    doc_no = models.CharField("联合发文字号", max_length=40, blank=True)
    opinion = models.TextField("推荐理由", blank=True)
    method_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="选拔办法和工作程序"
    )
    method_url = models.URLField("公开网址", max_length=500, blank=True)
    method_public_on = models.DateField("公开日期", null=True, blank=True)
    filed_at = models.DateTimeField("报送时间", null=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = "市推荐报告"
        ordering = ["region__code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "region", "number"], name="one_recommendation_per_number"),
            models.UniqueConstraint(
                fields=["round", "region"],
                condition=Q(status="draft"),
                name="one_open_recommendation",
                violation_error_message="本市已有一份正在拟稿的推荐报告，请先办完",
            ),
            models.CheckConstraint(
                name="C_305_method_public_before_filing",
                condition=~Q(status="filed")
                | (
                    Q(method_file__isnull=False, method_public_on__isnull=False, filed_at__isnull=False) & ~Q(doc_no="")
                ),
                violation_error_message="报送的推荐报告须有文号、选拔办法及其公开日期（规则 C-304、C-305）",
            ),
        ]

    def __str__(self):
        return f"{self.region.name}推荐报告（第 {self.number} 份）"

    def get_absolute_url(self):
        return reverse("recommendation-detail", args=[self.pk])

    def content(self):
        return {
            "round": self.round_id,
            "city": self.region.code,
            "doc_no": self.doc_no,
            "opinion": self.opinion,
            "chosen": [application.region.code for application in self.proposed()] if self.pk else [],
            "method": self.method_file.sha256 if self.method_file_id else "",
            "method_url": self.method_url,
            "method_public_on": self.method_public_on,
        }

    # --- questions ---------------------------------------------------------------------------------------------------

    def proposed(self):
        return sorted(self.chosen.all(), key=lambda application: application.region.code)

    def counts(self):
        return self.round.counties_of(self.region)

    def quota_now(self):
        return self.round.quota_of(self.region)

    def places_used(self):
        """Recommended earlier in this round by this city; with those proposed here they share one quota."""
        earlier = self.round.applications.recommended_by(self.region).exclude(recommendation=self.pk)
        return earlier.count()

    def signed_by(self):
        """Bureaus whose signature stands under exactly this text: an edit voids what was signed before."""
        digest = self.digest()
        return [s.bureau for s in self.signatures.all() if s.digest == digest]

    def missing_before_sign(self):
        return breaches(self.BEFORE_SIGN, self)

    def missing_before_file(self):
        return breaches(self.BEFORE_FILE, self)

    # --- deeds -------------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def begin(cls, round, region, *, by):
        """市商务局拟稿。"""
        round.hold()
        drafts = cls.objects.filter(round=round, region=region)
        if drafts.filter(status=cls.Status.DRAFT).exists():
            raise Refused(Breach(STILL_THERE, f"{region}已有一份正在拟稿的推荐报告，请先办完"))
        recommendation = cls(round=round, region=region, number=drafts.count() + 1)
        enforce([rules.round_still_open], recommendation)
        recommendation.save()
        recommendation.record("拟推荐报告", by=by, target=recommendation.status)
        return recommendation

    @transaction.atomic
    def edit(self, *, by, chosen, **fields):
        """Who is recommended, under which number, by which published method; earlier signatures become void."""
        self.hold()
        enforce(self.BEFORE_EDIT, self)
        was = self.digest()
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.chosen.set(chosen)
        if self.digest() != was:
            self.record("修改推荐报告", by=by, data={"chosen": [str(application) for application in self.proposed()]})
            people = User.objects.serving(self.region, *Bureau.values)
            key = f"recommendation:{self.pk}:{self.digest()[:12]}"
            tell(people, f"请签署：{self}", key=key, link=self.get_absolute_url())

    @transaction.atomic
    def sign(self, *, by):
        """一个部门签署。"""
        self.hold()
        enforce([*self.BEFORE_EDIT, *self.BEFORE_SIGN], self)
        bureau = by.office.bureau
        self.signatures.update_or_create(
            bureau=bureau, defaults={"signed_by": by, "signed_at": clock.now(), "digest": self.digest()}
        )
        self.record(f"市{Bureau(bureau).label}部门签署推荐报告", by=by)

    @upholds("C-501")
    @transaction.atomic
    def file(self, *, by):
        """三部门联合行文报省财政厅、商务厅、扶贫办；所推荐的申报随之送省。"""
        self.round.hold()
        self.hold()
        enforce([rules.not_filed_yet, *self.BEFORE_FILE], self)
        words = f"以{self.doc_no}联合推荐报省"
        stamps = {"quota": self.quota_now(), "filed_at": clock.now()}
        self.move(self.Status.DRAFT, self.Status.FILED, by=by, words=words, **stamps)
        Status = CountyApplication.Status
        for application in self.proposed():
            application.move(
                Status.CITY_REVIEWED, Status.RECOMMENDED, by=by, words=f"{self.region}推荐", recommendation=self
            )
            application.tell_the_county(f"{self.region}已推荐：{application}", "recommended")
        province = User.objects.serving(self.region.parent, "commerce")
        tell(province, f"请受理：{self}", key=f"recommendation:{self.pk}:filed", link=self.get_absolute_url())


class Signature(models.Model):
    """签署：a bureau signs a text, named by its digest (C-304)."""

    recommendation = models.ForeignKey(CityRecommendation, models.CASCADE, related_name="signatures")
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签署人")
    signed_at = models.DateTimeField("签署时间")
    digest = models.CharField("所签内容摘要", max_length=64)

    class Meta:
        verbose_name = "推荐报告签署"
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "bureau"], name="C_304_one_signature_per_bureau")
        ]

    def __str__(self):
        return f"{self.get_bureau_display()}部门签署"
