"""What every page needs: the links of its reader, and the training clock."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from portal import clock

SIGNED_IN = [
    ("工作台", "desk"),
    ("申报", "round-list"),
    ("示范县", "county-list"),
    ("实施方案", "plan-list"),
    ("采购", "procurement-list"),
    ("承办单位", "contractor-list"),
    ("项目", "project-list"),
    ("验收", "application-list"),
    ("资金", "payment-list"),
    ("月报", "report-list"),
    ("监督", "sanction-list"),
    ("公示", "notice-list"),
    ("消息", "message-list"),
    ("规则", "rule-list"),
]
PUBLIC = [
    ("首页", "home"),
    ("公示", "public-notice-list"),
    ("资金拨付", "public-payment-list"),
    ("申报", "public-round-list"),
    ("投诉举报", "complaint-create"),
    ("规则", "rule-list"),
    ("登录", "sign-in"),
]


@dataclass
class Link:
    label: str
    url: str
    current: bool = False
    reader: object = None

    def count(self) -> int:
        """Unread messages. Asked for by the template, so a page without the menu costs no query."""
        unread = getattr(self.reader, "unread_messages", 0)
        return unread() if callable(unread) else unread


def portal(request):
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "nav": _links(SIGNED_IN if signed_in else PUBLIC, request.path, user),
        "portal_mode": settings.MODE,
        "clock": {
            "today": SimpleLazyObject(clock.today),
            "url": _address("clock") if signed_in and user.is_staff else "",
        }
        if settings.TRAINING_CLOCK
        else None,
    }


def _links(named, path, user):
    links = [Link(label, url) for label, name in named if (url := _address(name))]
    here = [link for link in links if path == link.url or (len(link.url) > 1 and path.startswith(link.url))]
    if here:  # /plans/3/ belongs to /plans/: the longest address that leads here
        max(here, key=lambda link: len(link.url)).current = True
    for link in links:
        if link.label == "消息":
            link.reader = user
    return links


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
