"""Stations and equipment of a demonstration project: invented, marked 演示, entered by the real deed."""

from datetime import timedelta
from decimal import Decimal

from projects.ledgers import ASSETS, STATIONS

STATIONS_CLAIMED = 6
PRICE = Decimal(500_000)
PLACES = {  # county → the lower left corner of where its invented stations lie (°, WGS84)
    "411725": ("113.80", "32.65"),
    "411326": ("111.30", "32.95"),
    "411628": ("115.30", "33.75"),
}
TOWNS = ("演示甲镇", "演示乙镇", "演示丙乡")


def enter(project, *, by, today):
    """Six stations in three towns, one of them paused, and the two machines of the agreement."""
    if project.stations.exists() or project.assets.exists():
        return
    STATIONS.apply(project, [_station(project, n, today) for n in range(1, STATIONS_CLAIMED + 1)], by=by)
    ASSETS.apply(project, [_asset(project, n, today) for n in (1, 2)], by=by)


def _station(project, n, today):
    code = project.region.code
    west, south = PLACES.get(code, PLACES["411725"])
    town = n % len(TOWNS)
    return {
        "no": f"{project.no[-3:]}-{n:03d}",
        "name": f"演示村级站点{n}",
        "level": "village",
        "town": TOWNS[town],
        "village": f"演示{n}村",
        # 900 and up: no village of the county has such a code
        "village_code": f"{code}{900 + town}{project.no[-2:]}{n}",
        "address": "村委会院内（演示）",
        "lng": Decimal(west) + Decimal(town * 12 + n) / 100,
        "lat": Decimal(south) + Decimal((town * 17 + n * 3) % 40) / 100,
        "poor_village": n % 3 == 0,
        "operator_name": f"演示负责人{n}",
        "operator_phone": f"0000-{n:07d}",
        "operator_kind": ("migrant", "graduate", "veteran", "poor", "other")[n % 5],
        "area": Decimal(50 + n * 5),
        "operation": "paused" if n == STATIONS_CLAIMED else "open",
        "opened_on": today - timedelta(days=30),
        "closed_on": today if n == STATIONS_CLAIMED else None,
        "services": "代购、代销、快递收发",
        "funds_central": Decimal(8000),
        "has_signage": True,
        "signage_photo": f"演示站点{n}标识.jpg",
        "broadband": True,
    }


def _asset(project, n, today):
    return {
        "asset_no": f"{project.no[-3:]}-S{n:02d}",
        "name": "分拣设备",
        "model": "演示型",
        "serial": f"演示-{project.no}-{n:03d}",
        "quantity": 1,
        "unit_price": PRICE,
        "amount": PRICE,
        "fund_source": "central",
        "purchased_on": today - timedelta(days=10),
        "invoice_no": f"演示{project.no}-{n:02d}",
        "supplier": "演示设备供应商",
        "owner": "county",
        "user_org": project.contractor.name,
        "custodian": "演示保管人",
        "place": "县级中心",
        "station_no": "",
        "condition": "in_use",
        "checked_on": today,
        "photo": "",
    }
