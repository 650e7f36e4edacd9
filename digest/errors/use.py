"""A command cannot be carried out as given."""

from collections.abc import Sequence

from digest.errors.base import DigestError


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


class UnreadableFeedback(WrongUse):
    """What was handed in as feedback cannot be read. Nothing of it is repeated: it is full of addresses."""

    def __init__(self, why: str) -> None:
        """Say ``why`` not."""
        super().__init__(
            f"This feedback cannot be read: {why}.",
            advice="Nothing was changed. See docs/sending.md, “What comes back”.",
        )
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


class NotInDoubt(WrongUse):
    """A delivery that was to be settled is not in doubt. Only what is in doubt can be settled."""

    def __init__(self, issue: str, deliveries: Sequence[tuple[str, str]]) -> None:
        """Name the ``issue``, and the deliveries with the states that they are in."""
        said = ", ".join(f"{delivery!r} is {state}" for delivery, state in deliveries)
        super().__init__(
            f"Nothing of {issue} was settled, not all of this is in doubt: {said}.",
            advice=f"List those that are: digest issue uncertain {issue}",
        )
        self.issue = issue
        self.deliveries = tuple(deliveries)


class NotFit(WrongUse):
    """Preflight found errors in the issue: it cannot be approved."""

    def __init__(self, issue: str, findings: Sequence[str], *, corrects: str | None = None) -> None:
        """Name the ``issue``, its ``findings``, one sentence each, and the issue that it ``corrects``, if any."""
        again = f"compose {issue.rpartition('-')[0]}" if corrects is None else f"correct {corrects}"
        super().__init__(
            f"Issue {issue} is not fit to be sent: {' '.join(findings)}",
            advice=f"Mend that and make it again: digest issue {again}",
        )
        self.issue = issue
        self.findings = tuple(findings)
        self.corrects = corrects
