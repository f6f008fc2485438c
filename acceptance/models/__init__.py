from acceptance.models.application import Application, PanelMember
from acceptance.models.delivery import Delivery

__all__ = ["Application", "Delivery", "PanelMember"]
