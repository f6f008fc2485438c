"""One idempotency table for every form: the same key gives the same answer, the same key with other content is 409.

The key is a hidden field `request_key` (or the header Idempotency-Key). The row is written in the transaction of the
deed itself, so a deed that failed leaves no trace and a crash leaves either both or neither.
"""

import hashlib
import uuid

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render

from portal.models import RequestKey
from portal.rules import SAME_CONTENT, Breach

NOT_CONTENT = {"csrfmiddlewaretoken", "request_key", "password_again"}  # a digest of a password is none of ours
OF_MACHINES = "/api/"  # calls of other systems are answered with data, not led on: they keep key and answer themselves


class RequestKeyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key = _key(request) if request.method == "POST" and not request.path.startswith(OF_MACHINES) else None
        if key is None:
            return self.get_response(request)
        with transaction.atomic():
            if earlier := self._claim(request, key):
                return _replay(request, key, earlier)
            response = self.get_response(request)
            if response.status_code in (301, 302, 303):
                RequestKey.objects.filter(pk=key).update(location=response["Location"][:500])
            else:  # refused, or a form shown again with its errors: nothing was done, the key stays free
                transaction.set_rollback(True)
            return response

    def _claim(self, request, key):
        """None when the key is ours now; the earlier row when it was used (waiting for one still in progress)."""
        user = request.user if request.user.is_authenticated else None
        try:
            with transaction.atomic():
                RequestKey.objects.create(pk=key, user=user, fingerprint=_fingerprint(request))
        except IntegrityError:
            return RequestKey.objects.get(pk=key)


def _key(request):
    text = request.headers.get("Idempotency-Key") or request.POST.get("request_key")
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _fingerprint(request) -> str:
    parts = [request.path, str(request.user.pk)]
    parts += [f"{name}={value}" for name, values in sorted(request.POST.lists()) if name not in NOT_CONTENT
              for value in values]  # fmt: skip
    parts += [f"{name}={upload.name}:{upload.size}" for name, upload in sorted(request.FILES.items())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _replay(request, key, earlier):
    if earlier.fingerprint != _fingerprint(request):
        breach = Breach(SAME_CONTENT, "这张表单已经提交过，但内容不同；请重新打开页面再办理")
        return render(request, "portal/refused.html", {"breaches": [breach]}, status=409)
    messages.info(request, "这张表单此前已经提交成功，没有重复办理")
    return HttpResponseRedirect(earlier.location or "/")
