"""The ledgers of this room, each registered under its name (portal/ledgers.py)."""

from projects.ledgers.assets import ASSETS
from projects.ledgers.stations import STATIONS

__all__ = ["ASSETS", "STATIONS"]
