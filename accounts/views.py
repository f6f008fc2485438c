"""Signing in and out. A failed attempt is recorded and limited by django-axes."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts import demo
from accounts.forms import SignInForm


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(auth.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.MODE == "demo":
            people = [{"username": name, "words": words} for name, words, _ in demo.account_table()]
            context |= {"demo_accounts": people, "demo_password": demo.PASSWORD}
        return context


class SignOut(auth.LogoutView):
    pass
