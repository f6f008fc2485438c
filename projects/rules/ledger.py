"""设备台账和村级服务网点台账的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum

from portal.rules import Kind, rule

HENAN = {"lng": (110, 117), "lat": (31, 37)}  # WGS84, rounded outwards


@dataclass(frozen=True)
class Entry:
    """Rows that are about to be written into a ledger of a project, as dicts by column."""

    project: object
    rows: list


def clashes(entry, records, key, *columns, condition=lambda row: True):
    """{number of the row: the record of another number or project that has the same `columns`}.

    Rows of the entry itself clash with each other too: then the earlier row stands in for the record.
    """
    wanted = {n: tuple(row[c] for c in columns) for n, row in enumerate(entry.rows) if condition(row)}
    first = columns[0]
    kept = records.filter(**{f"{first}__in": {values[0] for values in wanted.values()}})
    renewed = {row[key] for row in entry.rows}
    holders = {}
    for record in kept.select_related("project"):
        if record.project_id == entry.project.pk and getattr(record, key) in renewed:
            continue  # this very row is being written anew
        holders[tuple(getattr(record, column) for column in columns)] = record
    found = {}
    for number, values in wanted.items():
        if values in holders:
            found[number] = holders[values]
        else:
            holders[values] = entry.rows[number]
    return found


def _where(holder, key, project):
    """Where the other one stands, in words."""
    if isinstance(holder, dict):
        return f"本次登记的 {holder[key]}"
    if holder.project_id == project.pk:
        return f"本项目的 {getattr(holder, key)}"
    return f"项目 {holder.project.no} 的 {getattr(holder, key)}"


def station_clashes(entry):
    """{number of the row: words}: the same village and level twice, in whichever project."""
    stations = entry.project.stations.model.objects
    found = clashes(entry, stations, "no", "village_code", "level")
    return {
        n: f"行政村 {entry.rows[n]['village_code']} 的同一层级站点已登记（{_where(holder, 'no', entry.project)}）"
        for n, holder in found.items()
    }


def serial_clashes(entry):
    assets = entry.project.assets.model.objects
    found = clashes(entry, assets, "asset_no", "serial", condition=lambda row: row["serial"])
    return {
        n: f"序列号 {entry.rows[n]['serial']} 已登记（{_where(holder, 'asset_no', entry.project)}）"
        for n, holder in found.items()
    }


def invoice_clashes(entry):
    assets = entry.project.assets.model.objects
    found = clashes(entry, assets, "asset_no", "invoice_no", "name", "model", "serial")
    return {
        n: f"发票 {entry.rows[n]['invoice_no']} 上的“{entry.rows[n]['name']}”"
        f"已登记（{_where(holder, 'asset_no', entry.project)}）"
        for n, holder in found.items()
    }


@rule("A-305s", "25号 三（一）：财政资金原则上不得重复支持（同一行政村的同一层级站点只登记一次）")
def station_is_supported_once(entry):
    return list(station_clashes(entry).values())


@rule("A-305a", "25号 三（一）：财政资金原则上不得重复支持（同一序列号的设备只登记一次）")
def serial_is_claimed_once(entry):
    return list(serial_clashes(entry).values())


@rule("A-305b", "25号 三（一）：财政资金原则上不得重复支持（同一发票上的同一设备只登记一次）")
def invoice_is_claimed_once(entry):
    return list(invoice_clashes(entry).values())


@rule("A-427", "25号 四（三）：建立村级服务网点台账")
def every_claimed_station_is_in_the_ledger(application):
    """The acceptance of the whole needs every station; an earlier stage that speaks of stations needs some."""
    project, stage = application.project, application.stage
    claimed = project.stations_claimed()
    if not claimed:
        return None
    built = project.stations.built().count()
    if stage.is_final and built < claimed:
        return f"项目申报 {claimed} 个村级服务网点，台账中已开业的只有 {built} 个，缺 {claimed - built} 个"
    if not stage.is_final and not built and project.speaks_of_stations(stage.name + stage.deliverables):
        return "本阶段内容包括村级服务网点，台账中还没有已开业的站点"
    return None


@rule("A-425", "25号 四（三）：不仅要重视项目建设，更要重视项目的后期运营和扶贫实效", Kind.RECORD)
def stations_keep_working(project):
    """The rate of stations alive, for those who care for them after the acceptance."""
    sums = project.stations.all().sums()
    built = sums["all"] - sums["preparing"]
    if not sums["paused"] + sums["closed"]:
        return None
    alive = sums["open"] * 100 // built
    return f"已开业 {built} 个站点中正常运营 {sums['open']} 个（{alive}%），停业 {sums['paused']} 个，关闭 {sums['closed']} 个"


@rule("A-427n", "25号 四（三）：建立村级服务网点台账", Kind.RECORD)
def stations_still_to_be_entered(project):
    claimed, built = project.stations_claimed(), project.stations.built().count()
    if built < claimed:
        return f"项目申报 {claimed} 个村级服务网点，台账中已开业 {built} 个；整体验收前须全部登入"
    return None


@rule("P-060", "系统数据检查：站点坐标（WGS84）应在河南省范围内", Kind.RECORD)
def stations_lie_in_the_province(project):
    (west, east), (south, north) = HENAN["lng"], HENAN["lat"]
    located = project.stations.located()
    inside = located.filter(lng__gte=west, lng__lte=east, lat__gte=south, lat__lte=north)
    outside = list(located.exclude(pk__in=inside.values("pk")).values_list("no", flat=True)[:11])
    if not outside:
        return None
    more = "等" if len(outside) > 10 else ""
    return f"站点 {'、'.join(outside[:10])}{more} 的坐标不在河南省内，请核对经纬度是否写反"


@rule(
    "A-323e",
    "25号 三（三）：资金投入额度、设备购置与归属须在承办单位与政府签订的项目建设协议中清晰明确",
    Kind.RECORD,
)
def equipment_was_bought_as_agreed(project):
    """What was bought against what was agreed: more, less, another owner."""
    agreement = getattr(project, "agreement", None)
    if agreement is None:
        return None
    agreed, owners = Counter(), {}
    for item in agreement.equipment.all():
        agreed[item.name] += item.quantity
        owners.setdefault(item.name, set()).add(item.owner)
    bought, wrong = Counter(), []
    for name, owner, label, quantity in _bought(project):
        bought[name] += quantity
        if name in owners and owner not in owners[name]:
            wrong.append(f"“{name}”登记的产权归属为{label}，与协议不一致")
    for name in [*agreed, *(name for name in bought if name not in agreed)]:
        if agreed[name] != bought[name]:
            wrong.append(f"“{name}”协议 {agreed[name]} 台（套），台账 {bought[name]} 台（套）")
    return wrong[:20]


def _bought(project):
    """(name, owner, owner in words, quantity) of what stands in the ledger, summed."""
    assets = project.assets.values("name", "owner").order_by("name").annotate(sum=Sum("quantity"))
    labels = dict(project.assets.model._meta.get_field("owner").choices)
    return [(row["name"], row["owner"], labels.get(row["owner"], ""), row["sum"]) for row in assets]
