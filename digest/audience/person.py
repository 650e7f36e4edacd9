"""A person beyond one list: what they may change for all of them, and all that is kept of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.audience.consent import Consent
from digest.audience.reader import Membership, Received, Subscriber, SubscriptionState, Suppression
from digest.audience.rhythm import in_week_order
from digest.ids import ListName


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What a reader changes for all their lists; ``None`` leaves it as it is."""

    locale: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A person on one list: the token that opens it, and where it stands."""

    token: str
    list_name: ListName
    state: SubscriptionState
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider or a mail server told of a mail to this person (UTC)."""

    kind: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that the store holds of a person."""

    subscriber: Subscriber
    known_since: datetime
    suppression: Suppression | None
    memberships: tuple[tuple[Membership, tuple[Received, ...]], ...]
    consents: tuple[Consent, ...]
    reports: tuple[Report, ...]


def change_of_person(shown: Mapping[str, str], chosen: Mapping[str, str]) -> PersonChange:
    """Return what was changed on a page that showed ``locale`` and ``time_zone``: only that is written."""
    changed = {name: value for name, value in chosen.items() if value != shown.get(name)}
    return PersonChange(locale=changed.get("locale"), time_zone=changed.get("time_zone"))


def data_of(kept: Kept) -> dict[str, Any]:
    """Return all that is kept of a person as plain values, for them to take along."""
    person = kept.subscriber
    return {
        "address": person.address,
        "name": person.name,
        "language": person.locale,
        "time_zone": person.time_zone,
        "known_since": kept.known_since.isoformat(),
        "not_mailed": _suppression(kept.suppression),
        "lists": [_list(membership, received) for membership, received in kept.memberships],
        "consents": [consent.as_json() for consent in kept.consents],
        "reports": [{"kind": one.kind, "why": one.why, "at": one.at.isoformat()} for one in kept.reports],
    }


def _suppression(suppression: Suppression | None) -> dict[str, Any] | None:
    if suppression is None:
        return None
    return {
        "because": suppression.reason.value,
        "note": suppression.note,
        "since": suppression.since.isoformat(),
    }


def _list(membership: Membership, received: tuple[Received, ...]) -> dict[str, Any]:
    rhythm = membership.rhythm
    return {
        "list": membership.list_name,
        "state": membership.state.value,
        "joined_at": membership.joined_at.isoformat(),
        "left_at": _instant(membership.left_at),
        "follows": [follow.journalist for follow in membership.follows],
        "pace": rhythm.pace.value,
        "weekday": rhythm.weekday,
        "hour": rhythm.hour,
        "quiet_days": list(in_week_order(rhythm.quiet_days)),
        "paused_until": None if rhythm.paused_until is None else rhythm.paused_until.isoformat(),
        "look": membership.appearance.look or None,
        "text_only": membership.appearance.text_only,
        "issues": [
            {
                "issue": one.issue,
                "state": one.state,
                "reason": one.reason,
                "planned_at": one.planned_at.isoformat(),
                "answered_at": _instant(one.answered_at),
                "delivered_at": _instant(one.delivered_at),
                "bounced_at": _instant(one.bounced_at),
                "complained_at": _instant(one.complained_at),
            }
            for one in received
        ],
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
