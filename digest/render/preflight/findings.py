"""What preflight finds: typed, named, with what and where and how to mend it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: its name, where it is (``html``, ``text`` or ``subject``, and more), how to mend it.

    ``waived`` is an editor's word that it is to pass all the same.
    """

    severity: Severity
    name: str
    where: str
    advice: str
    waived: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it keeps the issue from being sent."""
        return self.severity is Severity.ERROR and not self.waived

    def as_json(self) -> dict[str, str]:
        """Return the finding as plain values."""
        return {
            "severity": self.severity.value,
            "name": self.name,
            "where": self.where,
            "advice": self.advice,
            "waived": self.waived,
        }

    def __str__(self) -> str:
        """Return the finding in one line."""
        waived = f" {self.waived}" if self.waived else ""
        return f"{self.severity}: {self.name} ({self.where}). {self.advice}{waived}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An editor's word that findings of one ``name`` are to be let pass in one issue, and why. ``at`` is UTC."""

    name: str
    by: str
    why: str
    at: datetime

    def __str__(self) -> str:
        """Return it as a sentence."""
        return f"{self.by} lets it pass: {self.why.rstrip('.')}."


def with_waivers(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> tuple[Finding, ...]:
    """Return the findings, those that an editor lets pass with the editor's word."""
    words = {waiver.name: str(waiver) for waiver in waivers}
    return tuple(replace(finding, waived=words.get(finding.name, "")) for finding in findings)


def an_error(name: str, where: str, advice: str) -> Finding:
    """Return a finding that keeps the issue from being sent."""
    return Finding(severity=Severity.ERROR, name=name, where=where, advice=advice)


def a_warning(name: str, where: str, advice: str) -> Finding:
    """Return a finding that an editor is shown."""
    return Finding(severity=Severity.WARNING, name=name, where=where, advice=advice)
