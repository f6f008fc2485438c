"""Official documents as PDF: the layout of GB/T 9704-2012, drafts without a seal.

`render_pdf` is the only door to WeasyPrint. Its default fetcher reads local files and calls addresses inside the
network; ours knows nothing but `data:`.
"""

import gc
import hashlib
import re
from dataclasses import dataclass
from datetime import date

import segno
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from weasyprint import HTML
from weasyprint.urls import URLFetcher

DRAFT = "未盖章草稿，由河南省电子商务进农村综合示范管理平台生成，正式报送以盖章件为准"
TYPE_AREA = 442.2  # pt: 156 mm
LARGEST_MARK = 40  # pt, for a short name
LINE_ENDS = re.compile(r"\s*\n\s*")
TITLE_LINE = 20  # characters of 22 pt across the type area
# A title breaks where one of these begins, not inside a word (7.3.1: 词意完整).
WORDS = ("电子商务", "综合示范", "工作", "实施方案", "项目", "资金", "变更", "备案", "验收", "整改", "绩效", "拨付")


def render_pdf(html: str) -> bytes:
    """The same HTML gives the same bytes; nothing is fetched from the disk or the network."""
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    pdf = HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_identifier=identifier)
    gc.collect()  # each document leaves its fonts in a circle: forty of them would hold 50 MB until somebody sweeps
    return pdf


def shown(pdf: bytes, name: str) -> HttpResponse:
    """The answer that shows a PDF in the browser, to be saved under this name (without its ending)."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    return response


def qr_code(words: str) -> str:
    """A QR code as data: URI, for the src of an image."""
    return segno.make(words, error="m", micro=False).svg_data_uri(border=2, scale=4)


@dataclass(frozen=True)
class Text:
    """One paragraph. Level 1 is 一、 (黑体), 2 （一） (楷体), 3 and 4 are 仿宋, 0 plain text."""

    words: str
    level: int = 0


@dataclass(frozen=True)
class Table:
    """`figures`: numbers of the columns that stand to the right; the head is repeated on every page."""

    head: tuple[str, ...]
    rows: tuple[tuple, ...]
    figures: frozenset[int] = frozenset()
    caption: str = ""
    total: tuple = ()

    @property
    def is_short(self) -> bool:
        """Short enough to be kept on one page."""
        return len(self.rows) <= 10

    def body(self):
        return [self._cells(row) for row in self.rows]

    def foot(self):
        return self._cells(self.total)

    def heads(self):
        return self._cells(self.head)

    def _cells(self, row):
        return [(words, number in self.figures) for number, words in enumerate(row)]


@dataclass(frozen=True)
class Picture:
    """A picture as `data:` address, and the words under it."""

    source: str
    words: str


@dataclass(frozen=True)
class Annex:
    """附件. With blocks it is printed on pages of its own; without, it is a file that goes along."""

    title: str
    blocks: tuple = ()


@dataclass(frozen=True)
class OfficialDocument:
    """公文（GB/T 9704-2012）。An upward document (上行文) names its signers beside the number (7.2.6)."""

    issuers: tuple[str, ...]
    title: str
    recipients: tuple[str, ...]
    body: tuple
    on: date
    doc_no: str = ""
    upward: bool = True
    signers: tuple[str, ...] = ()
    attachments: tuple[Annex, ...] = ()
    note: str = DRAFT
    copies_to: tuple[str, ...] = ()
    qr_url: str = ""
    source: str = ""  # which record and which content this paper shows
    letter: bool = False  # 函 (10.1): its own head and rules, no page number on the first page

    def html(self) -> str:
        page = "print/letter.html" if self.letter else "print/official.html"
        return render_to_string(page, {"document": self})

    def pdf(self) -> bytes:
        return render_pdf(self.html())

    # --- what the template asks -------------------------------------------------------------------------------------
    def title_lines(self) -> str:
        return break_title(self.title)

    def mark_size(self) -> float:
        """As large as the longest name allows on one line (the standard leaves the size open: 醒目、美观、庄重)."""
        longest = max(len(name) for name in self.issuers) + len("文件")
        return round(min(LARGEST_MARK, TYPE_AREA / longest * (0.98 if self.is_joint else 0.94)), 2)

    def marks(self):
        """(name, letter spacing): names of a joint document are spread to the width of the longest (7.2.4)."""
        size, longest = self.mark_size(), max(len(name) for name in self.issuers)
        for name in self.issuers:
            gaps = len(name) - 1
            yield name, round(size * (longest - len(name)) / gaps, 2) if gaps else 0

    @property
    def is_joint(self) -> bool:
        return len(self.issuers) > 1

    def qr(self) -> str:
        return qr_code(self.qr_url) if self.qr_url else ""

    def annexes(self):
        """(number, annex) of those with pages of their own."""
        return [(number, annex) for number, annex in enumerate(self.attachments, start=1) if annex.blocks]


def break_title(title: str) -> str:
    """Lines of about the same length, none longer than the type area allows, broken between words where possible."""
    if len(title) <= TITLE_LINE:
        return title
    lines = -(-len(title) // (TITLE_LINE - 2))
    wanted = -(-len(title) // lines) + 1  # the first line a little longer: a trapezoid
    between_words = [at for at in range(4, TITLE_LINE + 1) if title[at:].startswith(WORDS)]
    at = min(between_words or [wanted], key=lambda place: abs(place - wanted))
    return f"{title[:at]}\n{break_title(title[at:])}"


def paragraphs(words: str, level: int = 0) -> list[Text]:
    """What a clerk typed, line by line."""
    return [Text(line, level) for line in LINE_ENDS.split(words.strip()) if line]
