"""Demonstration people: `<pinyin of region>-<post>`, one password for all, marked 演示. Never in production."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Office, Position, Region, User
from accounts.sync import sync_roles

PASSWORD = "demo-2020"
BUREAUS = {"commerce": "商务局", "finance": "财政局", "poverty": "扶贫办"}
REVIEWER = "finance-review"
PROVINCIAL = {"commerce": "省商务厅", "finance": "省财政厅", "poverty": "省扶贫办", "admin": "省级系统管理员"}
FIRST_TO_SHOW = [
    "queshan-commerce",
    "queshan-finance",
    "queshan-finance-review",
    "queshan-poverty",
    "queshan-government",
    "queshan-liaison",
    "contractor-1",
    "zhumadian-commerce",
    "zhumadian-finance",
    "zhumadian-poverty",
    "henan-commerce",
    "henan-finance",
    "henan-poverty",
    "henan-admin",
    "luyi-government",
    "evaluator-1",
    "auditor-1",
]


@transaction.atomic
def load_people(county_codes, contractors, today):
    """Offices and people of the province, of each city of the counties, of each county; `contractors` companies.

    Idempotent; people who are there keep their password.
    """
    password = make_password(PASSWORD)
    province = Region.objects.get(level="province")
    counties = list(Region.objects.filter(code__in=county_codes).select_related("parent"))
    wanted = [(f"henan-{post}", name, province, "province", post) for post, name in PROVINCIAL.items()]
    for city in {county.parent for county in counties}:
        wanted += [(f"{city.pinyin}-{b}", f"{city.name}{words}", city, "city", b) for b, words in BUREAUS.items()]
    for county in counties:
        name, pinyin = county.name, county.pinyin
        wanted += [(f"{pinyin}-{b}", f"{name}{words}", county, "county", b) for b, words in BUREAUS.items()]
        # Whoever reviews a payment for the finance bureau should not be the one who pays it: two people.
        wanted.append((f"{pinyin}-{REVIEWER}", f"{name}财政局", county, "county", "finance"))
        wanted.append((f"{pinyin}-government", f"{name}人民政府", county, "county", "government"))
        wanted.append((f"{pinyin}-liaison", f"{name}信息联络员", county, "county", "liaison"))
    wanted += [
        (f"contractor-{n}", f"演示承办单位{n}", province, "contractor", "contractor") for n in range(1, contractors + 1)
    ]
    wanted.append(("evaluator-1", "演示第三方评价机构", province, "evaluator", "evaluator"))
    wanted.append(("auditor-1", "演示审计机关", province, "auditor", "auditor"))
    known = set(User.objects.values_list("username", flat=True))
    for username, office_name, region, level, bureau in wanted:
        if username not in known:
            duty = "（审核岗）" if username.endswith(REVIEWER) else ""
            _person(username, Office.opened(office_name, region, level, bureau), password, duty)
    sync_roles(today)


POSITIONS = {
    "admin": Position.ADMINISTRATOR,
    "contractor": Position.ADMINISTRATOR,
    "evaluator": Position.EVALUATOR,
    "auditor": Position.AUDITOR,
}


def _person(username, office, password, duty=""):
    User.objects.create(
        username=username,
        password=password,
        email=f"{username}@example.invalid",
        display_name=f"演示 {office.name}{duty}",
        office=office,
        position=POSITIONS.get(office.bureau, Position.OFFICER),
        is_staff=office.bureau == "admin",
        is_demonstration=True,
    )


def account_table():
    """(user name, who, password) of the people a newcomer starts with."""
    people = User.objects.select_related("office").in_bulk(FIRST_TO_SHOW, field_name="username")
    return [(name, people[name].office_name, PASSWORD) for name in FIRST_TO_SHOW if name in people]
