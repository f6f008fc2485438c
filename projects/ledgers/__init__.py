"""The ledgers of this room, each registered under its name (portal/ledgers.py)."""

from projects.ledgers.assets import ASSETS
from projects.ledgers.stations import STATIONS
from projects.ledgers.training import FOLLOW_UPS, SESSIONS, TRAINEES

__all__ = ["ASSETS", "FOLLOW_UPS", "SESSIONS", "STATIONS", "TRAINEES"]
