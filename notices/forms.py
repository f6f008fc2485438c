from django import forms

from notices.models import Objection


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label="处理结果",
        choices=Objection.Outcome.choices,
        widget=forms.RadioSelect,
        help_text="成立：撤下公示，事项退回更正后重新公示；不成立：公示继续，期满后自动结束",
    )
    reply = forms.CharField(
        label="答复",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="答复向提出人公开，也在公示页面公开；请不要写入个人信息",
    )
