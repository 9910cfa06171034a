"""Make the fonts of the PDFs from those of the site.

The site has variable woff2 files cut by script; a PDF engine wants static TTF files,
one per style (woff2 is decoded anew for each document, which is most of its cost).
Needed only when a font of the site changes: the results are committed.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.fontBuilder import FontBuilder
from fontTools.merge import Merger, Options
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options as SubsetOptions
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TEXT, TITLES = "Atkinson Hyperlegible Next", "Bricolage Grotesque"
# File made, files of the site it is made from, weight, family, style.
FACES = [
    ("text-400.ttf", "atkinson-hyperlegible-next", 400, TEXT, "Regular"),
    ("text-700.ttf", "atkinson-hyperlegible-next", 700, TEXT, "Bold"),
    ("text-400-italic.ttf", "atkinson-hyperlegible-next-italic", 400, TEXT, "Italic"),
    ("title-800.ttf", "bricolage-grotesque", 800, TITLES, "ExtraBold"),
]
PARTS = ("latin", "latin-ext")
DEJAVU = "/usr/share/fonts/truetype/dejavu"  # Debian: fonts-dejavu-core
REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
EMOJI = "noto-emoji-emoji-400-normal.woff2, of the npm package @fontsource/noto-emoji"
# What a name may be written in: Latin of every country, Greek, Cyrillic, Armenian,
# Hebrew, Arabic, N'Ko, Georgian, Tifinagh, and the signs people put beside a name.
FALLBACK_RANGES = [
    (0x0020, 0x007F),
    (0x0100, 0x07FF),
    (0x10A0, 0x10FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x20CF),
    (0x2100, 0x218F),
    (0x2190, 0x21FF),
    (0x2600, 0x27BF),
    (0x2D30, 0x2D7F),
    (0xFB00, 0xFEFC),
    (0x1F600, 0x1F64F),
]
# Characters that are never drawn have no box: joiners, marks of direction, selectors.
INVISIBLE = [
    range(0x20),
    range(0x21, 0xA0),
    range(0xAD, 0xAE),
    range(0x200B, 0x2010),
    range(0x2028, 0x2030),
    range(0x2060, 0x2070),
    range(0xD800, 0xE000),
    range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00),
]
BLANK = {0x20, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000}
BOXES = 1024
SAME_DAY = 3_850_000_000  # in fonts, seconds since 1904: the same input, the same bytes
PLANES = 0x34000  # letters, signs and emoji, and the two planes of Han characters


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        static = settings.BASE_DIR / "static" / "fonts"
        parser.add_argument("--source", type=Path, default=static)
        parser.add_argument("--target", type=Path, default=static / "pdf")
        parser.add_argument("--fallback", type=Path, default=Path(DEJAVU))
        parser.add_argument("--emoji", type=Path, help=EMOJI)

    def handle(self, *, source, target, fallback, emoji, **options):
        target.mkdir(parents=True, exist_ok=True)
        made = {name: face(source, *rest) for name, *rest in FACES}
        made["fallback-400.ttf"] = fallback_face(fallback / REGULAR, "Regular")
        made["fallback-700.ttf"] = fallback_face(fallback / BOLD, "Bold")
        made["box.ttf"] = box_face()
        if emoji:  # else the one that is there stays
            made["emoji-400.ttf"] = emoji_face(emoji)
        for name, font in made.items():
            font.recalcTimestamp = False
            font["head"].created = font["head"].modified = SAME_DAY
            font.save(target / name)
            self.stdout.write(f"{name} {(target / name).stat().st_size}")


def face(source, stem, weight, family, style):
    """One static font holding every part of ``stem`` at ``weight``."""
    seen = set()
    with TemporaryDirectory() as folder:
        parts = []
        for part in PARTS:
            font = TTFont(source / f"{stem}-{part}.woff2")
            font = instantiateVariableFont(font, {"wght": weight})
            font.flavor = None
            forget(font, seen)
            seen |= set(font.getBestCmap())
            parts.append(Path(folder) / f"{part}.ttf")
            font.save(parts[-1])
        options = Options(drop_tables=["STAT", "MVAR", "prep", "gasp"])
        merged = Merger(options).merge([str(part) for part in parts])
    rename(merged, family, style)
    return merged


def forget(font, characters):
    """Drop ``characters`` from a font.

    One that two parts share would be drawn by the later part, in which U+202F is as
    wide as a space.
    """
    for table in font["cmap"].tables:
        table.cmap = {c: g for c, g in table.cmap.items() if c not in characters}


def fallback_face(path, style):
    """What our faces lack, in the letters a name may be written in."""
    font = TTFont(path)
    options = SubsetOptions(hinting=False, drop_tables=["FFTM"], layout_features=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(
        unicodes=[c for a, b in FALLBACK_RANGES for c in range(a, b + 1)]
    )
    subsetter.subset(font)
    rename(font, "Plateau Fallback", style)
    return font


def emoji_face(path):
    """Emoji in one ink, as a letter is printed.

    One sign per character: the text of a sign made of several would not be found again.
    """
    font = TTFont(path)
    font.flavor = None
    subsetter = Subsetter(SubsetOptions(hinting=False, layout_features=[]))
    subsetter.populate(unicodes=[c for c in font.getBestCmap() if c >= 0x2000])
    subsetter.subset(font)
    return font


def box_face():
    """A box for each character that no other font has.

    A missing glyph (.notdef) is forbidden in PDF/UA, and several characters drawn with
    one glyph would be read aloud as the first of them: so there are many boxes, and
    neighbours never share one.
    """
    names = [".notdef", "space", *(f"box{n}" for n in range(BOXES))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    cmap = {
        c: "space" if c in BLANK else f"box{c % BOXES}"
        for c in range(PLANES)
        if not any(c in hidden for hidden in INVISIBLE)
    }
    builder.setupCharacterMap(cmap)
    glyphs = {name: box() for name in names} | {"space": TTGlyphPen(None).glyph()}
    builder.setupGlyf(glyphs)
    widths = dict.fromkeys(names, (640, 80)) | {"space": (280, 0)}
    builder.setupHorizontalMetrics(widths)
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Plateau Box", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWeightClass=400)
    builder.setupPost(keepGlyphNames=False)
    return builder.font


def box():
    pen = TTGlyphPen(None)
    for left, bottom, right, top in ((80, 0, 560, 680), (130, 50, 510, 630)):
        corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
        if left > 80:  # the hole turns the other way
            corners.reverse()
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def rename(font, family, style):
    """Write the names of a static font over those of a variable one."""
    table = font["name"]
    licences = [n for n in table.names if n.nameID in (0, 13, 14)]
    table.names = licences
    full = f"{family} {style}"
    compact = full.replace(" ", "")
    for number, text in ((1, family), (2, style), (3, compact), (4, full)):
        table.setName(text, number, 3, 1, 0x409)
    table.setName(f"{family.replace(' ', '')}-{style}", 6, 3, 1, 0x409)
