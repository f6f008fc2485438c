"""What is typed when a breach outside the portal is written down. Shape only."""

from django import forms

from accounts.confirmation import PasswordAgain
from counties.models import County
from funds.models import OutsideBreach
from portal.forms import ModelForm
from portal.rules import CATALOGUE
from projects.forms.shapes import FilesField, PastDateField, SearchForm

SHOWN = 60  # characters of a clause in the list of rules


def money_rules():
    """The rules of the notice about money, each with its clause."""
    found = sorted((id, rule.clause) for id, rule in CATALOGUE.items() if id.startswith("A-3"))
    return [(id, f"{id} {clause if len(clause) <= SHOWN else clause[:SHOWN] + '…'}") for id, clause in found]


class BreachForm(ModelForm):
    rule_id = forms.ChoiceField(label="违反的规则")
    happened_on = PastDateField(label="发生日期")
    uploads = FilesField(label="证据材料", required=False, help_text="凭证、合同、照片等，可一次选多个文件")
    reason = forms.CharField(
        label="付出金额超过专账账面存款的理由",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只在超过时填写；先核对资金下达是否已经登记",
    )

    class Meta:
        model = OutsideBreach
        fields = (
            "kind",
            "rule_id",
            "happened_on",
            "project",
            "amount",
            "source",
            "left_treasury",
            "payee",
            "voucher_no",
            "responsible",
            "why",
            "description",
        )
        help_texts = {
            "project": "与某个项目有关时选择；其协议一并记下",
            "amount": "没有付出资金的填 0",
            "left_treasury": "勾选后记账（借：违规支出，贷：财政专账存款），这笔钱不再计入可以拨付的存款",
            "payee": "只写单位名称",
            "responsible": "只写单位名称，不写个人姓名",
            "description": "什么时间、什么事项、怎样办理的；不写个人姓名和电话",
        }

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule_id"].choices = [("", "请选择"), *money_rules()]
        self.fields["project"].queryset = county.projects.select_related("agreement")
        self.fields["description"].max_length = 5000
        self.fields["description"].validators.append(forms.CharField(max_length=5000).validators[0])

    def fact(self):
        """The fields of the record: what was typed, with the agreement of the project."""
        project = self.cleaned_data["project"]
        fact = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return fact | {"agreement": getattr(project, "agreement", None)}


class CorrectionForm(PasswordAgain, BreachForm):
    correction_reason = forms.CharField(
        label="更正理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="原登记保留，两条一起显示"
    )


class BreachSearchForm(SearchForm):
    """The filters above the list; what cannot be understood filters nothing."""

    county = forms.ModelChoiceField(None, label="示范县", required=False, empty_label="全部示范县")
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部类别"), *OutsideBreach.Kind.choices])
    project = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**31)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = County.objects.visible_to(user).public().select_related("region", "batch")
        del self.fields["q"]

    def is_valid(self):
        """Each filter by itself: one that cannot be understood does not undo the others."""
        super().is_valid()
        return True
