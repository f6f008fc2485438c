"""The gallery /ui/: every shape once, with sample data. The designer's document, and the smoke test of the shapes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace as Sample

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render

from portal.forms import DateField, FileField, MoneyField
from portal.rules import Breach, Kind, Rule

PUBLICISED = Rule("A-314", "25号 三（二）：验收结果公示无异议后，方可拨付", Kind.HARD, lambda subject: None)
ACCOUNT = Rule("A-322", "25号 三（二）：专账核算、专款专用", Kind.HARD, lambda subject: None)
LOGISTICS = Rule("A-204", "25号 二（一）：县乡村三级物流占比原则上不低于30%", Kind.SOFT, lambda subject: None)


class SampleForm(forms.Form):
    title = forms.CharField(label="项目名称", max_length=80, help_text="与协议、公示中的名称一致")
    amount = MoneyField(label="合同金额", help_text="以元为单位，精确到分")
    signed_on = DateField(label="签订日期")
    method = forms.ChoiceField(label="采购方式", choices=[("", "请选择"), ("open", "公开招标"), ("talk", "竞争性磋商")])
    kind = forms.ChoiceField(
        label="建设性质", widget=forms.RadioSelect, choices=[("new", "新建"), ("reuse", "利用现有场所改造")]
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreement = FileField(label="协议扫描件")
    truthful = forms.BooleanField(label="以上内容与签字盖章的原件一致")


class SampleLine(forms.Form):
    name = forms.CharField(label="内容", max_length=40)
    amount = MoneyField(label="金额")


def record(label, status):
    return Sample(status=status, get_status_display=lambda: label)


def share(key, label, part, floor):
    return Sample(key=key, label=label, part=Decimal(part), whole=Decimal("20000000"), floor=floor and Decimal(floor))


def samples():
    breaches = [
        Breach(PUBLICISED, "验收结果公示还有 2 个工作日才期满（2020年10月15日）"),
        Breach(LOGISTICS, "物流体系占 28.50%，低于 30%"),
    ]
    li = Sample(get_full_name=lambda: "李敏", is_authenticated=True)
    return {
        "statuses": [
            record("草稿", "draft"),
            record("待市审核", "submitted"),
            record("公示中", "publicised"),
            record("已备案", "recorded"),
            record("退回县", "returned"),
        ],
        "plan": record("待市审核", "submitted"),
        "breaches": breaches,
        "soft_breaches": breaches[1:],
        "gate_items": [
            Sample(rule=PUBLICISED, ok=True, wrong="", evidence="/notices/12/"),
            Sample(rule=ACCOUNT, ok=False, wrong="收款账户与协议约定的账户不一致", evidence="协议第 4.2 条"),
            Sample(rule=LOGISTICS, ok=False, wrong="物流体系占 28.50%，低于 30%", evidence=""),
        ],
        "events": [
            Sample(
                at=datetime(2020, 9, 1, 1, 30, tzinfo=UTC),
                by=li,
                office_name="确山县商务局",
                words="建立方案草稿",
                reason="",
                excused=[],
            ),
            Sample(
                at=datetime(2020, 9, 10, 8, 5, tzinfo=UTC),
                by=li,
                office_name="确山县人民政府",
                words="草稿 → 待市审核",
                reason="本县已有邮政三级物流网络，2019 年另有资金支持，本次不重复投入。",
                excused=["A-204"],
            ),
            Sample(
                at=datetime(2020, 9, 18, 0, 0, tzinfo=UTC),
                by=None,
                office_name="系统",
                words="提醒市三部门：还剩 3 个工作日",
                reason="",
                excused=[],
            ),
        ],
        "deadlines": [
            (Sample(on=date(2020, 10, 15), left=10, provisional=False), False),
            (Sample(on=date(2020, 10, 15), left=3, provisional=False), False),
            (Sample(on=date(2020, 9, 25), left=0, provisional=False), False),
            (Sample(on=date(2020, 9, 23), left=-2, provisional=False), False),
            (Sample(on=date(2028, 2, 4), left=210, provisional=True), False),
            (Sample(on=date(2020, 9, 23), left=-2, provisional=False), True),
        ],
        "today": date(2020, 9, 25),
        "lines": [
            ("县级物流配送中心改造", "logistics", Decimal("5700000.00")),
            ("农产品区域公共品牌与品控", "product", Decimal("6400000.00")),
            ("连锁超市供应链改造", "industrial", Decimal("5500000.00")),
            ("电商人才培训", "training", Decimal("2400000.00")),
        ],
        "directions": [
            share("logistics", "县乡村三级物流体系", "5700000", "0.300"),
            share("product", "农产品进城公共服务体系", "6400000", "0.300"),
            share("industrial", "工业品下乡流通服务体系", "5500000", "0.200"),
            share("training", "农村电商培训", "2400000", None),
        ],
        "amount": Decimal("2472551.80"),
        "account": "6217 0012 3456 7890",
        "page": Paginator(range(187), 20).page(4),
        "form": SampleForm(),
        "wrong_form": SampleForm({"wrong-amount": "12,34", "wrong-signed_on": ""}, prefix="wrong"),
        "formset": forms.formset_factory(SampleLine, extra=2)(prefix="lines"),
        "soft_only": True,
        "retry_url": "/ui/",
        "retry_fields": [],
    }


def page(request):
    return render(request, "portal/gallery.html", samples())
