"""Reference data of Henan: 158 county-level regions with their dated 省直管 flag, cities, 237 towns (data/*.csv).

Of the 18 units under the province 17 are cities; the 18th, 济源市, is itself county-level (419001).
"""

import csv
from datetime import date
from pathlib import Path

from accounts.models import DirectPeriod, Region

DATA = Path(__file__).parent / "data"
PROVINCE = ("410000", "河南省", "henan")
SINCE = date(2014, 1, 1)  # the day from which the ten counties are 省直管 (domain/henan.md)
# Sign-in names are <pinyin>-<post>; only the regions that have demonstration people need one.
PINYIN = {
    "411725": "queshan",
    "411628": "luyi",
    "410622": "qixian",
    "410727": "fengqiu",
    "411481": "yongcheng",
    "411622": "xihua",
    "411423": "ningling",
    "410221": "qixian-kaifeng",
    "410421": "baofeng",
    "411426": "xiayi",
    "410927": "taiqian",
    "411326": "xichuan",
    "411724": "zhengyang",
    "411700": "zhumadian",
    "411600": "zhoukou",
    "410600": "hebi",
    "410700": "xinxiang",
    "411400": "shangqiu",
    "410200": "kaifeng",
    "410400": "pingdingshan",
    "410900": "puyang",
    "411300": "nanyang",
}
POVERTY = {"国家级": Region.Poverty.NATIONAL, "省定": Region.Poverty.PROVINCIAL}


def rows(name):
    with (DATA / name).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def load():
    """Idempotent: a region known by its code is updated, never doubled. Returns the codes of the 13 counties."""
    counties = rows("henan_county_level_2020.csv")
    towns = rows("towns_13_demo_counties_2020.csv")
    code, name, pinyin = PROVINCE
    _write([Region(code=code, name=name, pinyin=pinyin, level="province", kind="省", valid_from=SINCE)])
    province = Region.objects.get(code=code)
    cities = {row["city_code"]: row["city_name"] for row in counties if row["city_code"] != code}
    _write([_region(c, n, "city", "省辖市", province) for c, n in cities.items()])
    parents = Region.objects.in_bulk([code, *cities], field_name="code")
    _write([_county(row, parents[row["city_code"]]) for row in counties])
    parents = Region.objects.in_bulk({row["county_code"] for row in towns}, field_name="code")
    _write([_region(t["town_code"], t["town_name"], "town", "", parents[t["county_code"]]) for t in towns])
    direct = Region.objects.filter(code__in=[row["code"] for row in counties if row["省直管县(2020)"] == "是"])
    DirectPeriod.objects.bulk_create(
        [DirectPeriod(region=region, valid_from=SINCE) for region in direct], ignore_conflicts=True
    )
    return [row["code"] for row in counties if row["2020第七批示范县"] == "是"]


def _region(code, name, level, kind, parent, poverty=""):
    pinyin = PINYIN.get(code, "")
    return Region(
        code=code, name=name, pinyin=pinyin, level=level, kind=kind, parent=parent, poverty=poverty, valid_from=SINCE
    )


def _county(row, parent):
    poverty = POVERTY.get(row["贫困县类别(历史)"], "")
    return _region(row["code"], row["name"], "county", row["type"], parent, poverty)


def _write(regions):
    Region.objects.bulk_create(
        regions,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "pinyin", "level", "kind", "parent", "poverty"],
    )
