"""The stations of a project as a drawing: points by longitude and latitude, towns by name, no map from elsewhere."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import cos, radians

WIDTH, LEAST_HEIGHT, MOST_HEIGHT, EDGE = 900, 360, 900, 50
HALF = 6  # of a square
SMALLEST = 0.02  # degrees: a single station is not blown up to the whole drawing


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    words: str
    tone: str  # the state of operation; the shape tells it too, not the colour alone

    @property
    def left(self):
        return self.x - HALF

    @property
    def top(self):
        return self.y - HALF


@dataclass(frozen=True)
class Town:
    x: float
    y: float
    name: str
    count: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    points: list
    towns: list
    without: int  # stations that have no coordinates
    words: str  # the same as a sentence


def draw(stations) -> Drawing:
    """Plate carrée, true to scale at the middle latitude; good enough for one county (about 60 km across)."""
    located = [station for station in stations if station.lng is not None]
    without = len(stations) - len(located)
    words = _sentence(stations, without)
    if not located:
        return Drawing(WIDTH, LEAST_HEIGHT, [], [], without, words)
    lngs, lats = [float(s.lng) for s in located], [float(s.lat) for s in located]
    west, south = min(lngs), min(lats)
    shrink = cos(radians((south + max(lats)) / 2))
    wide, high = max((max(lngs) - west) * shrink, SMALLEST), max(max(lats) - south, SMALLEST)
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
    height = max(LEAST_HEIGHT, round(high * scale) + 2 * EDGE)

    def place(lng, lat):
        return round(EDGE + (lng - west) * shrink * scale, 1), round(height - EDGE - (lat - south) * scale, 1)

    points = [
        Point(*place(lng, lat), f"{s.no} {s.name}（{s.town}{s.village}，{s.get_operation_display()}）", s.operation)
        for s, lng, lat in zip(located, lngs, lats, strict=True)
    ]
    return Drawing(WIDTH, height, points, _towns(located, points), without, words)


def _towns(stations, points):
    """A label in the middle of each town's stations."""
    by_town = defaultdict(list)
    for station, point in zip(stations, points, strict=True):
        by_town[station.town].append(point)
    return [
        Town(round(sum(p.x for p in there) / len(there), 1), round(min(p.y for p in there) - 12, 1), name, len(there))
        for name, there in by_town.items()
    ]


def _sentence(stations, without):
    if not stations:
        return "台账中还没有站点。"
    operations = Counter(station.get_operation_display() for station in stations)
    towns = Counter(station.town for station in stations)
    parts = "、".join(f"{words} {count} 个" for words, count in operations.most_common())
    most, count = towns.most_common(1)[0]
    missing = f"其中 {without} 个没有坐标，不在图上。" if without else ""
    return f"共 {len(stations)} 个站点，分布在 {len(towns)} 个乡镇（{most}最多，{count} 个）；{parts}。{missing}"
