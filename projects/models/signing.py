"""A paper of two parties on its way: 草稿 → 财政条款审核 → 承办单位确认 → 县政府签署 (domain/states.md 3.5)."""

from django.conf import settings
from django.db import models, transaction

from accounts.models import User
from portal import clock
from portal.flow import Flow
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Kind, Refused, different_people, excuse
from projects.rules import agreement as rules


class Signing(Flow):
    """Drafter, reviewer of the money, contractor and signer are four people; each step is a deed of its own.

    A subclass has the statuses draft, finance, offered, accepted, signed, a `project`, and `missing_before_sign()`.
    """

    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="财政条款审核人"
    )
    reviewed_at = models.DateTimeField("财政条款审核时间", null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="承办单位确认人"
    )
    accepted_at = models.DateTimeField("承办单位确认时间", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签署人"
    )
    signed_on = models.DateField("签订日期", null=True)

    class Meta:
        abstract = True

    ON_THE_WAY = ("finance", "offered", "accepted")
    UNSIGNED = ("draft", *ON_THE_WAY)
    AGAIN = {  # sent back, a paper goes the whole way again
        "reviewed_by": None,
        "reviewed_at": None,
        "accepted_by": None,
        "accepted_at": None,
    }

    @property
    def county(self):
        return self.project.county

    def refuse_unless_draft(self):
        if self.status in self.ON_THE_WAY:
            words = (
                f"{self._meta.verbose_name}当前为“{self.get_status_display()}”，不能修改；确需修改的，先由办理单位退回"
            )
            raise Refused(Breach(rules.amounts_and_owners_are_clear, words))
        if self.status != self.Status.DRAFT:
            raise Refused(Breach(rules.amounts_and_owners_are_clear, "已签订的协议不能修改，须签订补充协议"))

    @transaction.atomic
    def submit(self, *, by):
        """县商务局报县财政局审核财政条款；金额、设备归属、必备条款此时都要齐全。"""
        self.hold()
        excuse([breach for breach in self.missing_before_sign() if breach.kind is Kind.HARD], "")
        self.move(self.Status.DRAFT, self.Status.FINANCE, by=by, words="报县财政局审核财政条款")
        self._tell(User.objects.serving(self.region, "finance"), "请审核协议财政条款")

    @transaction.atomic
    def review_funds(self, *, by):
        """县财政局同意财政条款：投入额度、阶段、专账、设备归属。"""
        self.hold()
        different_people(by, self.drafted_by, words="起草人不能审核自己起草的协议")
        self.move(
            self.Status.FINANCE,
            self.Status.OFFERED,
            by=by,
            words="县财政局审核同意财政条款",
            reviewed_by=by,
            reviewed_at=clock.now(),
        )
        self._tell(self.project.contractor.members.all(), "请确认协议")

    @transaction.atomic
    def accept(self, *, by):
        """承办单位确认协议，待县政府签署。"""
        self.hold()
        different_people(by, self.drafted_by, self.reviewed_by, words="起草人、审核人不能代承办单位确认协议")
        self.move(
            self.Status.OFFERED,
            self.Status.ACCEPTED,
            by=by,
            words="承办单位确认协议",
            accepted_by=by,
            accepted_at=clock.now(),
        )
        self._tell(User.objects.serving(self.region, "government"), "请签署协议")

    @transaction.atomic
    def send_back(self, *, by, reason):
        """退回修改：by whoever has the next step; the draft then goes the whole way again.

        Only from the step that the person saw: who may return at one step may not at the next.
        """
        seen = self.status
        if self.hold().status != seen or seen not in self.ON_THE_WAY:
            words = f"{self._meta.verbose_name}当前为“{self.get_status_display()}”，不在您办理的环节，请刷新页面"
            raise Refused(Breach(STILL_THERE, words))
        self.move(seen, self.Status.DRAFT, by=by, words="退回协议", reason=reason, **self.AGAIN)
        self._tell(User.objects.serving(self.region, "commerce"), "协议被退回，请修改", text=reason)

    def step_verb(self):
        """The verb of the step that this paper waits for, and where it is done (region or contractor)."""
        return {
            "finance": ("agreement.review_funds", "county"),
            "offered": ("agreement.accept", "contractor"),
            "accepted": ("agreement.sign", "county"),
        }.get(self.status, ("agreement.sign", "county"))

    def _signed(self, *, by, words, reason, excused):
        """The last step, the same for an agreement and its supplement."""
        self.move(
            self.Status.ACCEPTED,
            self.Status.SIGNED,
            by=by,
            words=words,
            reason=reason if excused else "",
            excused=excused,
            signed_by=by,
            signed_on=clock.today(),
        )
        self._tell(self.project.contractor.members.all(), f"{words}")

    def _tell(self, people, words, text=""):
        key, link = f"{self._meta.model_name}:{self.pk}:{self.status}:{clock.now()}", self.get_absolute_url()
        tell(people, f"{words}：{self.project.name}", key=key, text=text, link=link)
