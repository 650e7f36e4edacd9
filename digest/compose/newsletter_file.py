"""A newsletter's TOML file, as an editor writes it. Pure: bytes in, a declaration or one clear error out.

The file is described key by key in ``docs/newsletters.md``.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from digest.audience.appearance import LOOKS
from digest.audience.mailbox import mailbox
from digest.audience.tags import is_slug, locale_tag, zone_name
from digest.collect.journalist import FOLLOWED_KINDS, Journalist, Outlet, Selectors, Source, SourceKind
from digest.collect.sources.selecting import fault_of
from digest.compose.alerts_table import read_alerts
from digest.compose.newsletter import Declaration, Newsletter, RatesWanted, Selection, Sender, WhenEmpty
from digest.compose.rates_table import read_rates
from digest.compose.schedule_table import read_schedule
from digest.compose.sending_table import read_sending
from digest.compose.theme_table import read_theme
from digest.compose.toml_table import Table, meant, open_table
from digest.ids import JournalistId, ListName, NewsletterId

_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


class _Refs:
    """Turns what an editor writes for a place into a URL or an absolute path."""

    def __init__(self, path: str, environment: Mapping[str, str]) -> None:
        self._folder = Path(path).absolute().parent
        self._environment = environment

    def resolve(self, table: Table, key: str, ref: str) -> str:
        def value(placeholder: re.Match[str]) -> str:
            found = self._environment.get(placeholder[1], "")
            return found or table.refuse(key, f"the environment variable {placeholder[1]} is not set")

        filled = _PLACEHOLDER.sub(value, ref)
        scheme = _SCHEME.match(filled)
        if scheme is None:
            return os.path.normpath(self._folder / filled)
        if scheme[1].lower() not in ("http", "https"):
            table.refuse(key, f"{scheme[1]}: cannot be read; give an http or https address, or a file's path")
        return filled


def read_declaration(
    path: str, data: bytes, environment: Mapping[str, str], *, looks: Sequence[str] = LOOKS
) -> Declaration:
    """Read a newsletter's file. ``path`` is where relative paths in it begin; the disk is not touched.

    :raises BadNewsletterFile: it is no TOML, or a key is missing, unknown or means nothing; names line and key.
    """
    root = open_table(path, data)
    refs = _Refs(path, environment)
    if not root.has("newsletter"):
        root.refuse("newsletter", "this table is missing")
    outlets = _outlets(root)
    journalists = tuple(_journalist(table, outlets, refs) for table in root.tables("journalists"))
    if not journalists:
        root.refuse("journalists", "a newsletter needs at least one journalist")
    root.refuse_twins("journalists", [journalist.id for journalist in journalists])
    selection, rates = _selection(root.table("selection")), read_rates(root.table("rates"), refs.resolve)
    newsletter = _newsletter(root, looks, selection, rates, tuple(journalist.id for journalist in journalists))
    sending = read_sending(root.table("sending"))
    schedule = read_schedule(root.table("schedule"), time_zone=newsletter.time_zone)
    alerts = read_alerts(root.table("alerts"))
    root.close()
    return Declaration(
        newsletter=newsletter, journalists=journalists, sending=sending, schedule=schedule, alerts=alerts
    )


def _newsletter(
    root: Table, looks: Sequence[str], selection: Selection, rates: RatesWanted, journalists: tuple[JournalistId, ...]
) -> Newsletter:
    table = root.table("newsletter")
    look = table.text("look", "classic")
    if look not in looks:
        table.refuse("look", f"there is no look of that name; known: {', '.join(looks)}{meant(look, looks)}")
    newsletter = Newsletter(
        id=NewsletterId(_slug(table, "slug")),
        name=table.text("name"),
        list_name=ListName(_slug(table, "list")),
        sender=_sender(table),
        tagline=table.text("tagline", ""),
        locales=_locales(table),
        look=look,
        theme=read_theme(table.table("theme")),
        time_zone=_zone(table),
        selection=selection,
        rates=rates,
        journalists=journalists,
    )
    table.close()
    return newsletter


def _sender(newsletter: Table) -> Sender:
    if not newsletter.has("sender"):
        newsletter.refuse("sender", "this key is missing")
    table = newsletter.table("sender")
    sender = Sender(
        name=table.text("name"),
        address=_address(table, "address"),
        postal_address=table.prose("postal_address"),
        reply_to=_address(table, "reply_to") if table.has("reply_to") else None,
    )
    table.close()
    return sender


def _selection(table: Table) -> Selection:
    normal = Selection()
    selection = Selection(
        per_journalist=table.whole("per_journalist", normal.per_journalist, most=100),
        total=table.whole("total", normal.total, most=500),
        max_age_days=table.whole("max_age_days", normal.max_age_days, most=366),
        when_empty=table.choice("when_empty", WhenEmpty, normal.when_empty),
    )
    table.close()
    return selection


def _outlets(root: Table) -> Mapping[str, Outlet]:
    outlets = []
    for table in root.tables("outlets"):
        outlet = Outlet(
            slug=_slug(table, "slug"),
            name=table.text("name"),
            url=_web_address(table, "url") if table.has("url") else "",
            language=_locale(table, "language", table.text("language", "en")),
            time_zone=_zone(table),
        )
        table.close()
        outlets.append(outlet)
    root.refuse_twins("outlets", [outlet.slug for outlet in outlets])
    return {outlet.slug: outlet for outlet in outlets}


def _journalist(table: Table, outlets: Mapping[str, Outlet], refs: _Refs) -> Journalist:
    outlet = table.text("outlet")
    if outlet not in outlets:
        table.refuse("outlet", f"no [[outlets]] has the slug {outlet!r}{meant(outlet, outlets)}")
    slug = _slug(table, "slug")
    if slug == "all":
        table.refuse("slug", "“all” means every journalist, so nobody can be called that")
    journalist = Journalist(
        id=JournalistId(slug),
        name=table.text("name"),
        outlet=outlets[outlet],
        role=table.text("role", ""),
        bio=table.prose("bio", ""),
        avatar_url=_web_address(table, "avatar_url") if table.has("avatar_url") else None,
        aliases=table.texts("aliases"),
        sources=tuple(_source(source, refs) for source in table.tables("sources")),
    )
    table.close()
    if not journalist.sources:
        table.refuse("sources", "a journalist needs at least one source")
    return journalist


def _source(table: Table, refs: _Refs) -> Source:
    kind = table.choice("kind", SourceKind)
    if kind not in FOLLOWED_KINDS:
        table.refuse("kind", f"one article is no source to follow; this must be one of {', '.join(FOLLOWED_KINDS)}")
    source = Source(
        kind=kind,
        ref=refs.resolve(table, "ref", table.text("ref")),
        byline=table.text("byline") if table.has("byline") else None,
        selectors=_selectors(table) if table.has("selectors") else None,
    )
    table.close()
    if source.selectors is not None and kind is not SourceKind.PAGE:
        table.refuse("selectors", f'a {kind} has no elements to select; only kind = "page" takes them')
    return source


def _selectors(source: Table) -> Selectors:
    table = source.table("selectors")
    selectors = Selectors(
        card=_selector(table, "card"),
        **{key: _selector(table, key) for key in ("title", "link", "time", "teaser") if table.has(key)},
    )
    table.close()
    return selectors


def _selector(table: Table, key: str) -> str:
    css = table.text(key)
    fault = fault_of(css)
    return css if fault is None else table.refuse(key, fault)


def _slug(table: Table, key: str) -> str:
    slug = table.text(key)
    if not is_slug(slug):
        table.refuse(key, "this must be lower-case letters a-z, digits and single hyphens, such as dana-serikova")
    return slug


def _locales(table: Table) -> tuple[str, ...]:
    locales = tuple(_locale(table, "locales", tag, at) for at, tag in enumerate(table.texts("locales")))
    table.refuse_twins("locales", locales)
    if table.has("locales") and not locales:
        table.refuse("locales", "this must name at least one locale")
    return locales or ("en",)


def _locale(table: Table, key: str, text: str, *more: int) -> str:
    return locale_tag(text) or table.refuse(key, f"{text!r} is no known locale, such as en or ru-KZ", *more)


def _zone(table: Table) -> str:
    text = table.text("time_zone", "UTC")
    return zone_name(text) or table.refuse("time_zone", f"{text!r} is no known time zone, such as Asia/Almaty")


def _address(table: Table, key: str) -> str:
    try:
        return mailbox(table.text(key))
    except ValueError as error:
        table.refuse(key, str(error))


def _web_address(table: Table, key: str) -> str:
    text = table.text(key)
    if not re.fullmatch(r"https?://[^\s/]\S*", text):
        table.refuse(key, "this must be an address that begins with http:// or https://")
    return text
