"""接口令牌：the key with which a contractor's own system reports every day, and the calls made with it."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from portal import clock
from portal.flow import Recorded
from portal.rules import STILL_THERE, Breach, Refused, enforce
from projects.models.contractor import Contractor, is_member
from projects.rules import tokens as rules

SCOPES = {
    "records:write": "报送站点服务记录和服务贫困户记录",
    "information:write": "报送月度交易和活动信息",
    "information:read": "读取本单位月度报送情况",
}
PREFIX = "hnec_"


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only the contractor's own people see that a token exists."""
        return self.filter(is_member(user, "contractor"))

    def valid(self, now):
        return self.filter(revoked_at=None, expires_on__gte=clock.day_of(now))

    def presented(self, secret, now):
        """The valid token of this secret, or None."""
        return self.valid(now).select_related("contractor", "made_by").filter(secret_digest=digest_of(secret)).first()


def digest_of(secret) -> str:
    """SHA-256: the secret has 256 random bits, so nothing slower is needed, and it is kept nowhere."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class ApiToken(Recorded):
    """一个接口令牌：属于一个承办单位，限定用途和期限；令牌本身只显示一次，平台只存摘要。"""

    BEFORE_ISSUE = [rules.token_is_limited]
    CALLS_A_MINUTE = 60
    MINUTE = timedelta(minutes=1)

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="tokens", verbose_name="承办单位")
    name = models.CharField("名称", max_length=60)
    scopes = models.JSONField("用途", default=list)
    secret_digest = models.CharField("摘要", max_length=64, unique=True)
    hint = models.CharField("开头", max_length=12)
    expires_on = models.DateField("有效期至（含当日）")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开通人")
    made_at = models.DateTimeField("开通时间")
    revoked_at = models.DateTimeField("停用时间", null=True)
    last_used_at = models.DateTimeField("最近使用", null=True)
    window_began_at = models.DateTimeField("计数起点", null=True)
    window_calls = models.PositiveIntegerField("计数", default=0)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="token_is_kept_as_a_digest",
                condition=Q(secret_digest__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="接口令牌只保存摘要",
            )
        ]

    def __str__(self):
        return f"{self.name}（{self.hint}…）"

    @property
    def region(self):
        return self.contractor.region

    def content(self):
        """What its events vouch for; when it was last used is no part of it."""
        names = ("contractor_id", "name", "scopes", "secret_digest", "expires_on", "revoked_at")
        return {name: getattr(self, name) for name in names}

    @property
    def scope_words(self):
        return [SCOPES.get(scope, scope) for scope in self.scopes]

    def is_valid(self, today):
        return self.revoked_at is None and self.expires_on >= today

    @classmethod
    @transaction.atomic
    def issue(cls, contractor, *, by, name, scopes, expires_on):
        """开通接口令牌. Returns the token and its secret, which nobody can read again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token = cls(
            contractor=contractor,
            name=name,
            scopes=sorted(scopes),
            secret_digest=digest_of(secret),
            hint=secret[:9],
            expires_on=expires_on,
            made_by=by,
            made_at=clock.now(),
        )
        enforce(cls.BEFORE_ISSUE, token)
        token.save()
        token.record(f"开通接口令牌“{name}”，有效期至 {expires_on}", by=by, data={"scopes": token.scopes})
        return token, secret

    @transaction.atomic
    def revoke(self, *, by):
        """停用；停用后立即不能使用，不能恢复。"""
        self.hold()
        if self.revoked_at:
            raise Refused(Breach(STILL_THERE, "这个令牌已经停用"))
        self.revoked_at = clock.now()
        self.save(update_fields=["revoked_at"])
        self.record(f"停用接口令牌“{self.name}”", by=by)

    def knock(self, now) -> int:
        """Count one call under the lock of the row: calls of one token come one after another. Seconds to wait, or 0."""
        self.hold()
        if self.window_began_at is None or now - self.window_began_at >= self.MINUTE:
            self.window_began_at, self.window_calls = now, 0
        if self.window_calls >= self.CALLS_A_MINUTE:
            return max(1, (self.window_began_at + self.MINUTE - now).seconds)
        self.window_calls += 1
        self.last_used_at = now
        self.save(update_fields=["window_began_at", "window_calls", "last_used_at"])
        return 0


class ApiCall(models.Model):
    """一次接口报送：the same key gets the same answer; the contractor sees here what its system has sent."""

    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="calls")
    key = models.CharField("请求标识", max_length=80)
    fingerprint = models.CharField("内容指纹", max_length=64)
    path = models.CharField("接口", max_length=60)
    answer = models.JSONField("答复", default=dict)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "接口调用"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_call_per_key")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.path}"
