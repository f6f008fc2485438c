"""Shapes that the forms of this room and of those above share: rows as on paper, a search, a reason, a site."""

from django import forms

from portal import clock
from portal.forms import DateField, FileField

MAX_ROWS = 50  # stages, equipment, panel members of one record: real ones have 2 to 20


class PastDateField(DateField):
    """A day on which something happened: today at the latest."""

    def validate(self, value):
        super().validate(value)
        if value and value > clock.today():
            raise forms.ValidationError(f"不能晚于今天（{clock.today()}）", code="future")


class WholeNumberField(forms.IntegerField):
    """A count, as large as the database takes it."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"})

    def __init__(self, *, min_value=0, **kwargs):
        super().__init__(min_value=min_value, max_value=2**31 - 1, **kwargs)


class LongText(forms.CharField):
    """A text of several paragraphs; longer than this it belongs into a file."""

    def __init__(self, *, rows=6, **kwargs):
        super().__init__(max_length=20000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(FileField):
    """Several attachments at once; each is judged by itself."""

    widget = FilesInput(attrs={"accept": FileField.widget.attrs["accept"], "multiple": True})

    def clean(self, data, initial=None):
        one_file = super().clean
        uploads = data if isinstance(data, list | tuple) else [data]
        kept = [upload for upload in (one_file(upload, initial) for upload in uploads) if upload]
        if self.required and not kept:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return kept


class SearchForm(forms.Form):
    """The filters above a list; what cannot be understood filters nothing."""

    q = forms.CharField(label="名称或代码", max_length=100, required=False)
    status = forms.ChoiceField(label="状态", required=False)

    def __init__(self, *args, statuses=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", "全部状态"), *statuses]
        if not statuses:
            del self.fields["status"]

    def wanted(self, name):
        return self.cleaned_data.get(name, "") if self.is_valid() else ""


class ReasonForm(forms.Form):
    """Why something goes back."""

    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, label="理由", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class SiteForm(forms.Form):
    """Where on the county government's own site the matter stands: the platform does not replace it."""

    site_url = forms.URLField(
        label="县政府官网公示网址",
        max_length=500,
        assume_scheme="https",
        help_text="先在县政府官网发布，再填写网址；平台公示不能代替县政府官网公示",
    )


class Rows(forms.BaseFormSet):
    """Rows as on paper: what is blank is not there, what is ticked 删除 goes, and a row more can always be had."""

    row_name = "行"

    def initial_form_count(self):
        return 0  # every row may be left blank, the ones shown at first as well

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{self.row_name} {(index or 0) + 1}：{field.label or name}"
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "删除"
            form.fields["DELETE"].widget.attrs["aria-label"] = f"删除{self.row_name} {(index or 0) + 1}"

    def rows(self):
        """The rows that stay, in their order."""
        staying = [form for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        return [{name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in staying]

    @classmethod
    def showing(cls, rows, *, blank, prefix):
        """These rows, and so many blank ones after them."""
        formset = cls(initial=rows, prefix=prefix)
        formset.extra = min(len(rows) + blank, MAX_ROWS)
        return formset

    def typed(self, *, blank):
        """The same rows as typed, unjudged, and so many blank ones after them."""
        names = [*self.form.base_fields, "DELETE"]
        rows = [
            {name: self.data.get(f"{self.prefix}-{n}-{name}", "") for name in names} for n in range(len(self.forms))
        ]
        return self.showing(rows, blank=blank, prefix=self.prefix)


def rows_of(form, row_name, *, can_delete=True):
    limits = {"max_num": MAX_ROWS, "absolute_max": MAX_ROWS + 1, "validate_max": True}
    formset = forms.formset_factory(form, formset=Rows, can_delete=can_delete, **limits)
    formset.row_name = row_name
    return formset


def as_typed(form_class, data, **kwargs):
    """The form as typed, unjudged (a row was added, nothing was sent yet)."""
    return form_class(initial={name: data.get(name, "") for name in form_class.base_fields}, **kwargs)
