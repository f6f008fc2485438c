"""再次输入密码：what must not be done from a screen that somebody left open asks for the password again.

A form that inherits PasswordAgain gets the field; its view passes the request. The password is judged by
PasswordAgainMiddleware, before the transaction of the deed begins: a wrong one is counted by django-axes like one at
the door, although the page that refuses it is rolled back; after five the account is locked.
"""

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError

FIELD = "password_again"


class PasswordAgain(forms.Form):
    """Form of a sensitive deed (approve, pay, freeze, lift, reverse, agree to a limit): asks for the password at its end.

        class PayForm(PasswordAgain): …
        form = PayForm(posted(request), request=request)

    A wrong password is an error at the field (422), nothing else that was typed is lost, nothing is done. The deed is
    told `confirmed=True` and notes it in the data of its event.
    """

    password_again = forms.CharField(
        label="再次输入您的登录密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="确认是您本人办理；连续输错五次，账号锁定十五分钟",
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.order_fields([*(name for name in self.fields if name != FIELD), FIELD])

    def clean_password_again(self):
        if not getattr(self.request, "password_is_right", False):
            raise ValidationError("密码不正确，没有办理；请重新输入")
        return ""  # confirmed: nobody needs it any more

    def deed(self):
        """What the form says, for the verb: without the password, and with the note that it was right."""
        return {name: value for name, value in self.cleaned_data.items() if name != FIELD} | {"confirmed": True}


class PasswordAgainMiddleware:
    """Stands before RequestKeyMiddleware, whose transaction is rolled back when a form comes back with errors.

    The CSRF check comes after it; the session cookie is SameSite, so no foreign page can use up somebody's attempts.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "POST" and FIELD in request.POST and request.user.is_authenticated:
            typed = {"username": request.user.get_username(), "password": request.POST[FIELD]}
            request.password_is_right = authenticate(request, **typed) == request.user
        return self.get_response(request)
