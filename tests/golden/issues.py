"""The reference issues of the golden mails: the project's own words, one issue for each thing that can go wrong by eye.

Each is a frozen issue with the contents of one reader. Nobody in them exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from digest.collect.article import UNDATED, Article, Byline, Mark, Precision, Published
from digest.collect.journalist import Journalist, Outlet
from digest.collect.rates.rate import RateSnapshot
from digest.compose.issue import Contents, Former, Frozen, Missed, Note, Section
from digest.compose.newsletter import Logo, Newsletter, Sender, Theme, Typeface
from digest.ids import IssueId, JournalistId, ListName, NewsletterId, Position
from digest.render.rendition import Slots
from tests.builders import a_contents, a_frozen_issue, a_section
from tests.golden.pseudo import TAG, pseudo
from tests.golden.rates import NO_RATES, ODD_RATES, RATES

TODAY = datetime(2025, 12, 19, 3, 0, tzinfo=UTC)

HERALD = Outlet(slug="steppe-herald", name="The Steppe Herald", time_zone="Asia/Almaty")
COURIER = Outlet(slug="pamir-courier", name="Pamir Courier", time_zone="Asia/Dushanbe")
POST = Outlet(slug="silk-road-post", name="Silk Road Post", time_zone="Asia/Tashkent")

DANA = Journalist(id=JournalistId("dana-serikova"), name="Dana Serikova", role="Economy correspondent", outlet=HERALD)
TIMUR = Journalist(id=JournalistId("timur-aliyev"), name="Timur Aliyev", role="Energy editor", outlet=HERALD)
FARRUKH = Journalist(
    id=JournalistId("farrukh-nazarov"), name="Farrukh Nazarov", role="Water and borders reporter", outlet=COURIER
)
GULNORA = Journalist(
    id=JournalistId("gulnora-yusupova"),
    name="Gulnora Yusupova",
    role="Culture writer",
    outlet=POST,
    avatar_url="https://silk-road-post.example.org/people/gulnora-yusupova.jpg",
)
AIGERIM = Journalist(
    id=JournalistId("aigerim-sadykova"),
    name="Айгерим Садыкова",
    aliases=("Aigerim Sadykova",),
    role="Regional reporter",
    outlet=POST,
)
EVERYBODY = (DANA, TIMUR, FARRUKH, GULNORA, AIGERIM)

SLOTS = Slots(
    name="Aliya",
    unsubscribe_url="https://digest.example.org/u/3fHq0ZpL2sVxT8mWc1RkYA",
    preferences_url="https://digest.example.org/r/3fHq0ZpL2sVxT8mWc1RkYA",
    browser_url="https://digest.example.org/i/morning-brief-12/5f0c1e9a7b3d2468ace013.BWlFOcBa7dKQ2xTn-0uVYpRsM3wE_9gH",
    web_url="https://digest.example.org/i/morning-brief-12",
)

OPENING = "The substation at the edge of Ekibastuz hums louder than the engineers would like. "
LONG_READ = (
    OPENING + "Since the cold came down from the north in the first week of December, the grid has drawn more than it"
    " did in any winter since records began, and the margin between what is made and what is used has shrunk to the"
    " output of a single old turbine. “We are not in danger,” says the shift supervisor, “but we are awake.”"
    " Along the corridor that carries power to the south, three lines were meant to be renewed in 2023. One was."
    + " The other two wait for transformers that were ordered, paid for and then held up at a port."
    * 60
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One golden mail: its file name, the issue, and one reader's contents and slots."""

    name: str
    frozen: Frozen
    contents: Contents
    slots: Slots = SLOTS


def _at(day: int, hour: int, minute: int = 0) -> Published:
    """Return an exact instant in December 2025, given in Almaty's time (UTC+5)."""
    at = datetime(2025, 12, day, hour, minute, tzinfo=UTC) - timedelta(hours=5)
    return Published(at=at, earliest=at, latest=at, precision=Precision.INSTANT)


def _on(day: int, *, days: int = 1, precision: Precision = Precision.DAY) -> Published:
    """Return a bracket of ``days`` whole days of Almaty that begins on a day of December 2025."""
    begin = datetime(2025, 12, day, tzinfo=UTC) - timedelta(hours=5)
    return Published(earliest=begin, latest=begin + timedelta(days=days) - timedelta(seconds=1), precision=precision)


def _article(
    position: int,
    by: Sequence[Journalist],
    title: str,
    text: str = "",
    *,
    when: Published = UNDATED,
    link: bool = True,
    authors: Sequence[str] = (),
    truncated: bool = False,
    language: str = "en",
    marks: Sequence[Mark] = (),
) -> Article:
    outlet = by[0].outlet.slug
    return Article(
        position=Position(position),
        key=f"golden-{position}",
        title=title,
        url=f"https://{outlet}.example.org/2025/12/{position}" if link else None,
        text=text,
        authors=tuple(authors) or tuple(journalist.name for journalist in by),
        published=when,
        truncated=truncated,
        language=language,
        bylines=tuple(Byline(journalist=journalist.id, position=Position(position)) for journalist in by),
        first_seen_at=TODAY,
        marks=tuple(marks),
    )


ARTICLES = (
    _article(
        1,
        [DANA],
        "Wheat leaves the elevators faster than the wagons come back",
        "By Thursday the queue at Kokshetau was eleven kilometres long. Grain traders say that every second wagon sent"
        " south in November is still standing at the border, waiting for a locomotive. The railway speaks of a"
        " “temporary imbalance” and promises forty engines by the new year.",
        when=_at(19, 6, 40),
    ),
    _article(
        2,
        [DANA, TIMUR],
        "What a warmer December does to the budget",
        LONG_READ.removeprefix(OPENING),
        when=_at(18, 17, 5),
        marks=(Mark.PAYWALL, Mark.OPINION),
    ),
    _article(
        3,
        [DANA],
        "Small lenders ask the U.S. dollar question again",
        "When Mr. Akhmetov opened his pawnshop in 2009, the dollar cost 150 tenge. Today he keeps two price lists, one"
        " for those who pay in cash and one for those who do not. Neither, he says, makes him happy.",
        when=_on(17),
    ),
    _article(
        4,
        [TIMUR],
        "A winter without a margin: the grid at minus thirty-four",
        LONG_READ,
        when=_at(18, 9, 30),
    ),
    _article(
        5,
        [FARRUKH],
        "The canal that nobody ordered",
        "For three kilometres it runs beside the old one, dry and perfectly straight. Nobody in the district can say"
        " who dug it. The ministry says that it was there “always”; the satellite pictures say that it was there since"
        " August. Villagers have begun to",
        when=_on(16, days=2, precision=Precision.RELATIVE),
        truncated=True,
        link=False,
    ),
    _article(
        6,
        [FARRUKH],
        "Two border posts open for fruit, one for people",
        "From Monday lorries with apples and pomegranates may cross at Bor-Dobo day and night.",
        when=_on(4, days=8, precision=Precision.RELATIVE),
        marks=(Mark.SPONSORED,),
    ),
    _article(
        7,
        [GULNORA],
        "A puppet theatre moves out, and takes the stage with it",
        "The stage was built in 1936 of apricot wood, in one piece, and it has never been outside. On Saturday eleven"
        " men carried it through the window. “It is lighter than it looks,” said the director, who has wanted to say"
        " that sentence for thirty years.",
        when=_at(17, 20, 15),
        authors=("Gulnora Yusupova", "Rustam Kholikov"),
    ),
    _article(
        8,
        [AIGERIM],
        "Почему в Кызылорде снова ждут воду по расписанию",
        "Воду дают с шести до девяти утра и с семи до десяти вечера. В 2025 г. так живут уже четыре района города,"
        " и график, который когда-то называли временным, висит на дверях подъездов третий год подряд. «Мы привыкли»,"
        " — говорит учительница А. Сейтова и ставит на плиту второе ведро.",
        when=_at(18, 12, 0),
        language="ru",
    ),
    _article(
        9,
        [AIGERIM],
        "Последний паромщик Сырдарьи сдаёт смену",
        "Ему семьдесят один год, и моста он не ждёт.",
        language="ru",
        marks=(Mark.OPINION,),
    ),
)


def a_golden_newsletter(*, locales: Sequence[str] = ("en",), look: str = "classic") -> Newsletter:
    """Return the newsletter of all golden mails."""
    return Newsletter(
        id=NewsletterId("morning-brief"),
        name="Morning Brief",
        list_name=ListName("morning"),
        sender=Sender(
            name="Morning Brief", address="brief@digest.example.org", postal_address="12 Abay Avenue, Almaty 050000"
        ),
        tagline="What your journalists wrote since the last one",
        locales=tuple(locales),
        look=look,
        time_zone="Asia/Almaty",
        journalists=tuple(journalist.id for journalist in EVERYBODY),
    )


#: The issues of the three days before.
FORMER = tuple(
    Former(id=IssueId(f"morning-brief-{day - 7}"), on=date(2025, 12, day), height=Position(0)) for day in (18, 17, 16)
)

PLAIN = Theme()
#: A house of its own: a red, letters without serifs, a picture above the name.
RED = Theme(
    accent="#8a1c1c",
    headlines=Typeface.SANS,
    logo=Logo(url="https://herald.example.org/logo.png", width=180, height=40),
)


def _reference(
    name: str,
    sections: Sequence[Section],
    *,
    locale: str = "en",
    look: str = "classic",
    theme: Theme = PLAIN,
    articles: Sequence[Article] = ARTICLES,
    journalists: Sequence[Journalist] = EVERYBODY,
    rates: RateSnapshot = RATES,
    slots: Slots = SLOTS,
    note: Note | None = None,
    corrects: str | None = None,
    zone: str = "",
    since: int | None = 18,
    missed: Sequence[Missed] = (),
) -> Reference:
    number = 12 if corrects is None else 13
    frozen = a_frozen_issue(
        *articles,
        newsletter=replace(a_golden_newsletter(locales=(locale,), look=look), theme=theme),
        number=number,
        journalists=journalists,
        rates=rates,
        composed_at=TODAY,
        note=note,
        corrects=corrects,
        zones=(zone,) if zone else (),
        former=FORMER,
    )
    last = date(2025, 12, since) if since is not None and corrects is None else None
    contents = a_contents(*sections, issue=frozen.id, locale=locale, look=look, zone=zone, since=last, missed=missed)
    if not sections:
        contents = replace(contents, sections=())
    return Reference(name=name, frozen=frozen, contents=contents, slots=slots)


_EVERYTHING = (
    a_section("dana-serikova", (1, 2, 3)),
    a_section("timur-aliyev", (4,)),
    a_section("farrukh-nazarov", (5, 6), left_out=1),
    a_section("gulnora-yusupova", (7,)),
    a_section("aigerim-sadykova", (8, 9)),
)

#: For a reader who had the issue of the 16th, and to whom the next two never came.
_MISSED = (
    Missed(on=date(2025, 12, 17), positions=(Position(3), Position(5))),
    Missed(on=date(2025, 12, 18), positions=(Position(4), Position(7), Position(9))),
)

#: What an editor says on an ordinary morning, and what they say when something was wrong.
NOTE = Note(
    text="Good morning. From Monday this letter leaves at half past six: many of you told us that at seven you are on"
    " the bus already.\n\nTimur Aliyev was at the power station at Ekibastuz for three days. If you read one thing"
    " today, read that.",
    signed="Olga Kim, editor of the day",
)
MISTAKE = Note(
    text="In the issue that you got this morning a headline said that the grid is at minus forty-three. It is at minus"
    " thirty-four: two digits changed places on our desk, and nobody saw it.\n\nWe have put it right below, and taken"
    " out a piece on border posts that was published by mistake. We are sorry.",
    signed="Olga Kim, editor of the day",
)

HOSTILE_TITLES = (
    "<script>alert(document.cookie)</script> & what “</style>” did next",
    "{{ 7 * 7 }} {% raw %} -name- %name% {unsubscribe} <%body%> [[link]] <!-- --> -->",
    "Nothing " + "but one very long headline that a content system let through without asking anybody " * 4,
    "A" + "verylongwordwithoutasinglespace" * 7,
    "\u202eturned round\u202c \u200fعنوان عربي\u200f with 😀👩‍👩‍👧 and a\u0000 NUL\r\nBcc: nobody@example.org",
    "",
)


#: Two of five write in Latin letters still, and one article is in English, in an issue that runs from right to left.
_MIRRORED = tuple(
    replace(one, title=pseudo(one.title), text=pseudo(one.text), language=TAG) if one.position not in {4, 8, 9} else one
    for one in ARTICLES
)
_MIRRORED_PEOPLE = tuple(
    replace(one, name=pseudo(one.name).title(), aliases=(one.name,), role=pseudo(one.role))
    if one in {DANA, FARRUKH, GULNORA}
    else one
    for one in EVERYBODY
)
_AMID_LATIN = (
    _article(
        1,
        [DANA],
        "مرحبا بالعالم: سوق الحبوب",
        "أول جملة هنا. ثم جملة ثانية عن أسعار القمح.",
        when=_at(18, 9),
        language="ar",
    ),
    _article(
        2,
        [DANA],
        "Why “مرحبا” is the first word that a machine learns",
        "It is short (مرحبا!), and said to everybody.",
        when=_at(18, 8),
    ),
    _article(
        3,
        [DANA],
        "שלום: a headline of two alphabets",
        "One sentence.",
        when=_at(17, 8),
        authors=("Dana Serikova", "نورة (كاتبة)"),
    ),
)


def references() -> tuple[Reference, ...]:
    """Return all reference issues."""
    hostile = tuple(
        _article(
            position,
            [DANA],
            title,
            f"{title} {'Wordwithoutend' * 30}. <p>Not a paragraph</p> &amp; &lt;not an entity&gt;",
            when=_at(18, position),
        )
        for position, title in enumerate(HOSTILE_TITLES, 1)
    )
    hostile_slots = Slots(
        name='"><img src=x onerror=alert(1)> Ёлка & Co',
        unsubscribe_url=SLOTS.unsubscribe_url + '?a=1&b="2"',
        preferences_url=SLOTS.preferences_url,
        browser_url=SLOTS.browser_url + '?a=1&b="2"',
        web_url=SLOTS.web_url,
    )
    return (
        _reference("everything", _EVERYTHING),
        _reference("one-article", (a_section("timur-aliyev", (4,)),), rates=NO_RATES),
        _reference("short", (a_section("dana-serikova", (1,)), a_section("farrukh-nazarov", (6,)))),
        _reference("far-away", _EVERYTHING[:2], rates=NO_RATES, zone="America/St_Johns"),
        _reference("missed", _EVERYTHING, rates=NO_RATES, since=16, missed=_MISSED),
        _reference("missed-in-russian", _EVERYTHING[2:], locale="ru", look="brief", rates=NO_RATES, missed=_MISSED[1:]),
        _reference("rates-only", ()),
        _reference("odd-rates", (), rates=ODD_RATES),
        _reference("russian", _EVERYTHING, locale="ru"),
        *(_reference(f"rates-in-{locale}", (), locale=locale) for locale in ("ru", "kk", "uz", "ky", "tg", "tk")),
        _reference(
            "right-to-left", _EVERYTHING, locale=TAG, articles=_MIRRORED, journalists=_MIRRORED_PEOPLE, note=NOTE
        ),
        _reference("right-to-left-brief", _EVERYTHING[1:4], locale=TAG, look="brief", articles=_MIRRORED),
        _reference("rates-right-to-left", (), locale=TAG, rates=ODD_RATES),
        _reference(
            "arabic-amid-english", (a_section("dana-serikova", (1, 2, 3)),), articles=_AMID_LATIN, rates=NO_RATES
        ),
        _reference("brief", _EVERYTHING, look="brief"),
        _reference("themed", _EVERYTHING[1:3], theme=RED, note=NOTE),
        _reference("note", (a_section("dana-serikova", (1,)), a_section("timur-aliyev", (4,))), note=NOTE),
        _reference("brief-note", (a_section("timur-aliyev", (4,)),), look="brief", rates=NO_RATES, note=NOTE),
        _reference(
            "correction",
            (a_section("timur-aliyev", (4,)), a_section("farrukh-nazarov", (5,))),
            note=MISTAKE,
            corrects="morning-brief-12",
            slots=replace(
                SLOTS,
                browser_url=SLOTS.browser_url.replace("-12/", "-13/"),
                web_url="https://digest.example.org/i/morning-brief-13",
            ),
        ),
        _reference(
            "hostile",
            (a_section("dana-serikova", tuple(range(1, len(HOSTILE_TITLES) + 1))),),
            articles=hostile,
            journalists=(DANA,),
            slots=hostile_slots,
            note=Note(text="\r\n\r\n".join(HOSTILE_TITLES), signed=HOSTILE_TITLES[0] + "\r\nBcc: x@example.org"),
        ),
        _reference(
            "long",
            tuple(a_section(str(one.id), tuple(range(1 + 8 * n, 9 + 8 * n))) for n, one in enumerate(EVERYBODY[:4])),
            articles=tuple(
                _article(1 + 8 * n + i, [one], f"{ARTICLES[i].title}, part {n + 1}", ARTICLES[i].text, when=_at(18, i))
                for n, one in enumerate(EVERYBODY[:4])
                for i in range(8)
            ),
        ),
    )
