"""The page of one row of a table: a form made from its schema, read by the same columns as a workbook."""

from django import forms

from portal.schema import Column, Schema
from portal.templatetags.ui import mask


class RowForm(forms.Form):
    """`row`: what is stored; `fixed`: columns that are shown but not changed; `hidden`: personal ones shown masked.

    After is_valid(): `values`, as `Schema.read_row` gives them. `blame(name, words)` adds what the row could not know.
    """

    def __init__(self, data=None, *, schema: Schema, row=None, fixed=(), masked=False):
        super().__init__(data)
        self.schema, self.row, self.fixed = schema, row or {}, fixed
        self.values = {}
        for column in schema.columns:
            text = column.text(self.row.get(column.name))
            if masked and column.personal and text:
                text = mask(text)
            self.fields[column.name] = _field(column, text, disabled=column.name in fixed)

    def clean(self):
        cleaned = super().clean()
        self.values, wrong = self.schema.read_row({name: str(cleaned.get(name) or "") for name in self.fields})
        for name, words in wrong.items():
            if not self.has_error(name):
                self.add_error(name, words)
        return cleaned

    def blame(self, found):
        """What the ledger as a whole says about this row: {column: words}."""
        for name, words in found.items():
            self.add_error(name, words)


def _field(column: Column, text, *, disabled):
    common = {
        "label": column.title,
        "required": column.required and column.kind != "bool",
        "help_text": column.note,
        "initial": text,
        "disabled": disabled,
    }
    if column.kind == "bool":
        return forms.ChoiceField(choices=column.options, **common)
    if column.kind == "choice":
        return forms.ChoiceField(choices=(("", "—"), *column.choices), **common)
    kinds = {"date": {"type": "date"}, "money": NUMERIC, "decimal": NUMERIC, "integer": NUMERIC}
    widget = forms.TextInput(attrs=kinds.get(column.kind, {}))
    return forms.CharField(max_length=column.max_length, widget=widget, **common)


NUMERIC = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
