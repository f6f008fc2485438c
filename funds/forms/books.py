"""The filters of the books. What cannot be understood filters nothing, and the page says so."""

from django import forms

from counties.models import County, FundLine
from funds.models import Account, Balance, Payment, Source
from funds.statements import Period
from portal import clock
from portal.forms import DateField
from projects.models import Agreement, Contractor, Stage

ALL = [("", "全部")]


def words_of(form, names):
    """What was chosen in a filter: “示范县：确山县；只看偏离公示内容的：是”, or 全部. The form knows what is `wanted`."""
    chosen = [(form.fields[name], form.wanted(name)) for name in names]
    return "；".join(f"{field.label}：{_chosen(field, value)}" for field, value in chosen if value) or "全部"


def _chosen(field, value):
    if value is True:
        return "是"
    return dict(field.choices).get(value, value) if type(field) is forms.ChoiceField else str(value)


class BooksForm(forms.Form):
    """Two dates: 1 January of the year until today, when nothing else is said."""

    since = DateField(label="期间起", required=False)
    on = DateField(label="截至", required=False)

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on and on > clock.today():
            raise forms.ValidationError(f"不能晚于今天（{clock.today()}）", code="future")
        return on

    def clean(self):
        cleaned = super().clean()
        since, on = cleaned.get("since"), cleaned.get("on") or clock.today()
        if since and since > on:
            self.add_error("since", f"不能晚于截至日期（{on}）")
        return cleaned

    def wanted(self, name):
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def period(self):
        on = self.wanted("on") or clock.today()
        return Period(self.wanted("since") or on.replace(month=1, day=1), on)

    def words(self):
        """The filter as the head of a workbook or a paper states it."""
        return words_of(self, [name for name in self.fields if name not in ("since", "on")])

    @property
    def is_filtered(self):
        return any(self.wanted(name) for name in self.fields)

    @property
    def shown(self):
        return [field for field in self if not field.is_hidden]

    @property
    def carried(self):
        """Filters that came with a link and are not offered for choice."""
        return [field for field in self if field.is_hidden and self.wanted(field.name)]


def _choice_of(queryset, label, **kwargs):
    return forms.ModelChoiceField(queryset, label=label, required=False, empty_label="全部", **kwargs)


def counties_with_books(user):
    counties = County.objects.visible_to(user).public()
    return counties.select_related("region").order_by("region__code")


class TrialBalanceForm(BooksForm):
    county = _choice_of(County.objects.none(), "示范县")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties_with_books(user)
        self.order_fields(["county", "since", "on"])

    def counties(self, user):
        chosen = self.wanted("county")
        visible = County.objects.visible_to(user)
        return visible.filter(pk=chosen.pk) if chosen else visible


class StatementForm(BooksForm):
    """`stage` is carried by links from the page of a stage; the rest is chosen here."""

    FILTERS = ("account", "source", "fund_line", "agreement", "stage")

    account = forms.ChoiceField(label="科目", required=False, choices=[*ALL, *Account.choices])
    source = forms.ChoiceField(label="资金来源", required=False, choices=[*ALL, *Source.choices])
    direction = forms.ChoiceField(label="支持方向", required=False, choices=[*ALL, *FundLine.Direction.choices])
    fund_line = _choice_of(FundLine.objects.none(), "资金安排")
    agreement = _choice_of(Agreement.objects.none(), "协议")
    stage = _choice_of(Stage.objects.none(), "阶段", widget=forms.HiddenInput)
    q = forms.CharField(label="摘要包含", required=False, max_length=100)

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        booked = Balance.objects.filter(county=county).values("fund_line")
        agreements = Agreement.objects.filter(project__county=county).select_related("project")
        self.fields["fund_line"].queryset = FundLine.objects.filter(pk__in=booked).order_by("no", "pk")
        self.fields["agreement"].queryset = agreements.order_by("no")
        self.fields["stage"].queryset = Stage.objects.filter(agreement__project__county=county)

    def chosen(self, legs):
        legs = legs.filter(**{name: self.wanted(name) for name in self.FILTERS if self.wanted(name)})
        if self.wanted("direction"):
            legs = legs.filter(fund_line__direction=self.wanted("direction"))
        return legs.filter(posting__words__icontains=self.wanted("q")) if self.wanted("q") else legs


class RegisterForm(BooksForm):
    """The period is that of the payment; without one, what is not paid yet is shown as well."""

    OTHER, IRREGULAR = "other", "irregular"
    STATUSES = [*ALL, *Payment.Status.choices, (OTHER, "其他支出"), (IRREGULAR, "违规支出")]

    county = _choice_of(County.objects.none(), "示范县")
    contractor = _choice_of(Contractor.objects.none(), "承办单位")
    direction = forms.ChoiceField(label="支持方向", required=False, choices=[*ALL, *FundLine.Direction.choices])
    status = forms.ChoiceField(label="状态", required=False, choices=STATUSES)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].label, self.fields["on"].label = "支付日期从", "到"
        self.fields["county"].queryset = counties_with_books(user)
        paid = Payment.objects.visible_to(user).order_by().values("project__contractor")
        self.fields["contractor"].queryset = Contractor.objects.filter(pk__in=paid).order_by("name")
        self.order_fields(["county", "direction", "contractor", "status", "since", "on"])

    def within_period(self, legs):
        """`legs` of the days that were asked for."""
        if self.wanted("since"):
            legs = legs.filter(day__gte=self.wanted("since"))
        return legs.filter(day__lte=self.wanted("on")) if self.wanted("on") else legs

    @property
    def has_period(self):
        return bool(self.wanted("since") or self.wanted("on"))

    def period_words(self):
        on = self.wanted("on") or clock.today()
        return f"{self.wanted('since'):%Y-%m-%d} 至 {on:%Y-%m-%d}" if self.wanted("since") else f"截至 {on:%Y-%m-%d}"
