"""CSS that clients drop, and what happens then. Pure; facts are caniemail's, as of 22 November 2026.

Only what breaks a mail where it is dropped is listed. Rounded corners that are square, or figures that are not in
columns, break nothing: they are not here.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from digest.render.preflight.findings import Finding, a_warning
from digest.render.preflight.reading import style_of

#: A property (with ``:value`` where only that one is meant), and who drops it.
DROPPED: Final[Mapping[str, str]] = {
    "display:flex": "Outlook on Windows, and Gmail for accounts of others",
    "display:grid": "Outlook on Windows, Gmail, Yahoo",
    "display:none": "Gmail counts hidden words as spam, and some clients show them",
    "position:absolute": "Gmail, Outlook, Yahoo",
    "position:fixed": "Gmail, Outlook, Yahoo",
    "position:relative": "Gmail, Outlook on Windows",
    "background-image": "Outlook on Windows",
    "float:left": "Outlook on Windows",
    "float:right": "Outlook on Windows",
    "visibility:hidden": "Gmail counts hidden words as spam, and some clients show them",
    "opacity": "Outlook on Windows",
    "transform": "Gmail, Outlook, Yahoo",
    "clip-path": "Gmail, Outlook, Yahoo",
    "box-shadow": "Gmail, Outlook on Windows",
    "filter": "Gmail, Outlook, Yahoo",
}


def of_dropped(tree: etree._Element) -> Iterator[Finding]:
    """Find styles in elements that clients drop, or functions that they do not know, each once."""
    used: dict[str, str] = {}
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name, value in style_of(element).items():
                for key in (name, f"{name}:{value}"):
                    if key in DROPPED:
                        used.setdefault(key, DROPPED[key])
                if "var(" in value or "calc(" in value:
                    used.setdefault(f"{name}:{value}", "everybody but Apple's programs")
    for key, who in used.items():
        yield a_warning("style-that-is-dropped", f"html, {key}", f"It is dropped by: {who}. Do without it.")
