"""The links of a mail: absolute, secure, in words, to be told by more than colour, and the way out. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lxml import etree

from digest.render.preflight.findings import Finding, a_warning, an_error
from digest.render.preflight.reading import style_of, words_of
from digest.render.rendition import Slots
from digest.render.tidy import web_address

#: What says nothing about where a link leads, read by itself (WCAG 2.4.4; the report's "descriptive link text").
VAGUE: Final = frozenset(
    {"here", "click here", "read more", "more", "link", "this", "learn more", "details", "continue", "open"}
    | {"здесь", "тут", "подробнее", "далее", "читать далее", "ещё", "еще", "ссылка", "нажмите здесь"}
    | {"осында", "толығырақ", "бул жерде", "кененирээк", "bu yerda", "batafsil", "ин ҷо", "муфассал"}
)


def of_way_out(text: str, slots: Slots) -> Iterator[Finding]:
    """Look for the way out in the plain text."""
    way_out = web_address(slots.unsubscribe_url)
    if way_out is None or way_out not in text:
        yield an_error("no-unsubscribe-link", "text", "Print slots.unsubscribe_url in body.txt.j2.")


def of_links(tree: etree._Element, slots: Slots) -> Iterator[Finding]:
    """Look at every link of the HTML, and at the way out among them."""
    links = [(link, link.get("href", ""), words_of(link)) for link in tree.iter("a")]
    for link, address, words in links:
        yield from _of_link(link, address, words)
    yield from _of_twins([(address, words) for _link, address, words in links], slots)
    way_out = web_address(slots.unsubscribe_url)
    if way_out not in {address for _link, address, _words in links}:
        yield an_error("no-unsubscribe-link", "html", "Link slots.unsubscribe_url in the footer.")


def _of_link(link: etree._Element, address: str, words: str) -> Iterator[Finding]:
    if address.startswith("http://"):
        yield a_warning("insecure-link", f"html, {address}", "Use the https address if there is one.")
    elif not address.startswith("https://"):
        yield an_error("link-not-absolute", f"html, {address or words}", "Use absolute https addresses.")
    if not words:
        yield an_error("link-without-text", f"html, {address}", "Say in words where the link leads.")
    elif words.casefold().strip(" .…→»>") in VAGUE:
        yield a_warning("vague-link", f"html, {words}", "Say in words where the link leads: many hear links alone.")
    if "underline" not in style_of(link).get("text-decoration", "underline"):
        yield an_error("link-by-colour-only", f"html, {words or address}", "Underline it: not everybody sees colours.")


def _of_twins(links: list[tuple[str, str]], slots: Slots) -> Iterator[Finding]:
    """Find destinations with several links; those of the reader's own may stand at the top and at the end."""
    own = {web_address(url) for url in (slots.unsubscribe_url, slots.preferences_url, slots.browser_url, slots.web_url)}
    by_address: dict[str, list[str]] = defaultdict(list)
    for address, words in links:
        by_address[address].append(words)
    for address, said in by_address.items():
        if len(said) > 1 and address not in own:
            advice = "One link per destination: whoever hears the mail hears it again and again."
            yield a_warning("several-links-to-one-place", f"html, {address}", advice)


def of_parity(tree: etree._Element, text: str, slots: Slots) -> Iterator[Finding]:
    """Find what is in the HTML alone: every headline and every link is in the plain text too.

    The way out has a rule of its own.
    """
    printed = "".join(text.split())
    for headline in tree.iter("h3"):
        words = words_of(headline)
        if "".join(words.split()) not in printed:
            yield an_error("headline-only-in-html", f"text, {words}", "Print every headline in body.txt.j2 too.")
    for address in dict.fromkeys(link.get("href", "") for link in tree.iter("a")):
        site = address.removeprefix("https://")  # a source's site is printed bare
        if site not in printed and address != web_address(slots.unsubscribe_url):
            yield an_error("link-only-in-html", f"text, {address}", "Print every link in body.txt.j2 too.")
