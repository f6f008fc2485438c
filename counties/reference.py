"""The batch of 2020 and its 13 designated counties (25号 首段)."""

from datetime import date

from accounts.models import Region
from counties.models import Batch, County

DEMONSTRATION_AMOUNT = 20_000_000  # 元; the real amount per county is not public (G-30): clearly marked 演示


def batch_of_2020(**designated):
    """The programme of 2020 with its dates; the document of the designation only once there is one."""
    dates = {
        "label": "第七批",
        "apply_deadline": date(2020, 5, 27),
        "ministry_deadline": date(2020, 5, 29),
        "plan_filing_deadline": date(2020, 9, 30),
    }
    return Batch.objects.get_or_create(year=2020, defaults=dates | designated)[0]


def load(county_codes, *, demonstration):
    """Idempotent. In a demonstration each county also gets an amount, its column, telephone and accounts (演示)."""
    batch = batch_of_2020(doc_no="豫商体系〔2020〕25号", doc_date=date(2020, 7, 21))
    for region in Region.objects.filter(code__in=county_codes):
        details = _demonstration_details(region) if demonstration else {}
        county, made = County.objects.get_or_create(batch=batch, region=region, defaults=details)
        if made:
            county.record(
                f"认定为{batch}国家级电子商务进农村综合示范县（{batch.doc_no}）", by=None, target=county.status
            )
    return batch


def _demonstration_details(region):
    return {
        "central_total": DEMONSTRATION_AMOUNT,
        "column_url": f"https://{region.pinyin}.example.invalid/dsjnc/",
        "complaint_phone": "0000-12345（演示）",
        "complaint_email": f"jubao@{region.pinyin}.example.invalid",
        "complaint_address": f"{region.name}人民政府（演示地址）",
        "account_holder": f"{region.name}财政局（演示）",
        "account_bank": "演示银行",
        "account_last4": "0001",
    }
