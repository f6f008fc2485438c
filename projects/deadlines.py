"""The days that the procurement law sets for one package, each with its state: kept, runs, late, or not yet known."""

from dataclasses import dataclass
from datetime import date

from portal import workdays
from portal.workdays import Deadline
from projects.rules import procurement as law


@dataclass(frozen=True)
class Term:
    """One term: what, by which rule, until when, done when. `state` in words, `tone` for the tag."""

    name: str
    basis: str
    due: Deadline | None
    done_on: date | None
    state: str
    tone: str


def terms_of(package, today) -> list[Term]:
    """结果公告、公告期、质疑期、签订合同、合同公告, in their order."""
    notice = package.result_notice
    rows = [
        _deed(
            "采购结果公告",
            f"成交（废标）后 {law.RESULT_WORKDAYS} 个工作日内",
            package.result_due,
            notice and notice.starts_on,
            today,
        ),
        _period("结果公告期", f"{law.RESULT_NOTICE_WORKDAYS} 个工作日", notice and notice.ends_on, today),
        _period("供应商质疑期", f"公告期满后 {law.QUERY_WORKDAYS} 个工作日内", package.queries_until, today),
    ]
    if package.status == package.Status.FAILED:
        return rows[:2]
    return [
        *rows,
        _deed(
            "签订合同（协议）",
            f"结果公告后 {law.CONTRACT_DAYS} 日内",
            package.contract_due,
            package.signed_on,
            today,
        ),
        _deed(
            "合同公告",
            f"签订后 {law.CONTRACT_PUBLICITY_WORKDAYS} 个工作日内",
            package.contract_publicity_due,
            package.contract_publicised_on,
            today,
        ),
    ]


def _deed(name, basis, due, done_on, today):
    """Something that somebody has to do until `due`."""
    if due is None:
        return Term(name, basis, None, done_on, "未到", "neutral")
    shown = workdays.deadline(due, today)
    if done_on is None:
        return Term(name, basis, shown, None, *(("逾期未办", "bad") if today > due else ("进行中", "running")))
    if done_on <= due:
        return Term(name, basis, shown, done_on, "按期办理", "good")
    late = workdays.workdays_between(due, done_on)
    return Term(name, basis, shown, done_on, f"逾期 {late} 个工作日办理", "bad")


def _period(name, basis, until, today):
    """A time that has to pass."""
    if until is None:
        return Term(name, basis, None, None, "未到", "neutral")
    shown = workdays.deadline(until, today)
    if today > until:
        return Term(name, basis, shown, until, "已期满", "good")
    return Term(name, basis, shown, None, "进行中", "running")
