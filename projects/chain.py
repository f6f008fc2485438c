"""The way of one project in nine steps: 资金安排 → 采购 → 协议 → 建设方案 → 开工 → 信息报送 → 验收 → 公示 → 拨付."""

from dataclasses import dataclass

from django.urls import reverse

from portal.money import total, wan


@dataclass(frozen=True)
class Step:
    name: str
    words: str
    tone: str = "neutral"  # waiting | running | good | bad | neutral
    url: str = ""


def chain(project, agreement, plan, missing, stages, applications, payments, *, is_office):
    """The contractor sees the state of the county's plan, but its page belongs to the offices."""
    return [
        _fund_line(project.fund_line, is_office),
        Step("采购", project.procurement.get_status_display(), "good", project.procurement.get_absolute_url()),
        _agreement(agreement),
        _contractor_plan(plan),
        _start(project),
        _information(project, missing),
        _acceptance(stages, applications),
        _publicity(applications),
        _payment(agreement, payments),
    ]


def _fund_line(line, is_office):
    tone = "good" if line.plan.status == "recorded" else "waiting"
    url = reverse("plan-detail", args=[line.plan_id]) if is_office else ""
    return Step("资金安排", line.plan.get_status_display(), tone, url)


def _agreement(agreement):
    if not agreement:
        return Step("协议", "未起草", "neutral", "#agreement")
    tone = {"signed": "good", "terminated": "bad"}.get(agreement.status, "waiting")
    return Step("协议", agreement.get_status_display(), tone, "#agreement")


def _contractor_plan(plan):
    tones = {"ready": "good", "publicised": "running", "returned": "bad"}
    if not plan:
        return Step("建设方案", "未编制", "neutral", "#contractor-plan")
    return Step("建设方案", plan.get_status_display(), tones.get(plan.status, "waiting"), "#contractor-plan")


def _start(project):
    if not project.started_on:
        return Step("开工", "未开工", "neutral", "#ledger")
    return Step("开工", f"{project.started_on:%Y-%m-%d}", "good", "#ledger")


def _information(project, missing):
    if not project.started_on:
        return Step("信息报送", "开工后按月报送", "neutral", "#information")
    if missing:
        return Step("信息报送", f"缺 {len(missing)} 个月", "bad", "#information")
    return Step("信息报送", "已报齐", "good", "#information")


def _acceptance(stages, applications):
    passed = sum(application.status == "passed" for application in applications)
    words = f"{passed} / {len(stages)} 个阶段合格" if stages else "未到"
    if not applications:
        return Step("验收", words, "neutral", "#acceptance")
    last = applications[-1]
    tone = "good" if passed == len(stages) else "bad" if last.status == "failed" else "running"
    return Step("验收", words, tone, "#acceptance")


def _publicity(applications):
    notices = [application.notice for application in applications if application.notice]
    if not notices:
        return Step("公示", "未到", "neutral", "#acceptance")
    tones = {"running": "running", "clear": "good"}
    return Step("公示", notices[-1].get_status_display(), tones.get(notices[-1].status, "bad"), "#acceptance")


def _payment(agreement, payments):
    paid = total(payment.amount for payment in payments if payment.status in payment.SPENT)
    if not payments:
        return Step("拨付", "未到", "neutral", "#payments")
    words = f"已拨 {wan(paid)} / {wan(agreement.central_amount)} 万元"
    return Step("拨付", words, "good" if paid == agreement.central_amount else "running", "#payments")
