from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不正确。连续五次失败将锁定十五分钟。",
        "inactive": "该账号已停用，请联系本单位管理员。",
    }
