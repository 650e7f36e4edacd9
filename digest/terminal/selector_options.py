"""The options by which an editor says where a page has its articles."""

from dataclasses import asdict
from typing import Annotated

import typer

from digest.collect.journalist import Selectors, SourceKind
from digest.collect.sources.selecting import fault_of
from digest.errors import WrongUse

SelectCard = Annotated[
    str | None, typer.Option(metavar="CSS", help="On an HTML page: what each article stands in, such as div.teaser.")
]
SelectTitle = Annotated[str | None, typer.Option(metavar="CSS", help="In a card: its title.")]
SelectLink = Annotated[str | None, typer.Option(metavar="CSS", help="In a card: the link to the article.")]
SelectTime = Annotated[str | None, typer.Option(metavar="CSS", help="In a card: the date.")]
SelectTeaser = Annotated[str | None, typer.Option(metavar="CSS", help="In a card: the text.")]


def selectors_of(
    kind: SourceKind | None,
    card: str | None,
    *,
    title: str | None,
    link: str | None,
    time: str | None,
    teaser: str | None,
) -> tuple[SourceKind | None, Selectors | None]:
    """Return the kind of source and its selectors: who says where the cards are means a page.

    :raises WrongUse: a selector is none, the card's is missing, or another kind was asked for.
    """
    parts = {"title": title, "link": link, "time": time, "teaser": teaser}
    given = {part: css for part, css in {"card": card, **parts}.items() if css is not None}
    for part, css in given.items():
        fault = fault_of(css)
        if fault is not None:
            raise WrongUse(f"--select-{part}: {fault}.", advice="Nothing was read. See docs/adding-a-source.md.")
    if not given:
        return kind, None
    if card is None:
        first = next(iter(given))
        raise WrongUse(f"--select-{first} looks inside a card.", advice="Say what a card is with --select-card CSS.")
    if kind not in (None, SourceKind.PAGE):
        raise WrongUse(f"A {kind} has no elements to select.", advice="Leave --kind out, or say --kind page.")
    return SourceKind.PAGE, Selectors(card=card, **parts)


def told(selectors: Selectors) -> str:
    """Return selectors as a person reads them: ``card div.teaser, title h3``."""
    return ", ".join(f"{part} {css}" for part, css in asdict(selectors).items() if css is not None)
