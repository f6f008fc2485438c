"""The records that tests start from, made by the real deeds of the real people (disclosure.demonstration.Story).

Each builder leaves the clock on the day on which its story ends; `go_to(day)` moves it on.
"""

from datetime import date

from django.db import connection

from disclosure.demonstration import LINES, Story, pdf
from disclosure.training_story import hold_training
from portal import clock
from projects.models import SupplementAgreement

START = date(2020, 9, 1)
QUESHAN, XICHUAN, LUYI = "411725", "411326", "411628"


def go_to(day):
    clock._pinned.set(clock.morning(day))


def story(code=QUESHAN, contractor_number=1) -> Story:
    return Story(code, today=clock.today(), contractor_number=contractor_number)


def _told(story, result):
    go_to(story.today)
    result.refresh_from_db()
    return result


def draft_plan(cast, lines=LINES, code=QUESHAN):
    s = story(code)
    return _told(s, s.draft(lines))


def recorded_plan(cast, lines=LINES, code=QUESHAN, reason=""):
    s = story(code)
    return _told(s, s.recorded_plan(lines, reason))


def selected_project(cast):
    s = story()
    return _told(s, s.selected_project(s.recorded_plan()))


def signed_agreement(cast):
    project = selected_project(cast)
    s = story()
    return _told(s, s.signed_agreement(project))


def draft_supplement(cast, agreement, **terms):
    """A supplement that moves 10 000 元 from the last stage to the one before (what was accepted stays)."""
    now = agreement.snapshot()
    stages = [{name: row[name] for name in row if name != "no"} for row in now["stages"]]
    stages[0]["amount"] += 10_000
    stages[-1]["amount"] -= 10_000
    return SupplementAgreement.draft(
        agreement,
        by=cast.clerk,
        no=f"{agreement.no}-补1",
        reason="主体工程量调整（演示）",
        terms=terms,
        stages=stages,
        equipment=now["equipment"],
    )


def supplement_under_way(cast, agreement):
    """With the finance bureau of the county."""
    supplement = draft_supplement(cast, agreement)
    supplement.submit(by=cast.clerk)
    return supplement


def underway_project(cast):
    project = selected_project(cast)
    s = story()
    return _told(s, s.underway_project(project))


def inspecting_application(cast):
    project = underway_project(cast)
    s = story()
    return _told(s, s.inspecting_application(project))


def passed_application(cast):
    """合格, delivered upward, its result being publicised."""
    project = underway_project(cast)
    s = story()
    return _told(s, s.passed_application(project))


def clear_application(cast):
    """合格 and publicised without objection; the money has arrived."""
    application = passed_application(cast)
    s = story()
    s.receipt()
    s.over(application.notice)
    return _told(s, application)


def papers(amount, no="90000001", **changes):
    """One invoice and one object over this amount, for Payment.request; `changes` of the invoice or the object."""
    invoice = {
        "kind": "invoice",
        "invoice_code": "041002000999",
        "invoice_no": no,
        "issued_on": clock.today(),
        "seller": "演示设备供应单位",
        "content": "分拣设备（演示）",
        "category": "equipment",
        "amount": amount,
    }
    item = {"content": f"分拣设备 {no}", "place": "演示路1号", "amount": amount}
    invoice |= {name: value for name, value in changes.items() if name in invoice and name not in ("content",)}
    invoice["content"] = changes.get("invoice_content", invoice["content"])
    item |= {name: value for name, value in changes.items() if name in ("content", "place", "asset", "station")}
    return {"amount": amount, "vouchers": [invoice], "objects": [item]}


def requested_payment(cast):
    application = clear_application(cast)
    s = story()
    return _told(s, s.requested_payment(application))


def approved_payment(cast):
    """Approved, not publicised yet."""
    application = clear_application(cast)
    s = story()
    return _told(s, s.approved_payment(application))


def payable_payment(cast):
    """Approved and publicised without objection: it may be paid."""
    application = clear_application(cast)
    s = story()
    return _told(s, s.publicised_payment(application))


def paid_payment(cast):
    application = clear_application(cast)
    s = story()
    return _told(s, s.paid_payment(application))


def draft_plan_for_neighbour(cast):
    return draft_plan(cast, code=XICHUAN)


def passed_notice_with_objection(cast, w):
    """An open objection to a notice that still runs (the notice of the second stage's result)."""
    s = story()
    application = s.passed_application(w.project, stage_no=2)
    w.running_notice = application.notice
    return application.notice.object(name="演示村民", phone="0000-1", text="第二阶段设备数量不足")


def owed_report(cast):
    from reporting.models import MonthlyReport

    return MonthlyReport.open_for(cast.county, date(2020, 9, 1))


def opened_procurement(cast, packages=1, plan=None):
    """Conditions publicised without objection: the tender may be announced. One package on each line of the plan."""
    s = story()
    return _told(s, s.opened_procurement(plan or s.recorded_plan(), range(1, packages + 1)))


def announced_procurement(cast, packages=1):
    s = story()
    procurement = s.opened_procurement(s.recorded_plan(), range(1, packages + 1))
    s.announce(procurement)
    return _told(s, procurement)


def awarded_package(cast):
    procurement = announced_procurement(cast)
    s = story()
    return _told(s, s.award(procurement.packages.get()))


def open_query(cast, procurement, **fields):
    """质疑 by an invented supplier, still to be answered."""
    from projects.models import SupplierQuery

    values = {"kind": "query", "supplier": "演示供应商丁", "received_on": clock.today(), "text": "演示质疑事项"}
    return SupplierQuery.register(procurement, by=cast.clerk, **(values | fields))


def money_under_control(cast, project):
    """A standing freeze of this project, a limit that waits for a second person, a breach outside the portal."""
    from funds.models import ApprovalLimit, Freeze, OutsideBreach

    freeze = Freeze.place(cast.county, by=cast.zhumadian_commerce, reason="核查（演示）", project=project)
    limit = ApprovalLimit.propose(
        cast.county.region, by=cast.government, person=cast.finance, verb="payment.pay", amount=10**7, why="演示"
    )
    return freeze, limit, OutsideBreach.register(cast.county, by=cast.auditor, **outside_fact())


def outside_fact(**changes):
    """An advance paid outside the portal, without money by default."""
    fact = {
        "kind": "advance",
        "rule_id": "A-313",
        "happened_on": START,
        "amount": 0,
        "responsible": "演示县财政局",
        "why": "合同约定预付（演示）",
        "description": "合同签订后7个工作日内预付（演示）",
    }
    return fact | changes


def workdays_after(day):
    """The first working day after `day`."""
    from portal import workdays

    return workdays.add_workdays(day, 1)


def seal():
    """What a commit does: the events of this test so far get their seals."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def drawn_spotcheck(by, size=1, **stated):
    """A draw over everything that passed so far in the counties of this office."""
    from acceptance.models import SpotCheck

    stated = {"title": "验收结果抽查（演示）", "concluded_from": START, "concluded_to": clock.today()} | stated
    check = SpotCheck.fix(by=by, size=size, **stated)
    seal()
    check.draw(by=by)
    return check


def training_session(cast, people=6):
    """A training project underway, with one session that is held and recorded but not locked."""
    return training_beside(recorded_plan(cast), people)


def training_beside(plan, people=6):
    """The same on a plan that has other projects already."""
    s = story()
    return _told(s, hold_training(s, s.underway_project(s.selected_project(plan, line_no=6)), people))


def opened_sanction(cast, county=None, **fields):
    """拟取消：proven by an audit, the county is heard from today on."""
    from portal.models import Attachment
    from supervision.models import Sanction

    county = county or cast.county
    county.refresh_from_db()
    file = Attachment.keep(pdf("审计报告（演示）.pdf"), region=county.region, by=cast.henan_commerce)
    values = {"ground": "fraud", "facts": "演示：虚报设备数量套取专项资金", "reference": "演示审计〔2020〕3号"}
    return Sanction.open(county, by=cast.henan_commerce, evidence=[file], **(values | fields))


def agreed_sanction(cast, sanction):
    """The county has stated its case, the three departments agree."""
    from accounts.models import User

    government = User.objects.serving(sanction.region, "government").get()
    sanction.state(by=government, statement="演示：已经退回套取的资金，请求从轻处理")
    for post in ("commerce", "finance", "poverty"):
        sanction.give_opinion(by=User.objects.get(username=f"henan-{post}"), agrees=True, words="同意")
    return sanction


def decided_sanction(cast, county=None, **fields):
    """已取消：decided by a numbered document; the recovery of everything that was paid is open."""
    from portal.models import Attachment

    sanction = agreed_sanction(cast, opened_sanction(cast, county, **fields))
    scan = Attachment.keep(pdf("取消决定（演示）.pdf"), region=sanction.region, by=cast.henan_commerce)
    sanction.decide(by=cast.henan_commerce, doc_no="演示豫商体系〔2020〕99号", decided_on=clock.today(), scan=scan)
    return sanction


def dismissed_sanction(cast):
    """不予取消：the county stated its case and goes on where it stood."""
    sanction = opened_sanction(cast)
    sanction.state(by=cast.government, statement="演示：情况不属实")
    sanction.dismiss(by=cast.henan_commerce, reason="演示：查明不属实")
    cast.county.refresh_from_db()
    return sanction


def opened_recovery(cast, payment, amount=1000):
    """A part of one payment is to come back; a tenth of it came."""
    from funds.models import Recovery

    today = clock.today()
    ground, doc_no = "演示：多付的设备款", "演示确财〔2020〕5号"
    recovery = Recovery.open(
        cast.county, by=cast.finance, ground=ground, doc_no=doc_no, decided_on=today, amount=amount, payment=payment
    )
    recovery.receive(by=cast.finance, amount=amount // 10, paid_on=today, payer="演示承办单位", voucher_no="T0")
    return recovery
