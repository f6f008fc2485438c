"""What the pages of one deed have in common: shown first with its gates, shown again with its errors, nothing lost."""

from django.core.paginator import Paginator
from django.shortcuts import render

ROWS_PER_PAGE = 25


def posted(request):
    """What was sent, for a form; an empty form that was sent is judged too."""
    return request.POST if request.method == "POST" else None


def uploaded(request):
    return request.FILES if request.method == "POST" else None


def status_of(*forms) -> int:
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200


def page_of(request, rows, size=ROWS_PER_PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))


def ask(request, subject, form, act, *, within, gates=None, words="", **context):
    """The page of one deed that needs words, an address or a file.

    `within`: words and URL name of the list above it; `gates`: the breaches before the click, or None;
    `context`: whatever else the shapes of the page take (`document`: words and address of a draft to read first).
    """
    page = {"subject": subject, "form": form, "act": act, "within": within, "gates": gates, "words": words, **context}
    return render(request, "portal/deed.html", page, status=status_of(form))
