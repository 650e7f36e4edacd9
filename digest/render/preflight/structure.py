"""The order of a mail's HTML, as screen readers need it. Pure.

The rules are those of the Email Markup Consortium's accessibility report: language and direction on ``<html>`` and on
every child of ``<body>``, one article, one ``<h1>``, headings in order, tables and pictures that say what they are.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from lxml import etree

from digest.render.preflight.findings import Finding, a_warning, an_error
from digest.render.preflight.reading import words_of

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
#: ``<style>`` of all blocks together, in bytes: some clients drop what is longer, and then the whole of it.
LARGEST_STYLE: Final = 8_192


def of_structure(tree: etree._Element) -> Iterator[Finding]:
    """Look at the frame."""
    if not tree.get("lang") or not tree.get("dir"):
        yield an_error("no-language", "html, <html>", "Set lang and dir on <html>.")
    if not (tree.findtext("head/title") or "").strip():
        yield an_error("no-title", "html, <head>", "Set <title> to the subject.")
    children = [child for child in tree.iterfind("body/*") if isinstance(child.tag, str)]
    if not all(child.get("lang") and child.get("dir") for child in children):
        yield an_error("no-language", "html, <body>", "Set lang and dir on every child of <body>.")
    if [child.get("role") for child in children] != ["article"]:
        yield an_error("no-article", "html, <body>", 'Wrap everything in one <div role="article">.')
    style = sum(len((block.text or "").encode()) for block in tree.iterfind("head/style"))
    if style > LARGEST_STYLE:
        yield an_error("too-much-style", f"html, <style>, {style} bytes", f"Keep it below {LARGEST_STYLE} bytes.")


def of_headings(tree: etree._Element) -> Iterator[Finding]:
    """Look at the headings: one ``<h1>``, none empty, none that skips a level."""
    headings = list(tree.iter(*_HEADINGS))
    if sum(heading.tag == "h1" for heading in headings) != 1:
        yield an_error("not-one-h1", "html", "Use exactly one <h1>, for the newsletter's name.")
    for heading in headings:
        if not words_of(heading):
            yield an_error("empty-heading", f"html, <{heading.tag}>", "A heading says something, or is none.")
    levels = [int(str(heading.tag)[1]) for heading in headings]
    for before, level in pairwise(levels):
        if level > before + 1:
            yield an_error("heading-skipped", f"html, <h{level}> after <h{before}>", "Use headings in their order.")
            return


def of_pictures_and_tables(tree: etree._Element) -> Iterator[Finding]:
    """Look at pictures and tables."""
    for picture in tree.iter("img"):
        source = picture.get("src", "")
        if picture.get("alt") is None:
            yield an_error("no-alt", f"html, {source}", "Give the picture an alt text.")
        if not source.startswith("https://"):
            yield an_error("insecure-picture", f"html, {source[:80]}", "Show pictures by https only.")
        if not picture.get("width") or not picture.get("height"):
            yield a_warning("picture-without-size", f"html, {source}", "Set its width and height: Outlook needs them.")
    for table in tree.iter("table"):
        if table.get("role") != "presentation" and table.find("caption") is None:
            yield an_error(
                "table-without-role", "html", 'Set role="presentation", or give a table of data a <caption>.'
            )
        if table.get("role") != "presentation" and not all(cell.get("scope") for cell in table.iter("th")):
            yield an_error("heading-cell-without-scope", "html, <th>", "Say with scope what it is the heading of.")
