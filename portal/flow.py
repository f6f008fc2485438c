"""A record that moves through statuses: hold, enforce, move once, leave an event."""

import hashlib
import json

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction

from portal import clock
from portal.rules import READ_ONLY, STILL_THERE, Breach, Refused


class Recorded(models.Model):
    """A record whose deeds are written as events into the chain of its county."""

    open_after_revocation = False  # True: recovery, complaints and whatever else a revoked county still answers for

    events = GenericRelation("portal.Event")

    class Meta:
        abstract = True

    def hold(self):
        """Lock this row and read it afresh: what we judge is what we change.

        FOR NO KEY UPDATE, because FOR UPDATE would deadlock against the key locks of rows that point here.
        """
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(no_key=True))
        return self

    @property
    def region(self):
        """The region this record belongs to: jurisdiction and event chain follow it."""
        return self.county.region

    def digest(self) -> str:
        """SHA-256 of the content, stable over time: what was publicised or filed can be checked later."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def content(self) -> dict:
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def is_open_to_deeds(self, target="") -> bool:
        """May a person still do something here? Nearly every deed leaves an event, so this one question closes a
        revoked county for all of them; timers (`by=None`) go on."""
        return self.open_after_revocation or not self.region.is_revoked()

    def must_be_open(self, target=""):
        """Refuses (P-082) in a revoked county. Asked by `record`; a deed that leaves no event asks it itself."""
        if not self.is_open_to_deeds(target):
            raise Refused(Breach(READ_ONLY, f"{self.region}的示范资格已取消，各项业务只能查看"))

    def record(self, words, *, by, source="", target="", reason="", excused=(), data=None, even_if_revoked=False):
        """Write one event about this record. `by=None` means the system itself (a timer).

        Raises Refused (P-082) in a revoked county, unless this very deed is still owed there (`even_if_revoked`).
        """
        from portal.models import Event

        if by is not None and not even_if_revoked:
            self.must_be_open(target)
        return Event.objects.create(
            chain=self.region.code,
            subject=self,
            words=words,
            by=by,
            office_name=by.office_name if by else "系统",
            source=source,
            target=target,
            reason=reason,
            excused=list(excused),
            data=data or {},
            digest=self.digest(),
            at=clock.now(),
        )


class Flow(Recorded):
    """`move` is the only writer of `status`."""

    class Meta:
        abstract = True

    @transaction.atomic
    def move(self, source, target, *, by, words="", reason="", excused=(), data=None, even_if_revoked=False, **stamps):
        """Change the status from `source` (one or several) to `target` in one statement, and leave the event.

        Raises Refused (P-001) when somebody else was faster: a second click changes nothing.
        """
        sources = [source] if isinstance(source, str) else list(source)
        was = self.status
        here = type(self)._base_manager.filter(pk=self.pk, status__in=sources)
        if not here.update(status=target, **stamps):
            names = "、".join(type(self).Status(name).label for name in sources)
            raise Refused(Breach(STILL_THERE, f"当前已不是“{names}”状态，请刷新页面查看最新情况"))
        self.refresh_from_db()
        words = words or f"{type(self).Status(was).label} → {type(self).Status(target).label}"
        told = {"source": was, "target": target, "reason": reason, "excused": excused, "data": data}
        self.record(words, by=by, even_if_revoked=even_if_revoked, **told)
        return self
