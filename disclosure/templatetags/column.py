"""The seven classes of the column as a shape for pages of lower rooms: a page may show what its code may not import."""

from django import template

from disclosure import column

register = template.Library()


@register.inclusion_tag("disclosure/_completeness.html")
def completeness(county):
    """Which of the seven classes of 25号 四（四） are public already (A-444).

    {% load column %}{% completeness county %}
    """
    return {"classes": column.completeness(county)}
