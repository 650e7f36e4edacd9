"""The sending part of a newsletter's TOML file: how its issues leave. Pure."""

from typing import Final

from digest.audience.mailbox import LONGEST_ADDRESS, mailbox
from digest.compose.sending import Sending, WhenUncertain
from digest.compose.toml_table import Table

_DAY_IN_MINUTES: Final = 1_440
_MOST_HOURS: Final = 24 * 14
_MOST_READERS: Final = 100_000
_MOST_PER_MINUTE: Final = 10_000_000
_MOST_CATEGORIES: Final = 8
#: Before the @ may stand 64 characters (RFC 5321 section 4.5.3.1.1), and 25 of them are a tag (``+u-`` and 22 signs).
_TAG: Final = 25
_LONGEST_RETURN_PATH: Final = 64 - _TAG


def read_sending(table: Table) -> Sending:
    """Read ``[sending]``.

    :raises BadNewsletterFile: a key is unknown or means nothing; names line and key.
    """
    normal = Sending()
    sending = Sending(
        when_uncertain=table.choice("when_uncertain", WhenUncertain, normal.when_uncertain),
        uncertain_hours=table.whole("uncertain_hours", normal.uncertain_hours, most=_MOST_HOURS),
        spread_minutes=table.whole("spread_minutes", normal.spread_minutes, least=0, most=_DAY_IN_MINUTES),
        canary_percent=table.whole("canary_percent", normal.canary_percent, least=0, most=50),
        canary_readers=table.whole("canary_readers", normal.canary_readers, most=_MOST_READERS),
        canary_minutes=table.whole("canary_minutes", normal.canary_minutes, least=0, most=_DAY_IN_MINUTES),
        most_failed_percent=table.whole("most_failed_percent", normal.most_failed_percent, most=100),
        per_minute=table.whole("per_minute", normal.per_minute, least=0, most=_MOST_PER_MINUTE),
        per_domain=_per_domain(table.table("per_domain")),
        warm_up=table.wholes("warm_up", most=_MOST_PER_MINUTE),
        return_path=_return_path(table) if table.has("return_path") else None,
        track_opens=table.yes("track_opens", normal.track_opens),
        track_clicks=table.yes("track_clicks", normal.track_clicks),
        categories=_categories(table),
        required_words=table.texts("required_words"),
        check_links=table.yes("check_links", normal.check_links),
        unchecked_sites=tuple(site.lower().removeprefix("www.") for site in table.texts("unchecked_sites")),
    )
    table.close()
    return sending


def _per_domain(table: Table) -> dict[str, int]:
    """Read mails a minute by recipient domain, lower case."""
    return {key.lower(): table.whole(key, 0, most=_MOST_PER_MINUTE) for key in list(table.keys())}


def _categories(table: Table) -> tuple[str, ...]:
    """Read what a provider's statistics count the mails under, beside the newsletter's slug."""
    names = table.texts("categories")
    table.refuse_twins("categories", names)
    if len(names) > _MOST_CATEGORIES:
        table.refuse("categories", f"this must be {_MOST_CATEGORIES} at the most")
    for at, name in enumerate(names):
        if not name.isascii():
            table.refuse("categories", "this must be plain Latin letters", at)
    return names


def _return_path(table: Table) -> str:
    """Read a mailbox whose address leaves room for what tells one delivery from another."""
    try:
        address = mailbox(table.text("return_path"))
    except ValueError as error:
        table.refuse("return_path", str(error))
    if len(address.rpartition("@")[0]) > _LONGEST_RETURN_PATH:
        table.refuse("return_path", f"this must have no more than {_LONGEST_RETURN_PATH} characters before its @")
    if len(address) > LONGEST_ADDRESS - _TAG:
        table.refuse("return_path", f"this must have no more than {LONGEST_ADDRESS - _TAG} characters")
    return address
