"""Refusals become pages, the clock stands still during a request, and history knows who wrote."""

import pghistory
from django.db import IntegrityError
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from portal import clock
from portal.constraints import words_of
from portal.rules import KEPT_BY_DATABASE, Breach, Kind, Refused

NOT_SENT_BACK = ("csrfmiddlewaretoken", "reason", "password_again")  # a page never carries a password


class ClockMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with clock.steady():
            return self.get_response(request)


class HistoryContextMiddleware:
    """Every row of history written during a POST carries the person and the page (see django-pghistory)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with pghistory.context(user=request.user.pk, url=request.path):
            return self.get_response(request)


class RefusedMiddleware:
    """Turns a policy refusal into the list of breaches, wherever it was raised: rule or database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])  # or the back button shows a fragment as a page
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, IntegrityError) and (words := words_of(exception)):
            exception = Refused(Breach(KEPT_BY_DATABASE, words))
        if not isinstance(exception, Refused):
            return None
        soft_only = all(breach.rule.kind is Kind.SOFT for breach in exception.breaches)
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            "breaches": exception.breaches,
            "soft_only": soft_only and not request.FILES,
            "retry_url": request.path,
            "retry_fields": [field for field in fields if field[0] not in NOT_SENT_BACK],
        }
        page = "portal/_refused.html" if request.headers.get("HX-Request") else "portal/refused.html"
        return render(request, page, context, status=409)
