from acceptance.models.application import Application, PanelMember
from acceptance.models.delivery import Delivery
from acceptance.models.spotcheck import SpotCheck, SpotCheckItem, SpotCheckRow

__all__ = ["Application", "Delivery", "PanelMember", "SpotCheck", "SpotCheckItem", "SpotCheckRow"]
