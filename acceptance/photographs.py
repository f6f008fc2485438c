"""Photographs inside a printed report: made small, as `data:`, so that nothing is fetched and a report stays light."""

from base64 import b64encode
from io import BytesIO

from PIL import Image, ImageOps

KINDS = ("png", "jpeg")
LONGEST_SIDE = 1200  # px: 156 mm of paper at about 195 dpi
QUALITY = 72
MOST_PIXELS = 60_000_000  # a phone takes 12 to 50 million; more is a bomb or a map


def as_data_uri(file) -> str:
    """The photograph as JPEG of at most 1200 px; nothing when it cannot be read as a picture."""
    try:
        with Image.open(file.path, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    white = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(white, upright).convert("RGB")
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = BytesIO()
    flat.save(small, "JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{b64encode(small.getvalue()).decode()}"
