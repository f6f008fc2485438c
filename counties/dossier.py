"""一县一档：everything that the portal keeps of one county, as one ZIP with the digest of each part.

Plan versions as JSON and PDF, the county's own orders, attachments, events with their chain seals. Telephone numbers of
persons are masked; what is masked is said in the manifest, because a masked event does not recompute to its seal.
"""

import csv
import hashlib
import io
import json
import re
import zipfile

from counties import documents
from counties.models import Plan
from portal import clock
from portal.models import Attachment, Event

MAX_ATTACHMENTS = 200 * 1024 * 1024  # bytes; what does not fit is listed with its digest
PERSONAL = re.compile(r"phone|telephone|电话")
MASKED = "******"
HEAD = ("path", "title", "sha256", "bytes", "note")


def masked(value, name=""):
    """The same data without telephone numbers of persons, wherever they stand in it."""
    if isinstance(value, dict):
        return {key: masked(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    return MASKED if value and PERSONAL.search(name) else value


class Dossier:
    """Built in memory: texts are small, attachments are read one by one up to MAX_ATTACHMENTS."""

    def __init__(self, county):
        self.county, self.rows, self.buffer = county, [], io.BytesIO()

    def zip(self) -> bytes:
        with zipfile.ZipFile(self.buffer, "w", zipfile.ZIP_DEFLATED) as self.archive:
            self._json("county.json", "示范县", self._county())
            for plan in self._plans():
                self._plan(plan)
            self._json("documents.json", "县级制度文件", self._documents())
            self._events()
            self._attachments()
            self._manifest()
        return self.buffer.getvalue()

    # --- what goes in ----------------------------------------------------------------------------------------------
    def _county(self):
        county = self.county
        liaison = county.liaison()
        return {
            "code": county.region.code,
            "name": county.region.name,
            "batch": str(county.batch),
            "status": county.get_status_display(),
            "central_total": str(county.central_total),
            "matching_promised": str(county.matching_promised),
            "column_url": county.column_url,
            "complaint": [county.complaint_phone, county.complaint_email, county.complaint_address],
            "liaison": {"post": liaison.post, "phone": MASKED, "since": str(liaison.since)} if liaison else None,
            "exported_at": str(clock.now()),
        }

    def _plans(self):
        plans = self.county.plans.select_related("county__region__parent", "county__batch", "notice", "replaces")
        return plans.select_related("plan_file", "fund_file").prefetch_related("lines").order_by("version")

    def _plan(self, plan):
        content = plan.content() | {"status": plan.status, "content_hash": plan.content_hash, "digest": plan.digest()}
        self._json(f"plans/v{plan.version}.json", str(plan), content)
        if plan.status in Plan.FILED_FOR_GOOD:
            self._add(f"plans/v{plan.version}-F-06.pdf", f"{plan} 备案报告", documents.filing_report(plan).pdf())

    def _documents(self):
        return [
            {
                "kind": document.get_kind_display(),
                "version": document.version,
                "title": document.title,
                "doc_no": document.doc_no,
                "issued_on": document.issued_on,
                "published_on": document.published_on,
                "site_url": document.site_url,
                "sha256": document.file.sha256,
            }
            for document in self.county.documents.select_related("file")
        ]

    def _events(self):
        lines, hidden = [], 0
        for event in Event.objects.filter(chain=self.county.region.code).select_related("seal").order_by("pk"):
            data = masked(event.data)
            hidden += data != event.data
            seal = getattr(event, "seal", None)
            row = {
                "id": event.pk,
                "words": event.words,
                "at": event.at,
                "office": event.office_name,
                "source": event.source,
                "target": event.target,
                "reason": event.reason,
                "excused": event.excused,
                "data": data,
                "digest": event.digest,
                "seal": seal and {"number": seal.number, "previous": seal.previous, "digest": seal.digest},
            }
            lines.append(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str))
        note = f"{hidden} 条事件中的个人电话已隐去，该条不能由本文件重算封条" if hidden else ""
        self._add("events.jsonl", "办理记录（事件链和封条）", "\n".join(lines).encode(), note)

    def _attachments(self):
        """Uploads of officials and contractors. What citizens attached to an objection stays with its handlers."""
        room = MAX_ATTACHMENTS
        for attachment in Attachment.objects.filter(region=self.county.region).exclude(uploaded_by=None).order_by("pk"):
            path = f"attachments/{attachment.pk}-{attachment.sha256[:12]}.{attachment.kind}"
            if attachment.size > room or not attachment.path.exists():
                note = "原件不在存储中" if not attachment.path.exists() else "超出单个档案的容量，未收入"
                self.rows.append((path, attachment.name, attachment.sha256, attachment.size, note))
                continue
            room -= attachment.size
            self._add(path, attachment.name, attachment.path.read_bytes())

    def _manifest(self):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEAD)
        writer.writerows([(path, _plain(title), digest, size, note) for path, title, digest, size, note in self.rows])
        table = json.dumps([dict(zip(HEAD, row, strict=True)) for row in self.rows], ensure_ascii=False, indent=1)
        self.archive.writestr("manifest.csv", "\ufeff" + text.getvalue())
        self.archive.writestr("manifest.json", table)

    # --- how it goes in --------------------------------------------------------------------------------------------
    def _json(self, path, title, content):
        self._add(path, title, json.dumps(content, ensure_ascii=False, indent=1, default=str).encode())

    def _add(self, path, title, data, note=""):
        self.archive.writestr(path, data)
        self.rows.append((path, title, hashlib.sha256(data).hexdigest(), len(data), note))


def _plain(title):
    """A title is text in a spreadsheet, never a formula."""
    return f"'{title}" if title[:1] in "=+-@" else title
