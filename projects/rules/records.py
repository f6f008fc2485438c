"""站点服务记录的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from dataclasses import dataclass
from datetime import date

from portal.rules import rule


@dataclass(frozen=True)
class Day:
    """One day of one project's records, as it is about to be stored."""

    project: object
    date: date


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
