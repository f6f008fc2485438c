"""What the pages of one deed have in common: shown first with its gates, shown again with its errors, nothing lost."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render

from accounts.access import may

ROWS_PER_PAGE = 25


def posted(request):
    """What was sent, for a form; an empty form that was sent is judged too."""
    return request.POST if request.method == "POST" else None


def uploaded(request):
    return request.FILES if request.method == "POST" else None


def status_of(*forms) -> int:
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200


def ask(request, subject, form, act, *, within, gates=None, words=""):
    """The page of one deed that needs words, an address or a file. `within`: name and address of the list above it."""
    page = {"subject": subject, "form": form, "act": act, "within": within, "gates": gates, "words": words}
    return render(request, "projects/deed.html", page, status=status_of(form))


def page_of(request, rows):
    return Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))


def is_office(user) -> bool:
    """Of an office of the state, not of a contractor."""
    return bool(user.office_id) and user.office.level != user.office.Level.CONTRACTOR


def own_region(user):
    """The region of the person's office: what a clerk registers, the clerk registers there."""
    if not user.office_id:
        raise PermissionDenied("您的账号没有所属单位")
    return user.office.region


def may_at_home(user, verb) -> bool:
    return bool(user.office_id) and may(user, verb, user.office.region)
