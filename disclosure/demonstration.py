"""Demonstration counties, walked by the real deeds of their own people: every record is one that the portal made.

Nothing here writes a status: a demonstration that could not be done by hand would be a lie. All of it is marked 演示.
"""

from base64 import b64decode
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from acceptance.models import Application
from accounts.models import Region, User
from counties import sections
from counties.models import Bureau, County, CountyDocument, FundLine, Plan
from disclosure import ledger_rows
from funds.models import Payment, Receipt
from notices.sweeps import close_notices
from portal import clock
from portal.models import Attachment
from projects.identity import check_character
from projects.models import (
    Agreement,
    Contractor,
    ContractorPlan,
    CreditRating,
    Evidence,
    Licence,
    Milestone,
    Package,
    Procurement,
    Progress,
    Qualification,
    TransactionInformation,
)
from projects.rules.contractor import REVIEWED
from projects.rules.signage import NATIONAL_TEXT

WAN = Decimal(10_000)
LINES = [
    ("县级仓储物流配送中心改造", "logistics", "construction", "award", 400, "日均处理包裹", 8000, "件"),
    ("县乡村共同配送线路", "logistics", "service", "purchase", 200, "覆盖行政村", 180, "个"),
    ("农产品品牌培育与品质控制", "produce", "service", "purchase", 450, "认证产品", 20, "个"),
    ("县级电商公共服务中心提升", "produce", "equipment", "award", 250, "入驻企业", 40, "家"),
    ("商贸流通企业数字化改造", "goods", "software", "award", 400, "改造门店", 120, "个"),
    ("农村电商技能培训", "training", "training", "purchase", 300, "培训人次", 3000, "人次"),
]
TARGETS = [
    {"direction": direction, "indicator": indicator, "unit": unit, "base_year": 2019, "base_value": base,
     "target_year": 2022, "target_value": target}
    for direction, indicator, unit, base, target in [
        ("logistics", "行政村快递通达率（演示）", "%", 60, 100),
        ("produce", "农产品网络零售额（演示）", "万元", 8000, 12000),
        ("goods", "改造乡镇商贸网点（演示）", "个", 20, 120),
        ("training", "培训人次（演示）", "人次", 500, 3000),
    ]
]  # fmt: skip
SITE = "https://{pinyin}.example.invalid/gongshi/"


def pdf(name, words="演示文件") -> SimpleUploadedFile:
    """A small, real PDF; its text is only a mark, the content of demonstration documents is in the records."""
    text = (
        f"%PDF-1.4\n% {words}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
    )
    text += "endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return SimpleUploadedFile(name, text.encode(), "application/pdf")


def png(name) -> SimpleUploadedFile:
    """One white pixel: a photograph of nothing, for demonstration records."""
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg=="
    return SimpleUploadedFile(name, b64decode(pixel), "image/png")


def fund_lines(wan=LINES):
    """Rows for Plan.edit out of (name, direction, expense, support, 万元, target, value, unit)."""
    return [
        {
            "name": name,
            "direction": direction,
            "expense": expense,
            "support": support,
            "central_amount": amount * WAN,
            "target": target,
            "target_value": value,
            "target_unit": unit,
            "reuses_existing": expense in FundLine.HARDWARE,
        }
        for name, direction, expense, support, amount, target, value, unit in wan
    ]


def credit_code(number) -> str:
    """An invented but well-formed 统一社会信用代码 (GB 32100): 演示 companies do not exist."""
    first17 = f"9141000000DEM{number:04d}".replace("O", "0")[:17]
    return first17 + check_character(first17)


def company(number) -> Contractor:
    """演示承办单位: registered, licensed, clean, rated, with all its evidence; its account is contractor-<number>."""
    return Contractor.objects.filter(credit_code=credit_code(number)).first() or _register_company(number)


def _register_company(number):
    user = User.objects.get(username=f"contractor-{number}")
    province = Region.objects.get(level="province")
    contractor = Contractor.register(
        province,
        by=user,
        credit_code=credit_code(number),
        name=f"演示{['流通', '物流', '电商', '培训'][number % 4]}有限公司（{number}）",
        legal_representative=f"演示代表{number}",
        category=["circulation", "logistics", "ecommerce", "training"][number % 4],
        registered_capital=500 * WAN,
        founded_on=date(2015, 6, 1),
        staff_count=60,
        registered_at="演示路1号",
        contact_person=f"演示联系人{number}",
        contact_phone="0000-00000",
        declares_clean_record=True,
    )
    contractor.members.add(user)
    today = clock.today()
    papers = [
        Licence(name="营业执照", number=contractor.credit_code),
        Licence(name="道路运输经营许可证", number=f"演示运管-{number:04d}"),
        CreditRating(
            agency="演示信用服务机构",
            grade="AA",
            report_no=f"演示-{number:04d}",
            issued_on=today - timedelta(days=30),
            valid_to=today + timedelta(days=335),
        ),
    ]
    for kind in Evidence.Kind:
        file = Attachment.keep(pdf(f"{kind.label}（演示）.pdf", kind.label), region=province, by=user)
        papers.append(Evidence(kind=kind, title=f"{kind.label}材料（演示）", file=file))
    for paper in papers:
        contractor.file_item(paper, by=user)
    return contractor


def bidders(winner, offer):
    """Three suppliers of an invented tender; the winner stands first."""

    def lower(percent):
        return (Decimal(offer) * percent / 100).quantize(Decimal("0.01"))

    return [
        {"name": winner.name, "offer": offer, "score": Decimal("91.50"), "rank": 1},
        {"name": "演示投标单位乙", "offer": lower(99), "score": Decimal("86.20"), "rank": 2},
        {"name": "演示投标单位丙", "offer": lower(98), "score": Decimal("80.00"), "rank": 3},
    ]


class Story:
    """One county's way from draft to payment. `today` moves on with the story; steps return what they made."""

    def __init__(self, code, *, today, contractor_number=1):
        self.county = County.objects.select_related("region__parent__parent", "batch").get(region__code=code)
        self.today = today
        self.contractor_number = contractor_number
        self.site = SITE.format(pinyin=self.county.region.pinyin)

    @contextmanager
    def day(self):
        with clock.pinned(self.today):
            yield

    def person(self, post, level="county"):
        region = self.county.region
        place = {"county": region, "city": region.parent, "province": region.parent.parent}[level]
        return User.objects.get(username=f"{place.pinyin}-{post}")

    @property
    def contractor_person(self):
        return User.objects.get(username=f"contractor-{self.contractor_number}")

    def over(self, notice):
        """Wait until the day after a notice ends and let the day's sweep close it."""
        self.today = notice.ends_on + timedelta(days=1)
        with self.day():
            close_notices(self.today)

    # --- the steps -----------------------------------------------------------------------------------------------

    def management_rules(self):
        """The papers that the county makes first; the two management rules are public before anything is signed."""
        if self.county.documents.exists():
            return
        kinds = CountyDocument.Kind
        with self.day():
            clerk = self.person("commerce")
            public = (kinds.FUND_RULES, kinds.PROJECT_RULES, kinds.ACCEPTANCE_RULES)
            for kind in (kinds.LEADING_GROUP, kinds.DUTIES, *public):
                title = f"{self.county}电子商务进农村综合示范{kind.label}（演示）"
                CountyDocument.register(
                    self.county,
                    by=clerk,
                    kind=kind,
                    title=title,
                    issued_on=self.today,
                    file=Attachment.keep(pdf(f"{kind.label}（演示）.pdf", title), region=self.county.region, by=clerk),
                    site_url=self.site if kind in public else "",
                )

    def draft(self, lines=LINES) -> Plan:
        self.management_rules()
        with self.day():
            clerk = self.person("commerce")
            plan = Plan.begin(self.county, by=clerk)
            files = [Attachment.keep(pdf(f"{n}（演示）.pdf", n), region=plan.region, by=clerk)
                     for n in ("实施方案", "项目资金安排方案")]  # fmt: skip
            fields = {
                "summary": "围绕县乡村三级物流、农产品进城、工业品下乡和电商培训四个方向组织实施（演示）。",
                "period_from": date(2020, 10, 1),
                "period_to": date(2022, 6, 30),
                "total_central": sum(row[4] for row in lines) * WAN,
                "total_matching": 200 * WAN,
                "plan_file": files[0],
                "fund_file": files[1],
            }
            plan.edit(by=clerk, revision=plan.revision, fields=fields, lines=fund_lines(lines))
            for chapter in sections.wanted(plan.was_supported_before):
                text = f"{chapter.title}（演示）：{chapter.hint}。"
                plan.write_section(chapter.key, by=clerk, revision=0, text=text)
            plan.edit_targets(by=clerk, revision=plan.targets_revision, targets=TARGETS)
            return plan

    def send(self, plan, reason=""):
        with self.day():
            plan.send(by=self.person("commerce"), reason=reason)

    def opinions(self, plan, level):
        """The three bureaus of a level agree."""
        with self.day():
            for bureau in Bureau:
                review = plan.current_reviews(level).get(bureau=bureau)
                consents = [breach.rule.id for breach in review.exceptions_to_consent()]
                review.agree(by=self.person(bureau, level), opinion="同意", consents=consents)
            plan.refresh_from_db()

    def approve(self, plan, **kwargs):
        with self.day():
            plan.approve(by=self.person("government"), site_url=self.site, **kwargs)

    def file(self, plan, doc_no="演商〔2020〕12号", reason=""):
        by = self.person("government") if plan.is_direct else self.person("commerce", "city")
        with self.day():
            return plan.file(by=by, doc_no=doc_no, reason=reason)

    def recorded_plan(self, lines=LINES, reason="") -> Plan:
        plan = self.draft(lines)
        self.send(plan, reason)
        self.opinions(plan, "county")
        self.approve(plan)
        self.over(plan.notice)
        plan.refresh_from_db()
        if not plan.is_direct:
            self.opinions(plan, "city")
        self.file(plan)
        self.opinions(plan, "province")
        return plan

    def review(self, procurement):
        """资格复核：every item of every winner, ticked by the finance bureau."""
        with self.day():
            for winner in procurement.winners():
                ticks = {rule.id: (True, "材料齐全，与原件一致（演示）") for rule in REVIEWED}
                Qualification.of(procurement, winner).review(by=self.person("finance"), ticks=ticks)

    def opened_procurement(self, plan, line_nos=(1,)) -> Procurement:
        """One package on each of these lines; content and conditions publicised without objection."""
        lines = list(plan.lines.filter(no__in=line_nos))
        with self.day():
            procurement = Procurement.begin(
                self.county,
                by=self.person("commerce"),
                name=lines[0].name,
                content_text=f"{'、'.join(line.name for line in lines)}，按备案方案实施（演示）",
                conditions="具有独立法人资格、相关资质和信用等级证明",
                budget=sum(line.central_amount for line in lines),
                packages=[{"name": line.name, "fund_line": line, "budget": line.central_amount} for line in lines],
            )
            procurement.publicise_conditions(by=self.person("government"), site_url=self.site)
        self.over(procurement.conditions_notice)
        procurement.refresh_from_db()
        return procurement

    def announce(self, procurement, **changes):
        tender = {
            "method": "open",
            "procurement_no": f"演示采购-{procurement.pk:03d}",
            "notice_date": self.today,
            "open_date": self.today,
            "announcement_url": f"{self.site}caigou/",
            "platform": "演示采购平台",
        }
        with self.day():
            procurement.announce(by=self.person("commerce"), **(tender | changes))

    def award(self, package, **changes):
        """To the contractor of this story, with three bidders."""
        with self.day():
            winner = company(self.contractor_number)
            winner.credit_checks.get_or_create(site="信用中国", checked_on=self.today)
            result = {
                "bidders": bidders(winner, package.budget),
                "award_date": self.today,
                "award_amount": package.budget,
                "winner": winner,
                "score": Decimal("91.50"),
            }
            package.award(by=self.person("commerce"), **(result | changes))
        return package

    def selected_project(self, plan, line_no=1):
        procurement = self.opened_procurement(plan, (line_no,))
        self.announce(procurement)
        package = self.award(procurement.packages.get())
        clerk = self.person("commerce")
        with self.day():
            procurement.publicise_result(by=self.person("government"), site_url=self.site)
            package.refresh_from_db()
        self.review(procurement)
        with self.day():
            project = package.qualify(by=clerk)
            project.edit(
                by=clerk,
                owner_person="演示责任人",
                owner_phone="0000-00000",
                planned_start=self.today,
                planned_end=date(2021, 12, 31),
                claimed_stations=ledger_rows.STATIONS_CLAIMED,
            )
            Milestone.plan(project, by=clerk, name="主体建设完成", due_on=date(2021, 6, 30))
            Milestone.plan(project, by=clerk, name="整体完工", due_on=date(2021, 12, 31))
            return project

    def draft_agreement(self, project, shares=(Decimal("0.4"), Decimal("0.6"))) -> Agreement:
        amount = project.award_amount
        buys = project.fund_line.expense not in FundLine.WITHOUT_EQUIPMENT
        clerk = self.person("commerce")
        with self.day():
            agreement = Agreement(project=project, no=f"演示协议-{project.no}", drafted_by=clerk)
            agreement.save()
            agreement.edit(
                by=clerk,
                fields={
                    "central_amount": amount,
                    "account_holder": project.contractor.name,
                    "account_bank": "演示银行",
                    "account_no": f"62000000{project.contractor.pk:08d}",
                    "clause_information": True,
                    "clause_sharing": True,
                    "clause_signage": True,
                    "clause_accounting": True,
                    "clause_recovery": True,
                    "sharing_statement": "建成的仓储、分拣场地向县内商贸、快递、供销企业开放共用（演示）",
                },
                stages=[
                    {
                        "name": name,
                        "trigger": f"{name}完成并自检合格（演示）",
                        "deliverables": f"完成{name}内容",
                        "amount": amount * share,
                    }
                    for name, share in zip(("主体建设", "整体完工"), shares, strict=True)
                ],
                equipment=[
                    {
                        "name": "分拣设备",
                        "model": "演示型",
                        "quantity": 2,
                        "unit_price": 50 * WAN,
                        "owner": "county",
                        "custodian": project.contractor.name,
                        "place": f"{self.county}县级中心（{project.no}）",
                    }
                ]
                if buys
                else [],
            )
            return agreement

    def signed_agreement(self, project) -> Agreement:
        agreement = self.accepted_agreement(project)
        with self.day():
            agreement.sign(by=self.person("government"))
        return agreement

    def accepted_agreement(self, project) -> Agreement:
        agreement = self.draft_agreement(project)
        self.agree(agreement)
        return agreement

    def agree(self, paper):
        """An agreement or a supplement: sent to the finance bureau, reviewed there, accepted by the contractor."""
        with self.day():
            paper.submit(by=self.person("commerce"))
            paper.review_funds(by=self.person("finance"))
            paper.accept(by=self.contractor_person)

    def underway_project(self, project):
        self.signed_agreement(project)
        with self.day():
            package = Package.objects.get(project=project)
            contract = {"contract_publicised_on": self.today, "contract_url": f"{self.site}hetong/"}
            package.publicise_contract(by=self.person("commerce"), **contract)
            contractor_plan = ContractorPlan.draft(
                project,
                by=self.contractor_person,
                text="按协议分两个阶段建设（演示）",
                central_amount=project.agreement.central_amount,
            )
            contractor_plan.submit(by=self.contractor_person)
            self.reviewed(contractor_plan)
            contractor_plan.approve(by=self.person("government"), site_url=self.site)
        self.over(contractor_plan.notice)
        project.refresh_from_db()
        with self.day():
            project.start(by=self.person("government"))
            ledger_rows.enter(project, by=self.contractor_person, today=self.today)
            text = "已进场，正在平整场地（演示）"
            Progress.report(project, by=self.contractor_person, on=self.today, percent=Decimal(5), text=text)
        return project

    def reviewed(self, contractor_plan):
        """The two bureaus of the county agree to the contractor's plan."""
        with self.day():
            for bureau in ("commerce", "finance"):
                contractor_plan.review(by=self.person(bureau), agrees=True, opinion="同意（演示）")

    def inform(self, project):
        """The contractor gives every month that it owes."""
        with self.day():
            for month in project.information_missing(self.today):
                TransactionInformation.submit(
                    project,
                    month,
                    by=self.contractor_person,
                    online_sales=30 * WAN,
                    farm_sales=20 * WAN,
                    industrial_sales=8 * WAN,
                    orders=900,
                    parcels=800,
                )

    def submitted_application(self, project, stage_no=1) -> Application:
        self.inform(project)
        with self.day():
            stage = project.agreement.stages.get(no=stage_no)
            photo = Attachment.keep(png("项目标识（演示）.png"), region=project.region, by=self.contractor_person)
            application = Application.begin(
                stage,
                by=self.contractor_person,
                statement="已完成本阶段内容（演示）",
                self_amount=stage.amount,
                signage_text=NATIONAL_TEXT,
                signage_has_phone=True,
                signage_photo=photo,
            )
            application.submit(by=self.contractor_person)
            return application

    def inspecting_application(self, project, stage_no=1) -> Application:
        application = self.submitted_application(project, stage_no)
        with self.day():
            application.receive(by=self.person("commerce"))
            panel = [("演示甲", "县商务局", "组长"), ("演示乙", "县财政局", "成员"), ("演示丙", "县扶贫办", "成员")]
            rows = [{"name": name, "organisation": office, "duty": duty} for name, office, duty in panel]
            application.inspect(by=self.person("government"), panel=rows)
            application.fill_checklist(by=self.person("government"), found=self.found(application))
        return application

    def found(self, application):
        """Everything as it should be: the number asked for, or yes (演示)."""
        return {
            item.no: {"actual": item.minimum or item.maximum, "remark": "现场查验一致（演示）"}
            if item.is_number
            else {"met": True, "remark": ""}
            for item in application.checklist.all()
        }

    def passed_application(self, project, stage_no=1) -> Application:
        application = self.inspecting_application(project, stage_no)
        with self.day():
            government = self.person("government")
            application.conclude(
                by=government,
                conclusion="passed",
                findings="现场查验，内容与协议一致（演示）",
                approved_amount=application.stage.amount,
            )
            application.deliver(by=government)
            application.publicise(by=government, site_url=self.site)
        return application

    def clear_application(self, project, stage_no=1) -> Application:
        application = self.passed_application(project, stage_no)
        self.over(application.notice)
        application.refresh_from_db()
        return application

    def receipt(self, amount=None) -> Receipt:
        with self.day():
            return Receipt.register(
                self.county,
                by=self.person("finance"),
                doc_no=f"演财〔2020〕{Receipt.objects.count() + 1}号",
                doc_date=self.today,
                arrived_on=self.today,
                amount=amount or self.county.central_total,
            )

    def requested_payment(self, application) -> Payment:
        """Asked for with one invoice and one object; its scan is handed in."""
        amount, by = application.approved_amount, self.contractor_person
        with self.day():
            invoice = {
                "kind": "invoice",
                "invoice_code": "041002000311",
                "invoice_no": f"{application.pk:08d}",
                "issued_on": self.today,
                "seller": "演示设备供应单位",
                "content": f"{application.project.name}（演示）",
                "category": application.project.fund_line.expense,
                "amount": amount,
            }
            item = {
                "content": f"{application.project.name} · {application.stage}",
                "place": f"{self.county}（演示地点）",
                "amount": amount,
            }
            payment = Payment.request(application, by=by, amount=amount, vouchers=[invoice], objects=[item])
            scan = Attachment.keep(pdf(f"发票 {payment.no}（演示）.pdf"), region=payment.region, by=by)
            payment.keep_scans({payment.vouchers.get().pk: scan}, by=by)
            return payment

    def approved_payment(self, application) -> Payment:
        payment = self.requested_payment(application)
        with self.day():
            payment.commerce_review(by=self.person("commerce"))
            payment.finance_review(by=self.person("finance-review"))
            payment.approve(by=self.person("government"))
            return payment

    def publicised_payment(self, application) -> Payment:
        """Approved, and its own notice is over without objection."""
        payment = self.approved_payment(application)
        with self.day():
            notice = payment.publish(by=self.person("government"), site_url=self.site)
        self.over(notice)
        payment.refresh_from_db()
        return payment

    def paid_payment(self, application) -> Payment:
        payment = self.publicised_payment(application)
        with self.day():
            payment.pay(by=self.person("finance"), voucher_no=f"演示凭证-{payment.no}")
        return payment
