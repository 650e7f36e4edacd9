"""The theme of a newsletter's TOML file: its accent, its headlines' letters, its logo. Pure."""

from typing import Final

from digest.compose.colours import ENOUGH, Colour, colour_of, contrast, spelled, standing_out
from digest.compose.newsletter import Logo, Theme, Typeface
from digest.compose.toml_table import Table

#: The light grounds that text stands on: a mail's column, and what is around it.
GROUNDS: Final[tuple[Colour, ...]] = ((0xFF, 0xFF, 0xFF), (0xF7, 0xF5, 0xF0))
_BLACK: Final[Colour] = (0, 0, 0)
_WIDEST: Final = 552  # a column of 600 px less its margins
_HIGHEST: Final = 200


def read_theme(table: Table) -> Theme:
    """Read ``[newsletter.theme]``.

    :raises BadNewsletterFile: a key is unknown or means nothing; names line and key.
    """
    theme = Theme(
        accent=_accent(table) if table.has("accent") else Theme().accent,
        headlines=table.choice("headlines", Typeface) if table.has("headlines") else None,
        logo=_logo(table.table("logo")) if table.has("logo") else None,
    )
    table.close()
    return theme


def _accent(table: Table) -> str:
    colour = colour_of(table.text("accent"))
    if colour is None:
        table.refuse("accent", "this must be a colour such as #0f5a68")
    weakest = min(contrast(colour, ground) for ground in GROUNDS)
    if weakest < ENOUGH:
        darker = colour
        for ground in GROUNDS:
            darker = standing_out(darker, ground, towards=_BLACK)
        why = f"it is too pale to be read: {weakest:.1f}:1 on our grounds, and links need {ENOUGH}:1"
        table.refuse("accent", f"{why}; try {spelled(darker)}")
    return spelled(colour)


def _logo(table: Table) -> Logo:
    url = table.text("url")
    if not url.startswith("https://"):
        table.refuse("url", "this must be an address that begins with https://")
    logo = Logo(url=url, width=table.whole("width", 0, most=_WIDEST), height=table.whole("height", 0, most=_HIGHEST))
    for key in ("width", "height"):
        if not table.has(key):
            table.refuse(key, "this key is missing: in pixels, as it is to be shown")
    table.close()
    return logo
