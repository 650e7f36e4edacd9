"""Every error is a sentence for a person: what, where, and what to do; and it keeps its facts for programs."""

import inspect
import re
from collections.abc import Iterator

import pytest

from digest import errors
from digest.errors import DigestError
from tests.fakes import NOON

#: As they are raised. Of an error that is missing here one is made from its signature.
RAISED: tuple[DigestError, ...] = (
    errors.DigestError("The list has no reader.", advice="Import some: digest audience import FILE.csv --list NAME"),
    errors.WrongUse("'soon' is no instant.", advice="Write it like 2025-12-19T07:00+05:00."),
    errors.NoSuchFile("brief.toml"),
    errors.NoSuchFile("brief.toml", "it cannot be read (permission denied)"),
    errors.UnknownNewsletter("brief"),
    errors.UnknownNewsletter("brief", ["evening", "morning"]),
    errors.UnknownList("morning"),
    errors.UnknownList("morning", ["evening"]),
    errors.UnknownIssue("brief-7"),
    errors.UnknownReader(),
    errors.BadNewsletterFile("brief.toml", "line 3", "this is no TOML"),
    errors.BadAudienceFile("readers.csv", "line 1", "the file is empty"),
    errors.BadSetting("DIGEST_MAILER", "there is no such mailer"),
    errors.NotInThisState("brief-7", "sent", "Compose a new one: digest issue compose brief"),
    errors.NotInDoubt("brief-7", [("abc", "accepted")]),
    errors.NotFit("brief-7", ["It has no subject."]),
    errors.NotFit("brief-7", ["It has no subject."], corrects="brief-6"),
    errors.CollectError("The feed gave nothing.", advice="Look at it."),
    errors.FetchError("https://news.example/feed", "it gave no usable answer", advice="Open it in a browser."),
    errors.Unreachable("https://news.example/feed", "no such name", advice="Check the address."),
    errors.BadAnswer("https://news.example/feed", 503, retry_after=30.0),
    errors.Challenged("https://news.example/feed", 403),
    errors.AskedToWait("https://news.example/feed", NOON),
    errors.NotText(
        "https://news.example/feed", "the answer is image/png, and no text", advice="Give a page's address."
    ),
    errors.PrivateAddress("https://news.example/feed", "10.0.0.1"),
    errors.RobotsForbid("https://news.example/feed", "robots.txt forbids it", advice="Ask the outlet."),
    errors.TooLarge("https://news.example/feed", "it is bigger than we read", advice="Follow another source."),
    errors.ParseError("page.html", "it is empty", advice="Save the page again."),
    errors.NothingFound("page.html"),
    errors.RenderError("The template has no subject.", advice="Mend it."),
    errors.MailerError("The page cannot be written.", advice="Free some space."),
    errors.TryLater("The disk is full.", after=60.0),
    errors.Refused("550 no such mailbox"),
    errors.Uncertain("The connection broke.", ["abc"]),
    errors.LedgerOpen("brief-7 does not balance."),
    errors.ServerDidNotStart("Prefect's server ended with code 1.", advice="Read server.log."),
    errors.StoreError("The database cannot be used.", advice="Check DIGEST_DATABASE_URL."),
    errors.StoreUnreachable("The file notes.txt is no database.", advice="Check DIGEST_DATABASE_URL."),
    errors.StoreOutdated(None, "0001"),
    errors.StoreOutdated("0000", "0001"),
)
#: A provider's words about one reader; why ADDRESS ISSUE puts the sentence around them.
QUOTED = (errors.Refused,)


def family(root: type[DigestError] = DigestError) -> Iterator[type[DigestError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__.startswith(f"{errors.__name__}."):
            yield from family(child)


def made(error: type[DigestError]) -> DigestError:
    """Return an error with any facts of the kinds that its signature asks for."""
    facts = {
        name: ["one", "another"]
        if "Sequence" in str(fact.annotation)
        else 7
        if fact.annotation in (int, float)
        else name
        for name, fact in inspect.signature(error).parameters.items()
    }
    return error(**facts)


EXAMPLES = (*RAISED, *(made(error) for error in family() if error not in {type(one) for one in RAISED}))


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: error.name)
def test_an_error_says_what_and_what_to_do_in_one_line(error: DigestError) -> None:
    assert error.name == type(error).__name__
    assert "\n" not in str(error)
    assert str(error) == f"{error.what} {error.advice}".strip()
    assert "  " not in str(error)
    assert error.args
    if isinstance(error, QUOTED):
        return
    assert re.search(r"[.!?]$", error.what), error.what
    assert re.match(r"[A-Z]", error.advice), error.advice
    assert ".." not in str(error).replace("...", "")


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: error.name)
def test_an_error_keeps_the_facts_that_it_was_given(error: DigestError) -> None:
    taken = set(inspect.signature(type(error)).parameters) - {"what", "advice", "sentence", "why"}
    assert [name for name in taken if not hasattr(error, name)] == []


def test_facts_are_as_they_were_given() -> None:
    assert errors.BadAnswer("https://news.example", 503, retry_after=30.0).retry_after == 30.0
    assert errors.Challenged("https://news.example", 403).status == 403
    assert errors.PrivateAddress("https://news.example", "10.0.0.1").address == "10.0.0.1"
    assert errors.TryLater("The disk is full.", after=60.0).after == 60.0
    assert errors.Uncertain("The connection broke.", ["abc"]).batch == ("abc",)
    assert errors.StoreOutdated("0000", "0001").have == "0000"
    assert errors.UnknownNewsletter("brief", ["evening"]).known == ("evening",)


def test_the_tree_is_the_one_that_is_drawn() -> None:
    drawn: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ((?:[│ ]   )*(?:[├└]── )?)([A-Z]\w+) ", line)
        if found:
            drawn.append((len(found[1]) // 4, found[2]))

    def depth(error: type[DigestError]) -> int:
        return len(error.__mro__) - len(DigestError.__mro__)

    assert {name: level for level, name in drawn} == {error.__name__: depth(error) for error in family()}


def test_a_challenge_says_so_instead_of_its_status() -> None:
    said = str(errors.Challenged("https://news.example/feed", 403))
    assert "a person in a browser" in said
    assert "403" not in said
