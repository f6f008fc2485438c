"""Invented rows of the ledgers: 演示 stations of 确山县, 演示 equipment."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from portal import workbook
from projects.ledgers import ASSETS, STATIONS


def station(n=1, **given):
    return {
        "no": f"ZD{n:05d}",
        "name": f"演示站点{n}",
        "level": "village",
        "town": f"演示{n % 13}镇",
        "village": f"演示{n}村",
        "village_code": f"411725{100 + n // 1000:03d}{n % 1000:03d}",
        "address": "村委会院内",
        "lng": Decimal("113.826789") + Decimal(n % 70) / 100,
        "lat": Decimal("32.601234") + Decimal(n % 37) / 100,
        "poor_village": n % 3 == 0,
        "operator_name": f"演示负责人{n}",
        "operator_phone": f"0000{n:07d}",
        "operator_kind": "migrant",
        "area": Decimal("60.50"),
        "operation": "open",
        "opened_on": date(2020, 8, 1),
        "closed_on": None,
        "services": "代购、快递收发",
        "funds_central": Decimal("8000.00"),
        "has_signage": True,
        "signage_photo": f"照片{n}.jpg",
        "broadband": True,
        **given,
    }


def asset(n=1, **given):
    return {
        "asset_no": f"SB{n:04d}",
        "name": "分拣设备",
        "model": "演示型",
        "serial": f"SN{n:06d}",
        "quantity": 1,
        "unit_price": Decimal("500000.00"),
        "amount": Decimal("500000.00"),
        "fund_source": "central",
        "purchased_on": date(2020, 8, 1),
        "invoice_no": f"0410020000-{n:08d}",
        "supplier": "演示供应商",
        "owner": "county",
        "user_org": "演示使用单位",
        "custodian": "演示保管人",
        "place": "县级中心",
        "station_no": "",
        "condition": "in_use",
        "checked_on": None,
        "photo": "",
        **given,
    }


def upload(ledger, rows, name="台账（演示）.xlsx"):
    """A workbook of these rows, as somebody would send it."""
    return ContentFile(workbook.export(ledger.schema, rows), name)


__all__ = ["ASSETS", "STATIONS", "asset", "station", "upload"]
