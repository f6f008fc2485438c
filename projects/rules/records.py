"""站点服务记录的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from dataclasses import dataclass
from datetime import date

from portal.rules import rule


@dataclass(frozen=True)
class Day:
    """One day of one project's records, as it is about to be stored."""

    project: object
    date: date


@dataclass(frozen=True)
class Stay:
    """The first and the last day that is reported of one station."""

    station: object
    first: date
    last: date


@rule("A-428d", "25号 四（三）：如实做好服务建档立卡贫困户、农村产品上行等记录")
def day_lies_within_the_project(day, today):
    """Nothing is recorded before it happened, nor before the project began."""
    if day.project.started_on is None:
        return f"项目“{day.project.name}”尚未开工，不能报送服务记录"
    if day.date > today:
        return f"{day.date} 还没有到，服务记录只能报送已发生的日期"
    if day.date < day.project.started_on:
        return f"{day.date} 早于项目开工日期 {day.project.started_on}"
    return None


@rule("A-428o", "25号 四（三）：如实做好服务建档立卡贫困户、农村产品上行等记录")
def station_was_open(stay):
    """A station that was not open served nobody."""
    station = stay.station
    if station.opened_on is None:
        return f"站点 {station.no} 尚在筹建，没有服务记录"
    if stay.first < station.opened_on:
        return f"站点 {station.no} 于 {station.opened_on} 开业，{stay.first} 没有服务记录"
    if station.closed_on and stay.last > station.closed_on:
        return f"站点 {station.no} 于 {station.closed_on} 停业或关闭，{stay.last} 没有服务记录"
    return None
