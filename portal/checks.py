"""What a production installation must not be: open to the people of the demonstration, whose passwords are printed."""

import ctypes

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

SENTENCE = (
    "正式环境中存在演示账号，平台拒绝启动：请删除演示账号，或换用新的数据库（demonstration accounts in production）"
)


def refuse_demonstration_accounts():
    """Called before the portal serves anyone. Without an answer from the database it does not start either."""
    if settings.PRODUCTION and get_user_model().objects.filter(is_demonstration=True).exists():
        raise ImproperlyConfigured(SENTENCE)


@register(Tags.security, deploy=True)
def no_demonstration_accounts(app_configs, **kwargs):
    try:
        refuse_demonstration_accounts()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="portal.E001")]
    except DatabaseError:
        return []  # settings are checked where there is no database yet; starting asks again
    return []


@register(deploy=True)
def documents_can_be_printed(app_configs, **kwargs):
    """Without HarfBuzz's subsetter a page costs eleven seconds and 440 MB (docs/decisions/0049)."""
    try:
        ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError:
        words = "缺少 libharfbuzz-subset0，公文打印会慢七十倍（install libharfbuzz-subset0）"
        return [Error(words, id="portal.E003")]
    return []


@register(Tags.security, deploy=True)
def servers_are_named(app_configs, **kwargs):
    """The embedded servers keep no passwords and no copies: good for a desk, not for a province."""
    from portal import embedded

    if settings.PRODUCTION and (missing := embedded.needed()):
        return [Error(f"正式环境必须设置 DATABASE_URL 与 REDIS_URL，缺少：{'、'.join(missing)}", id="portal.E002")]
    return []
