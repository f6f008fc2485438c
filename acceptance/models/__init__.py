from acceptance.models.application import Application
from acceptance.models.checklist import CheckItem, ChecklistTemplate, TemplateItem
from acceptance.models.delivery import Delivery
from acceptance.models.inspection import PanelMember
from acceptance.models.onsite import OnSitePhoto
from acceptance.models.spotcheck import SpotCheck, SpotCheckItem, SpotCheckRow

__all__ = [
    "Application",
    "CheckItem",
    "ChecklistTemplate",
    "Delivery",
    "OnSitePhoto",
    "PanelMember",
    "SpotCheck",
    "SpotCheckItem",
    "SpotCheckRow",
    "TemplateItem",
]
