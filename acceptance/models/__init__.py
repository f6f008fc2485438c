from acceptance.models.application import Application, PanelMember
from acceptance.models.delivery import Delivery
from acceptance.models.onsite import OnSitePhoto
from acceptance.models.spotcheck import SpotCheck, SpotCheckItem, SpotCheckRow

__all__ = ["Application", "Delivery", "OnSitePhoto", "PanelMember", "SpotCheck", "SpotCheckItem", "SpotCheckRow"]
