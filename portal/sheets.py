"""A table on paper: A4 landscape, the head on every page, one section after another. It is no official document."""

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from portal.documents import Table, qr_code, render_pdf


@dataclass(frozen=True)
class Sheet:
    """`facts` stand under the title (whose books, which filter, which day), `source` at the foot of the last page."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Table, ...]
    on: date
    qr_url: str = ""
    source: str = ""

    def html(self) -> str:
        return render_to_string("print/sheet.html", {"sheet": self})

    def pdf(self) -> bytes:
        return render_pdf(self.html())

    def qr(self) -> str:
        return qr_code(self.qr_url) if self.qr_url else ""
