"""Every error of Byline Digest, in one tree.

::

    DigestError                 something a person must know; says what, where and what to do
    ├── WrongUse                the command cannot be carried out as given (exit code 2)
    │   ├── NoSuchFile          a file that was named is not there or cannot be read
    │   ├── UnknownNewsletter   no newsletter of that name has been applied
    │   ├── UnknownJournalist   nobody of that slug is on the roster
    │   ├── UnknownList         no list of that name exists
    │   ├── UnknownIssue        no issue of that name exists
    │   ├── UnknownReader       nobody with that address is on the list
    │   ├── BadNewsletterFile   a newsletter's TOML cannot be read or means nothing
    │   ├── BadAudienceFile     a CSV of readers cannot be read at all
    │   ├── BadSetting          an environment variable has a value that cannot be used
    │   ├── NotInThisState      the issue is not in a state that allows this
    │   └── NotFit              preflight found errors in the issue: it cannot be approved
    ├── CollectError            one source or bank could not be read; the others go on
    │   ├── FetchError          the address gave no usable answer
    │   │   ├── Unreachable     no connection, no name, no answer in time
    │   │   ├── BadAnswer       an HTTP status that is no success
    │   │   │   └── Challenged  the site wants to see a person in a browser (a challenge, a login)
    │   │   ├── AskedToWait     the site asked us not to come back yet
    │   │   ├── NotText         a picture, a film, an archive: nothing to read
    │   │   ├── PrivateAddress  the address leads into a private network
    │   │   ├── RobotsForbid    the site's robots.txt asks us not to read this
    │   │   └── TooLarge        the answer is bigger than we are willing to read
    │   ├── ParseError          the bytes are not what this kind of source gives
    │   ├── NothingFound        a good answer without any article: suspect, not quiet
    │   ├── NoJournalist        an address that was to be somebody's says nowhere whose it is
    │   └── NoWayToFollow       no feed, API or page shows the journalist's articles
    ├── RenderError             an issue could not be turned into mail
    ├── MailerError             a mailer could not do its work
    │   ├── TryLater            not accepted; safe to ask again after a while
    │   ├── Refused             not accepted, and asking again will not help
    │   └── Uncertain           asked, and the answer is unknown
    ├── LedgerOpen              an issue's ledger does not add up yet: somebody is planned, claimed or unaccounted for
    ├── ServerDidNotStart       Prefect's own server, started for the demo, does not answer
    └── StoreError              the database cannot be used
        ├── StoreUnreachable    no connection, or the file cannot be opened
        └── StoreOutdated       the schema is not the one that this version needs

Each error carries its facts as attributes and a ``advice``: the sentence that says what to do about it. Messages never
hold an address, a token or a key of a reader.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s]*@")


class DigestError(Exception):
    """Something a person must know. ``str()`` gives one clear sentence, followed by the advice."""

    def __init__(self, what: str, *, advice: str = "") -> None:
        """Say ``what`` was wrong and where, and in ``advice`` what to do."""
        super().__init__(what)
        self.what = what
        self.advice = advice

    @property
    def name(self) -> str:
        """The error's name, as documented in ``docs/errors.md``."""
        return type(self).__name__

    def __reduce__(self) -> tuple[object, ...]:
        """Let an error pass between processes as it is, whatever its constructor asks for."""
        return _again, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        """Return what was wrong and what to do, in one line."""
        return f"{self.what} {self.advice}".strip()


def _again(kind: type[DigestError], args: tuple[object, ...], facts: Mapping[str, object]) -> DigestError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class WrongUse(DigestError):
    """The command cannot be carried out as given."""


class NoSuchFile(WrongUse):
    """A file that was named is not there or cannot be read."""

    def __init__(self, path: str, why: str = "it does not exist") -> None:
        """Name the ``path`` as it was given."""
        super().__init__(f"{path}: {why}.", advice="Check the path.")
        self.path = path


class UnknownNewsletter(WrongUse):
    """No newsletter of that name has been applied."""

    def __init__(self, newsletter: str, known: Sequence[str] = ()) -> None:
        """Name the ``newsletter`` that was asked for and the ``known`` ones."""
        have = f"Known: {', '.join(known)}." if known else "None has been applied yet."
        super().__init__(
            f"There is no newsletter called {newsletter!r}. {have}",
            advice="Add one: digest newsletters apply FILE.toml",
        )
        self.newsletter = newsletter
        self.known = tuple(known)


class UnknownJournalist(WrongUse):
    """Nobody of that slug is on the roster."""

    def __init__(self, journalist: str, known: Sequence[str] = ()) -> None:
        """Name the slug that was asked for and those ``known`` that come close to it."""
        close = f" Did you mean {' or '.join(known)}?" if known else ""
        super().__init__(
            f"There is no journalist called {journalist!r}.{close}", advice="List them: digest journalists list"
        )
        self.journalist = journalist
        self.known = tuple(known)


class UnknownList(WrongUse):
    """No list of that name exists."""

    def __init__(self, list_name: str, known: Sequence[str] = ()) -> None:
        """Name the ``list_name`` that was asked for and the ``known`` ones."""
        have = f"Known: {', '.join(known)}." if known else "There is none yet."
        super().__init__(
            f"There is no list called {list_name!r}. {have}",
            advice="A list comes with its newsletter (digest newsletters apply FILE.toml).",
        )
        self.list_name = list_name
        self.known = tuple(known)


class UnknownIssue(WrongUse):
    """No issue of that name exists."""

    def __init__(self, issue: str) -> None:
        """Name the ``issue`` as it was asked for."""
        super().__init__(f"There is no issue called {issue!r}.", advice="List them: digest issue list")
        self.issue = issue


class UnknownReader(WrongUse):
    """Nobody with that address is known. The address itself is not repeated."""

    def __init__(self) -> None:
        """Say it without the address: messages end up in logs."""
        super().__init__("Nobody with that address is known here.", advice="Check the spelling.")


class BadNewsletterFile(WrongUse):
    """A newsletter's TOML cannot be read or means nothing."""

    def __init__(self, path: str, where: str, why: str) -> None:
        """Name the file, the line or key (``where``) and the reason."""
        super().__init__(f"{path}, {where}: {why}.", advice="Nothing was changed; mend the file and apply it again.")
        self.path = path
        self.where = where
        self.why = why


class BadAudienceFile(WrongUse):
    """A CSV of readers cannot be read at all. Single bad rows are rejected and reported instead."""

    def __init__(self, path: str, where: str, why: str) -> None:
        """Name the file, the line or column (``where``) and the reason."""
        super().__init__(f"{path}, {where}: {why}.", advice="Nobody was imported; mend the file and import it again.")
        self.path = path
        self.where = where
        self.why = why


class BadSetting(WrongUse):
    """An environment variable has a value that cannot be used."""

    def __init__(self, setting: str, why: str, advice: str = "See docs/settings.md.") -> None:
        """Name the ``setting`` and the reason, never its value."""
        super().__init__(f"{setting}: {why}.", advice=advice)
        self.setting = setting
        self.why = why


class NotInThisState(WrongUse):
    """The issue is not in a state that allows this."""

    def __init__(self, issue: str, state: str, advice: str) -> None:
        """Name the ``issue`` and the ``state`` it is in."""
        super().__init__(f"Issue {issue} is {state}.", advice=advice)
        self.issue = issue
        self.state = state


class NotFit(WrongUse):
    """Preflight found errors in the issue: it cannot be approved."""

    def __init__(self, issue: str, findings: Sequence[str]) -> None:
        """Name the ``issue`` and its ``findings``, one sentence each."""
        super().__init__(
            f"Issue {issue} is not fit to be sent: {' '.join(findings)}",
            advice=f"Mend that and compose it again: digest issue compose {issue.rpartition('-')[0]}",
        )
        self.issue = issue
        self.findings = tuple(findings)


class CollectError(DigestError):
    """One source or bank could not be read; the others go on."""


class FetchError(CollectError):
    """The address gave no usable answer."""

    def __init__(self, url: str, why: str, *, advice: str = "") -> None:
        """Name the ``url`` and the reason; a name and password in the url are not repeated."""
        self.url = _CREDENTIALS.sub("", url)
        super().__init__(f"{self.url}: {why}.", advice=advice)
        self.why = why


class Unreachable(FetchError):
    """No connection, no name, no answer in time."""


class BadAnswer(FetchError):
    """An HTTP status that is no success."""

    def __init__(self, url: str, status: int, *, retry_after: float | None = None) -> None:
        """Name the ``status``; ``retry_after`` in seconds when the server gave one."""
        super().__init__(url, f"the server answered {status}", advice="Open it in a browser to see why.")
        self.status = status
        self.retry_after = retry_after


class Challenged(BadAnswer):
    """The site wants to see a person in a browser, who solves something or logs in: no program gets further."""

    def __init__(self, url: str, status: int, wall: str = "a Cloudflare challenge") -> None:
        """Name the ``url``, the ``status`` that it answered with and the ``wall`` that it has put up."""
        super().__init__(url, status)
        self.wall = wall
        self.why = f"the site wants to see a person in a browser ({wall})"
        self.what = f"{self.url}: {self.why}."
        self.advice = "Ask the site to let our user agent in, or read this source another way."


class AskedToWait(FetchError):
    """The site asked us not to come back yet (``Retry-After``): it was not asked again."""

    def __init__(self, url: str, until: datetime) -> None:
        """Name the instant ``until`` which it is left alone (UTC)."""
        why = f"the site asked us to wait until {until:%Y-%m-%d %H:%M} UTC"
        super().__init__(url, why, advice="Later runs read it again; to ask at once: digest collect run --fresh")
        self.until = until


class NotText(FetchError):
    """A picture, a film, an archive: nothing to read."""


class PrivateAddress(FetchError):
    """The address leads into a private, loopback or link-local network."""

    def __init__(self, url: str, address: str) -> None:
        """Name the ``url`` and the IP ``address`` it resolved to."""
        super().__init__(
            url,
            f"it leads to the private address {address}",
            advice="If that is meant, set DIGEST_FETCH_ALLOW_PRIVATE=1.",
        )
        self.address = address


class RobotsForbid(FetchError):
    """The site's robots.txt asks us not to read this address, or could not be read itself (RFC 9309)."""


class TooLarge(FetchError):
    """The answer is bigger than we are willing to read."""


class ParseError(CollectError):
    """The bytes are not what this kind of source gives."""

    def __init__(self, ref: str, why: str, *, advice: str = "") -> None:
        """Name what was read (``ref``: a URL or a path) and the reason."""
        super().__init__(f"{ref}: {why}.", advice=advice)
        self.ref = ref
        self.why = why


class NothingFound(CollectError):
    """A good answer without any article: suspect, never taken for a quiet week."""

    def __init__(self, ref: str, *, advice: str = "Look at it with: digest collect try REF") -> None:
        """Name what was read (``ref``: a URL or a path), and in ``advice`` what it looked like, if that is known."""
        super().__init__(f"{ref}: a good answer, but no article in it.", advice=advice)
        self.ref = ref


class NoJournalist(CollectError):
    """An address that was to be somebody's says nowhere whose it is."""

    def __init__(self, ref: str) -> None:
        """Name what was read (``ref``: a URL or a path)."""
        super().__init__(
            f"{ref}: this names no journalist.",
            advice="Give the address of the journalist's own page, or say whom you mean with --name NAME.",
        )
        self.ref = ref


class NoWayToFollow(CollectError):
    """No feed, API or page shows the journalist's articles."""

    def __init__(self, ref: str, journalist: str, tried: Sequence[str], *, kind: str | None = None) -> None:
        """Name the journalist, and what was ``tried`` with the reason why not; ``kind`` if only one was asked for."""
        of_kind = f" by {kind}" if kind is not None else ""
        reasons = f" (tried {'; '.join(one.rstrip('.') for one in tried)})" if tried else ""
        super().__init__(
            f"{ref}: no way to follow {journalist}{of_kind} was found{reasons}.",
            advice="Save the page's text to a file and add that, or add a feed of the whole site with --name NAME.",
        )
        self.ref = ref
        self.journalist = journalist
        self.tried = tuple(tried)
        self.kind = kind


class RenderError(DigestError):
    """An issue could not be turned into mail."""


class MailerError(DigestError):
    """A mailer could not do its work.

    ``answers`` are those for the mails of the batch that were dealt with before it stopped, none if it stopped at once.
    """

    def __init__(self, what: str, *, advice: str = "", answers: Sequence[Any] = ()) -> None:
        """Say ``what`` stopped it, in ``advice`` what to do, and in ``answers`` what became of mails before that."""
        super().__init__(what, advice=advice)
        self.answers = tuple(answers)


class TryLater(MailerError):
    """Whatever ``answers`` does not name was not accepted; safe to ask again after ``after`` seconds."""

    def __init__(
        self, what: str, *, after: float, advice: str = "Run the same command again.", answers: Sequence[Any] = ()
    ) -> None:
        """Say what failed and how long to wait, in seconds."""
        super().__init__(what, advice=advice, answers=answers)
        self.after = after


class Refused(MailerError):
    """Whatever ``answers`` does not name was not accepted, and asking again will not help."""

    def __init__(self, why: str, *, advice: str = "", answers: Sequence[Any] = ()) -> None:
        """Give the provider's own words, without the address."""
        super().__init__(why, advice=advice, answers=answers)
        self.why = why


class Uncertain(MailerError):
    """Asked for the ``batch``, and the answer is unknown; what is neither in it nor in ``answers`` was not asked."""

    def __init__(self, what: str, batch: Sequence[str] = (), *, answers: Sequence[Any] = ()) -> None:
        """Name the delivery ids of the ``batch`` that is in doubt; none means all that ``answers`` does not name."""
        super().__init__(what, advice="Nobody is mailed again before this is settled.", answers=answers)
        self.batch = tuple(batch)


class LedgerOpen(DigestError):
    """An issue's ledger does not add up yet: somebody is planned, claimed or unaccounted for."""

    def __init__(self, sentence: str) -> None:
        """Give the proof's ``sentence``."""
        super().__init__(sentence, advice="Run the same command again; it finishes the job.")


class ServerDidNotStart(DigestError):
    """Prefect's own server, started for the demo, does not answer."""


class StoreError(DigestError):
    """The database cannot be used."""


class StoreUnreachable(StoreError):
    """No connection, or the file cannot be opened."""


class StoreOutdated(StoreError):
    """The schema is not the one that this version needs."""

    def __init__(self, have: str | None, need: str) -> None:
        """Name the revision that is there and the one that is needed."""
        super().__init__(
            f"The database is at revision {have or 'none'}, this version needs {need}.", advice="Run: digest db upgrade"
        )
        self.have = have
        self.need = need
