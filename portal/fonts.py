"""The fonts of official documents, cut to the characters of GB/T 2312: a page costs a fifth of the time and memory.

Noto CJK has 65,000 glyphs a face; WeasyPrint reads and cuts each face again for each document (performance.md 5: 0.16 s
and 210 MB a page against 0.08 s and 79 MB). `python -m portal.fonts` cuts them once, beside the virtual environment;
`make prepare`, `make run` and the Docker image do it. A character that is not in the cut font (䶮, 㐂) is taken from the
full one, which stands behind it in every list of families.
"""

import os
import subprocess
import sys
from pathlib import Path

PLACE = Path(sys.prefix) / "share" / "portal-fonts"
FACES = {  # our family → the face of Noto CJK it is cut from, and its weight
    "Portal Song": [("Noto Serif CJK SC", "Regular"), ("Noto Serif CJK SC", "Bold")],
    "Portal Hei": [("Noto Sans CJK SC", "Regular")],
}
MORE = "⸺—…‘’“”·〇〔〕【】《》〈〉「」『』①②③④⑤⑥⑦⑧⑨⑩㎡㎞㎏℃‰√×÷±≤≥≠∶→←↑↓■□●○◆◇★☆€￥％"
CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{place}</dir></fontconfig>
"""


def use():
    """Tell fontconfig of the cut fonts; before anything loads Pango. Without them the full fonts serve as ever."""
    config = PLACE / "fonts.conf"
    if config.exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(config))


def characters():
    """GB/T 2312 (6,763 characters and its signs), Latin letters, and the signs of official papers."""
    rows = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    found = {ord(char) for pair in rows for char in pair.decode("gb2312", "ignore")}
    return sorted(found | set(range(0x20, 0x180)) | {ord(char) for char in MORE})


def cut(place=PLACE):
    """Write the cut fonts and their fontconfig file; nothing is done when they are there."""
    config = place / "fonts.conf"
    if config.exists():
        return False
    place.mkdir(parents=True, exist_ok=True)
    for family, faces in FACES.items():
        for source, weight in faces:
            _cut_face(*_find(source, weight), family, weight, place / f"{family.replace(' ', '')}-{weight}.otf")
    partial = config.with_suffix(f".{os.getpid()}.part")
    partial.write_text(CONFIG.format(place=place.resolve()))
    partial.replace(config)
    return True


def _find(family, weight):
    """File and face number, as fontconfig knows them."""
    asked = ["fc-match", "-f", "%{file}\n%{index}\n%{family}", f"{family}:style={weight}"]
    file, index, found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\n")
    if family not in found:
        raise SystemExit(f"没有找到字体 {family}（install the package fonts-noto-cjk）")
    return file, int(index) & 0xFFFF


def _cut_face(file, index, family, weight, target):
    from fontTools import subset

    options = subset.Options(
        font_number=index, layout_features=["kern", "vert", "palt"], hinting=False, notdef_outline=True
    )
    font = subset.load_font(file, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for record in list(font["name"].names):
        words = {1: family, 2: weight, 4: f"{family} {weight}", 6: f"{family.replace(' ', '')}-{weight}"}
        if record.nameID in words:
            font["name"].setName(
                words[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID
            )
        elif record.nameID in (16, 17, 21, 22):
            font["name"].names.remove(record)
    partial = target.with_suffix(f".{os.getpid()}.part")
    font.save(partial)
    partial.replace(target)


if __name__ == "__main__":
    print("字体已裁切" if cut() else "字体已就绪")  # noqa: T201  said to whoever sets the portal up
