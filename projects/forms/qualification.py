"""资格复核逐项填写：one pair of fields for each item. Shape only: policy is in rules."""

from django import forms

CHOICES = [("yes", "符合"), ("no", "不符合")]
MEANING = {"yes": True, "no": False, "": None}


class ReviewForm(forms.Form):
    """`rows` are the items of Qualification.rows(): the gate and what was noted so far."""

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = [gate for gate, _ in rows]
        for gate, noted in rows:
            fits, remark = self._names(gate.rule.id)
            self.fields[fits] = forms.ChoiceField(
                label=f"{gate.name}：复核结论", choices=CHOICES, required=False, widget=forms.RadioSelect
            )
            self.fields[remark] = forms.CharField(
                label=f"{gate.name}：复核意见",
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            if noted:
                self.initial[fits] = {True: "yes", False: "no"}.get(noted.fits, "")
                self.initial[remark] = noted.remark

    @staticmethod
    def _names(rule_id):
        name = rule_id.replace("-", "_")
        return f"fits_{name}", f"remark_{name}"

    def rows(self):
        """Item by item for the page: the gate, its two fields."""
        for gate in self.items:
            fits, remark = self._names(gate.rule.id)
            yield gate, self[fits], self[remark]

    def clean(self):
        cleaned = super().clean()
        for gate in self.items:
            fits, remark = self._names(gate.rule.id)
            if cleaned.get(fits) == "no" and not cleaned.get(remark, "").strip() and remark in cleaned:
                self.add_error(remark, "认定不符合的，请写明原因")
        return cleaned

    def ticks(self):
        """rule id → (fits or None, remark)"""
        found = {}
        for gate in self.items:
            fits, remark = self._names(gate.rule.id)
            found[gate.rule.id] = (MEANING[self.cleaned_data[fits]], self.cleaned_data[remark].strip())
        return found
