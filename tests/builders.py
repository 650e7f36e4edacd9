"""Short builders of the values that tests need, with sane defaults: name only what the test is about."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from digest.audience.appearance import AS_SENT, Appearance, AppearanceChange
from digest.audience.joining import Joining
from digest.audience.reader import Follow, Reader, Subscriber, SubscriptionState, SuppressionReason
from digest.audience.rhythm import PLAIN, Rhythm, RhythmChange
from digest.collect.article import UNDATED, Article, Byline, FoundArticle, Precision, Published
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.rates.rate import (
    BankName,
    BankRow,
    BankSheet,
    BookedRate,
    Currency,
    DayRate,
    Move,
    Rate,
    RateFlag,
    RateSnapshot,
)
from digest.compose.issue import (
    Contents,
    Excluded,
    Exclusion,
    Former,
    Frozen,
    Missed,
    Note,
    NothingToSend,
    Owed,
    Section,
)
from digest.compose.newsletter import Declaration, Newsletter, RatesWanted, Selection, Sender
from digest.ids import (
    EVERY_JOURNALIST,
    GROUND,
    IssueId,
    JournalistId,
    ListName,
    NewsletterId,
    Position,
    Sha256,
    SubscriberId,
)
from tests.fakes import NOON

#: The day on which nearly everything in the tests happens, a Friday; ``NOON`` is its middle in UTC.
TODAY = NOON.date()


def an_outlet(slug: str = "steppe-herald", *, name: str = "The Steppe Herald", language: str = "en") -> Outlet:
    """Return an outlet in Almaty."""
    return Outlet(slug=slug, name=name, url=f"https://{slug}.example.org", language=language, time_zone="Asia/Almaty")


def a_source(
    ref: str = "https://steppe-herald.example.org/feed.xml",
    *,
    kind: SourceKind = SourceKind.FEED,
    byline: str | None = None,
) -> Source:
    """Return a feed."""
    return Source(kind=kind, ref=ref, byline=byline)


def a_journalist(
    slug: str = "dana-serikova",
    *,
    name: str | None = None,
    outlet: Outlet | None = None,
    role: str = "Correspondent",
    bio: str = "",
    avatar_url: str | None = None,
    aliases: Sequence[str] = (),
    sources: Sequence[Source] | None = None,
) -> Journalist:
    """Return a journalist whose name follows from the slug and who is read in one feed."""
    return Journalist(
        id=JournalistId(slug),
        name=name if name is not None else slug.replace("-", " ").title(),
        outlet=outlet or an_outlet(),
        role=role,
        bio=bio,
        avatar_url=avatar_url,
        aliases=tuple(aliases),
        sources=(a_source(),) if sources is None else tuple(sources),
    )


def published(at: datetime | None = NOON) -> Published:
    """Return an exact instant, or nothing known for ``None``."""
    if at is None:
        return UNDATED
    return Published(at=at, earliest=at, latest=at, precision=Precision.INSTANT)


def an_article(
    position: int = 1,
    *,
    by: str | Sequence[str] | dict[str, int] = "dana-serikova",
    title: str | None = None,
    url: str | None = "",
    text: str = "The first paragraph of the piece, in the outlet's own words.",
    at: datetime | None = NOON - timedelta(hours=3),
    when: Published | None = None,
    first_seen_at: datetime = NOON - timedelta(hours=1),
    language: str = "en",
    truncated: bool = False,
) -> Article:
    """Return an article at ``position``.

    ``by`` is a slug, several, or a mapping of slugs to the positions of their bylines. ``at`` is when it was published
    (``None``: undated; ``when`` gives any other bracket). An empty ``url`` stands for one made from the position.
    """
    slugs = {by: position} if isinstance(by, str) else by if isinstance(by, dict) else dict.fromkeys(by, position)
    address = f"https://steppe-herald.example.org/{position}" if url == "" else url
    return Article(
        position=Position(position),
        key=f"key-{position}",
        title=title if title is not None else f"Article {position}",
        url=address,
        text=text,
        authors=tuple(slug.replace("-", " ").title() for slug in slugs),
        published=when if when is not None else published(at),
        truncated=truncated,
        language=language,
        bylines=tuple(Byline(journalist=JournalistId(slug), position=Position(at_)) for slug, at_ in slugs.items()),
        first_seen_at=first_seen_at,
    )


def a_found_article(
    title: str = "Snow closes the Medeu road",
    *,
    url: str | None = "https://steppe-herald.example.org/snow",
    text: str = "The road was closed at six.",
    at: datetime | None = NOON - timedelta(hours=3),
    authors: Sequence[str] = (),
    guid: str | None = None,
) -> FoundArticle:
    """Return an article as a source shows it."""
    return FoundArticle(title=title, url=url, text=text, authors=tuple(authors), published=published(at), guid=guid)


def a_reader(
    number: int = 1,
    *,
    follows: Sequence[str] | dict[str, int] = (EVERY_JOURNALIST,),
    cursor: int = GROUND,
    address: str | None = None,
    name: str | None = None,
    locale: str = "en",
    time_zone: str = "UTC",
    list_name: str = "morning",
    state: SubscriptionState = SubscriptionState.ACTIVE,
    suppression: SuppressionReason | None = None,
    rhythm: Rhythm = PLAIN,
    appearance: Appearance = AS_SENT,
    joined_at: datetime | None = None,
    accepted_at: datetime | None = None,
    is_awaiting: bool = False,
) -> Reader:
    """Return an active reader who follows everybody from the ground up.

    ``follows`` are slugs (begun at the ground) or a mapping of slugs to the positions at which they began.
    """
    begun = follows if isinstance(follows, dict) else dict.fromkeys(follows, int(GROUND))
    return Reader(
        subscriber=Subscriber(
            id=SubscriberId(number),
            address=address if address is not None else f"reader{number}@example.org",
            name=name if name is not None else f"Reader {number}",
            locale=locale,
            time_zone=time_zone,
        ),
        list_name=ListName(list_name),
        state=state,
        token=f"token-of-reader-{number:06d}",
        cursor=Position(cursor),
        follows=tuple(Follow(journalist=JournalistId(slug), since=Position(at)) for slug, at in begun.items()),
        suppression=suppression,
        rhythm=rhythm,
        appearance=appearance,
        joined_at=joined_at,
        accepted_at=accepted_at,
        is_awaiting=is_awaiting,
    )


def a_joining(
    address: str = "reader1@example.org",
    *,
    name: str = "Reader 1",
    follows: Sequence[str] = (EVERY_JOURNALIST,),
    locale: str = "en",
    time_zone: str = "UTC",
    suppressed: SuppressionReason | None = None,
    rhythm: Sequence[RhythmChange] = (),
    appearance: AppearanceChange = AppearanceChange(),  # noqa: B008 - a frozen value
    left: bool = False,
) -> Joining:
    """Return one good row of an import."""
    return Joining(
        address=address,
        name=name,
        locale=locale,
        time_zone=time_zone,
        follows=tuple(JournalistId(slug) for slug in follows),
        suppressed=suppressed,
        rhythm=tuple(rhythm),
        appearance=appearance,
        state=SubscriptionState.UNSUBSCRIBED if left else SubscriptionState.ACTIVE,
    )


def a_sender(address: str = "brief@news.example.org") -> Sender:
    """Return who the mails are from."""
    return Sender(
        name="The Morning Brief", address=address, postal_address="12 Abay Avenue, Almaty", reply_to="desk@example.org"
    )


def a_newsletter(
    slug: str = "morning-brief",
    *,
    name: str = "The Morning Brief",
    list_name: str = "morning",
    journalists: Sequence[str] = ("dana-serikova",),
    locales: Sequence[str] = ("en", "ru"),
    look: str = "classic",
    time_zone: str = "Asia/Almaty",
    tagline: str = "What your journalists wrote",
    selection: Selection | None = None,
    rates: RatesWanted | None = None,
) -> Newsletter:
    """Return a newsletter of one journalist, in English and Russian, that prints the tenge."""
    return Newsletter(
        id=NewsletterId(slug),
        name=name,
        list_name=ListName(list_name),
        sender=a_sender(),
        tagline=tagline,
        locales=tuple(locales),
        look=look,
        time_zone=time_zone,
        selection=selection or Selection(),
        rates=rates or RatesWanted(currencies=(Currency("KZT"),)),
        journalists=tuple(JournalistId(slug) for slug in journalists),
    )


def a_declaration(
    newsletter: Newsletter | None = None, *, journalists: Sequence[Journalist] | None = None
) -> Declaration:
    """Return a newsletter's file as it was read; the journalists follow from the newsletter."""
    the_newsletter = newsletter or a_newsletter()
    declared = [a_journalist(slug) for slug in the_newsletter.journalists] if journalists is None else journalists
    return Declaration(newsletter=the_newsletter, journalists=tuple(declared))


def a_rate(
    currency: str = "KZT",
    *,
    value: str = "512.34",
    effective_on: date = TODAY,
    bank: BankName = BankName.NBK,
    move: Move = Move.STRONGER,
    percent: str | None = "0.35",
    previous: str | None = "514.14",
    warning: str | None = None,
    week: Sequence[str] = (),
    flags: Sequence[RateFlag] = (),
) -> Rate:
    """Return the price of a dollar, with the day before to compare; ``week`` ends with the day of ``value``."""
    return Rate(
        currency=Currency(currency),
        base=Currency("USD"),
        value=Decimal(value),
        effective_on=effective_on,
        bank=bank,
        bank_title="National Bank of Kazakhstan",
        move=move,
        percent=None if percent is None else Decimal(percent),
        previous=None if previous is None else Decimal(previous),
        previous_on=None if previous is None else effective_on - timedelta(days=1),
        warning=warning,
        week=tuple(
            DayRate(on=effective_on - timedelta(days=back), value=Decimal(one))
            for back, one in zip(reversed(range(len(week))), week, strict=True)
        ),
        flags=tuple(flags),
    )


def a_snapshot(*rates: Rate) -> RateSnapshot:
    """Return a snapshot of the given rates, or of one tenge rate."""
    return RateSnapshot(base=Currency("USD"), rates=rates or (a_rate(),))


def a_bank_sheet(
    *,
    bank: BankName = BankName.NBK,
    effective_on: date = TODAY,
    local: str = "KZT",
    values: dict[str, str] | None = None,
) -> BankSheet:
    """Return what a bank published for one day: ``values`` by currency, each for one unit."""
    return BankSheet(
        bank=bank,
        effective_on=effective_on,
        rows=tuple(
            BankRow(local=Currency(local), currency=Currency(currency), nominal=1, value=Decimal(value))
            for currency, value in (values or {"USD": "512.34"}).items()
        ),
    )


def a_booked_rate(
    value: str = "512.34",
    *,
    currency: str = "USD",
    local: str = "KZT",
    nominal: int = 1,
    bank: BankName = BankName.NBK,
    effective_on: date = TODAY,
    retrieved_at: datetime = NOON,
) -> BookedRate:
    """Return a published row as the rate book keeps it."""
    row = BankRow(local=Currency(local), currency=Currency(currency), nominal=nominal, value=Decimal(value))
    return BookedRate(bank=bank, effective_on=effective_on, row=row, retrieved_at=retrieved_at)


def a_frozen_issue(
    *articles: Article,
    newsletter: Newsletter | None = None,
    number: int = 1,
    journalists: Sequence[Journalist] | None = None,
    rates: RateSnapshot | None = None,
    composed_at: datetime = NOON,
    height: int | None = None,
    note: Note | None = None,
    corrects: str | None = None,
    zones: Sequence[str] = (),
    looks: Sequence[str] = (),
    former: Sequence[Former] = (),
) -> Frozen:
    """Return a frozen issue of the given articles, or of one; ``height`` follows from the articles."""
    the_newsletter = newsletter or a_newsletter()
    the_articles = articles or (an_article(),)
    top = max(byline.position for article in the_articles for byline in article.bylines)
    declared = [a_journalist(slug) for slug in the_newsletter.journalists] if journalists is None else journalists
    return Frozen(
        id=IssueId(f"{the_newsletter.id}-{number}"),
        number=number,
        newsletter=the_newsletter,
        issue_date=composed_at.date(),
        composed_at=composed_at,
        height=Position(top if height is None else height),
        journalists=tuple(declared),
        articles=the_articles,
        rates=rates if rates is not None else a_snapshot(),
        note=note,
        corrects=None if corrects is None else IssueId(corrects),
        zones=tuple(zones),
        looks=tuple(looks),
        former=tuple(former),
    )


def a_former(number: int = 1, *, height: int = 1, days: int = 1) -> Former:
    """Return an issue of so many days before ``TODAY``."""
    return Former(id=IssueId(f"morning-brief-{number}"), on=TODAY - timedelta(days=days), height=Position(height))


def a_note(text: str = "We wrote that the road is open. It is closed.", *, signed: str = "Olga Kim, editor") -> Note:
    """Return an editor's note of one paragraph."""
    return Note(text=text, signed=signed)


def a_contents(
    *sections: Section,
    issue: str = "morning-brief-1",
    locale: str = "en",
    look: str = "classic",
    key: str | None = None,
    zone: str = "",
    since: date | None = None,
    missed: Sequence[Missed] = (),
    text_only: bool = False,
) -> Contents:
    """Return contents of the given sections, or of one with article 1; the key follows from the rest."""
    the_sections = sections or (a_section(),)
    plain = repr((issue, locale, look, the_sections, zone, since, missed, text_only)).encode()
    return Contents(
        key=Sha256(key if key is not None else hashlib.sha256(plain).hexdigest()),
        issue=IssueId(issue),
        locale=locale,
        look=look,
        sections=the_sections,
        zone=zone,
        since=since,
        missed=tuple(missed),
        text_only=text_only,
    )


def a_section(journalist: str = "dana-serikova", positions: Sequence[int] = (1,), *, left_out: int = 0) -> Section:
    """Return one journalist's part of a reader's issue."""
    return Section(
        journalist=JournalistId(journalist),
        positions=tuple(Position(position) for position in positions),
        left_out=left_out,
    )


def an_owed(reader: Reader | None = None, *, contents: Contents | None = None, due: datetime | None = None) -> Owed:
    """Return a reader with what they are owed, and when."""
    return Owed(reader=reader or a_reader(), contents=contents or a_contents(), due=due)


def an_excluded(reader: Reader | None = None, *, reason: Exclusion = NothingToSend.NOTHING_NEW) -> Excluded:
    """Return a reader who gets nothing, and why."""
    return Excluded(reader=reader or a_reader(), reason=reason)
