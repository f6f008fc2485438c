"""导入：one uploaded workbook on its way into a ledger of a project. The row is the record, the task only the hand."""

from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import in_scope
from portal import clock
from portal.constraints import words_of
from portal.ledgers import LEDGERS
from portal.models import Attachment
from portal.outbox import tell
from portal.rules import Refused
from projects.models.contractor import is_member
from projects.models.project import Project

LOCKS = 8214  # the class of PostgreSQL's advisory locks that imports take
SHOWN_CELLS, SHOWN_CAUSES = 60, 100  # of one cause; of one import (the annotated workbook has all)
LOST_AFTER = timedelta(minutes=1)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever keeps the ledgers: the contractor of the project and its county (the file holds personal figures)."""
        county = Q(in_scope(user, "project__county__region")) if _of_county(user) else Q(pk=None)
        return self.filter(county | Q(is_member(user, "project__contractor")))

    def unfinished(self):
        return self.filter(state__in=Import.UNFINISHED)

    def lost(self, now):
        """Nobody has touched them for a minute: the task was lost, or its worker died."""
        return self.unfinished().filter(touched_at__lt=now - LOST_AFTER)


def _cause(*words):
    """Causes without cells: what is wrong with the file as a whole."""
    return [[str(said), [], 0] for said in words]


def _of_county(user):
    return bool(user.office_id) and user.office.level == "county"


class Import(models.Model):
    """台账工作簿的导入：排队 → 读取 → 核对 → 写入 → 完成；有错误的一行也不写入。"""

    class State(models.TextChoices):
        QUEUED = "queued", "排队"
        READING = "reading", "读取中"
        CHECKING = "checking", "核对中"
        WRITING = "writing", "写入中"
        DONE = "done", "完成"
        REJECTED = "rejected", "有错误"
        FAILED = "failed", "失败"

    UNFINISHED = (State.QUEUED, State.READING, State.CHECKING, State.WRITING)
    MAX_ATTEMPTS = 3  # a file on which the worker dies three times is not tried a fourth time

    project = models.ForeignKey(Project, models.PROTECT, related_name="imports", verbose_name="项目")
    ledger = models.CharField("台账", max_length=30)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="原件")
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("更新", default=0)
    error_count = models.PositiveIntegerField("错误", default=0)
    causes = models.JSONField("错误原因", default=list)
    annotated = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="标注件")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导入人")
    at = models.DateTimeField("上传时间")
    touched_at = models.DateTimeField("最近处理")
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "台账导入"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_finished_iff_dated",
                condition=Q(state__in=["queued", "reading", "checking", "writing"], finished_at=None)
                | (Q(state__in=["done", "rejected", "failed"]) & Q(finished_at__isnull=False)),
                violation_error_message="只有结束的导入才有结束时间",
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=["queued", "reading", "checking", "writing"]),
                name="import_unfinished",
            )
        ]

    def __str__(self):
        return f"{self.kept_ledger.title}导入 {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("import-detail", args=[self.pk])

    @property
    def kept_ledger(self):
        return LEDGERS[self.ledger]

    @property
    def tone(self):
        return {"done": "good", "rejected": "bad", "failed": "bad", "queued": "waiting"}.get(self.state, "running")

    @property
    def is_finished(self):
        return self.state not in self.UNFINISHED

    @classmethod
    @transaction.atomic
    def queue(cls, project, ledger, upload, *, by):
        """Keep the original and leave the rest to a worker. Raises ValidationError for a file that is none of ours."""
        project.must_be_open()
        file = Attachment.keep(upload, region=project.region, by=by, is_private=True)
        now = clock.now()
        made = cls.objects.create(project=project, ledger=ledger.name, file=file, by=by, at=now, touched_at=now)
        transaction.on_commit(made.wake, robust=True)
        return made

    def wake(self):
        from projects.tasks import run_import

        run_import.delay(self.pk)

    def run(self):
        """Read, judge and write: everything or nothing, once however often it is called or cut off."""
        with self._alone() as alone:
            self.refresh_from_db()
            if not alone or self.is_finished:
                return
            if self.attempts >= self.MAX_ATTEMPTS:
                self._finish(self.State.FAILED, causes=_cause("处理多次中断，请检查文件后重新上传"))
                return
            self._note(self.State.READING, attempts=F("attempts") + 1)
            try:
                reading = self._read()
            except ValidationError as error:
                self._finish(self.State.FAILED, causes=_cause(error.messages[0]), error_count=1)
                return
            self._note(self.State.CHECKING, done=len(reading.values), total=len(reading.values))
            self._settle(reading)

    def _read(self):
        def told(done, total):
            self._note(self.State.CHECKING, done=done, total=total)

        with File(self.file.path.open("rb"), name=self.file.name) as upload:
            from portal import workbook  # openpyxl takes 12 MB: only of the process that reads a workbook

            reading = workbook.read_rows(upload, self.kept_ledger.schema, told)
        if not reading.values:
            raise ValidationError("工作簿里没有任何一行")
        return reading

    def _settle(self, reading):
        """What the ledger as a whole says about the rows that could be read; then all of them are written, or none."""
        unreadable = {error.row for error in reading.errors}
        whole = [n for n, number in enumerate(reading.numbers) if number not in unreadable]
        found = self.kept_ledger.judge(self.project, [reading.values[n] for n in whole])
        for row, wrong in sorted(found.items()):
            for name, words in wrong.items():
                reading.blame(whole[row], name, words)
        if reading.errors:
            self._reject(reading)
            return
        self._note(self.State.WRITING)
        try:
            self._write(reading.values)
        except Refused as refused:
            self._finish(self.State.REJECTED, causes=_cause(*refused.breaches), error_count=1)
        except IntegrityError as error:
            if not (words := words_of(error)):
                raise
            self._finish(self.State.REJECTED, causes=_cause(words), error_count=1)

    @transaction.atomic
    def _write(self, rows):
        """The rows and the word that they are written stand or fall together: a worker that dies here did nothing."""
        self.refresh_from_db(from_queryset=Import.objects.select_for_update(no_key=True))
        if self.is_finished:
            return
        added, changed = self.kept_ledger.apply(self.project, rows, by=self.by, sha256=self.file.sha256)
        self._finish(self.State.DONE, added=added, changed=changed)

    def _reject(self, reading):
        causes = [[words, cells[:SHOWN_CELLS], len(cells)] for words, cells in reading.causes()[:SHOWN_CAUSES]]
        annotated = None
        from portal import workbook

        if marked := workbook.annotated(reading):
            name = f"{self.file.name.removesuffix('.xlsx')[:200]}（错误标注）.xlsx"
            annotated = Attachment.keep(ContentFile(marked, name), region=self.file.region, by=self.by, is_private=True)
        self._finish(self.State.REJECTED, causes=causes, error_count=len(reading.errors), annotated=annotated)

    def _note(self, state, **fields):
        """Committed at once, so that the page sees it."""
        Import.objects.filter(pk=self.pk, finished_at=None).update(state=state, touched_at=clock.now(), **fields)

    def _finish(self, state, **fields):
        now = clock.now()
        here = Import.objects.filter(pk=self.pk, finished_at=None)
        if here.update(state=state, finished_at=now, touched_at=now, **fields):
            self.refresh_from_db()
            words = f"{self.get_state_display()}：{self}"
            tell([self.by], words, key=f"import:{self.pk}:{state}", link=self.get_absolute_url())

    @contextmanager
    def _alone(self):
        """Nobody else works on this import: PostgreSQL frees the lock by itself when the worker dies."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, self.pk])
            alone = cursor.fetchone()[0]
        try:
            yield alone
        finally:
            if alone:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, self.pk])
