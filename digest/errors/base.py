"""What every error is: a sentence for a person, an advice, and facts for programs."""

from collections.abc import Mapping


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
