"""The steps of joining over an open ``Runtime``: signing up, confirming it, and a link that was asked for.

A visitor learns the same whatever is known of an address. What is mailed then goes to the address alone.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from digest.audience.consent import Confirmed, Fate, Proof, SignUp
from digest.audience.deliverability import takes_mail
from digest.audience.links import HOLDS, LinkKeys, LinkRefused, Opened, Purpose, key_for, open_key
from digest.audience.mailbox import mailbox
from digest.audience.notice import Confirm, Notice, PreferencesLink, Welcome
from digest.audience.own_page import own_link
from digest.audience.reader import Membership, SuppressionReason
from digest.audience.sign_up_form import Problem, Sent
from digest.compose.newsletter import Newsletter
from digest.config import Settings
from digest.errors import BadSetting
from digest.ids import NewsletterId
from digest.newsroom_notices import latest_issue, name_of
from digest.wiring import Runtime

#: 16 bytes are 22 URL-safe characters.
_ID_BYTES: Final = 16
#: How often people of one network may sign up in an hour, and one reader may ask for a link.
MOST_OF_A_NETWORK: Final = 60
MOST_LINKS: Final = 1
HOUR: Final = timedelta(hours=1)
#: For how long a welcome is worth sending.
_WELCOME_WITHIN: Final = timedelta(days=7)


class LinkMailed(StrEnum):
    """What became of the wish for a fresh link; the page has words for each."""

    SENT = "sent"
    ALREADY = "sent-already"
    NOT_SENT = "not-sent"  # no key is set, or the address is not mailed


def is_open(settings: Settings, keys: LinkKeys | None) -> bool:
    """Tell whether anybody can sign up by a form: it is allowed, and there is a key for the link that confirms it."""
    return settings.sign_up and keys is not None


def may_sign_up(runtime: Runtime, network: str | None) -> bool:
    """Count a sign-up for the visitor's network; tell whether it is not one too many. One nobody knows is not held."""
    now = runtime.clock.now()
    return network is None or runtime.tallies.take("network", network, most=MOST_OF_A_NETWORK, within=HOUR, at=now)


def unreachable(runtime: Runtime, sent: Sent) -> Problem | None:
    """Return what is wrong with the address, if DNS is to be asked and says that its domain takes no mail."""
    if not runtime.settings.sign_up_check_mx or takes_mail(sent.address):
        return None
    return Problem.ADDRESS_UNREACHABLE


def sign_up(runtime: Runtime, newsletter: Newsletter, sent: Sent, proof: Proof) -> Fate:
    """Take a sign-up in. The one mail that it leads to waits in the queue of notices then."""
    keys = _keys(runtime)
    asked = SignUp(
        id=secrets.token_urlsafe(_ID_BYTES),
        address=sent.address,
        list_name=newsletter.list_name,
        choices=sent.choices,
        proof=proof if runtime.settings.sign_up_keep_network else replace(proof, network=None),
    )
    valid_until = proof.at + HOLDS[Purpose.CONFIRM]
    key = key_for(Purpose.CONFIRM, asked.id, keys=keys, at=proof.at)
    confirm = Notice(
        id=name_of(runtime, f"confirm|{asked.id}"),
        newsletter=newsletter.id,
        message=Confirm(confirm_url=f"{runtime.settings.public_url}/c/{asked.id}.{key}", valid_until=valid_until),
        to_address=asked.address,
        locale=asked.choices.locale,
        time_zone=asked.choices.time_zone,
        expires_at=valid_until,
    )
    return runtime.sign_ups.ask(
        asked,
        confirm=confirm,
        known=lambda token, membership: _preferences(runtime, newsletter.id, token, membership),
    )


def opened_confirmation(runtime: Runtime, link: str) -> Opened | LinkRefused:
    """Return whether a confirming link is good. Changes nothing."""
    sign_up_id, _, key = link.partition(".")
    keys = _keys(runtime)
    return open_key(key, sign_up_id, (Purpose.CONFIRM,), keys=keys, now=runtime.clock.now())


def confirm_sign_up(runtime: Runtime, link: str, newsletter: Newsletter, network: str | None) -> Confirmed | None:
    """Put whoever a good confirming link is of on the list; ``None`` if nobody waits. Harmless when repeated."""
    now = runtime.clock.now()
    return runtime.sign_ups.confirm(
        link.partition(".")[0],
        network=network if runtime.settings.sign_up_keep_network else None,
        at=now,
        welcome=lambda token, membership: _welcome(runtime, newsletter.id, token, membership),
    )


def mail_own_link(runtime: Runtime, newsletter: Newsletter, token: str, membership: Membership) -> LinkMailed:
    """Queue a mail with a link that may do everything, to the address of the subscription; not too often."""
    is_mailed = membership.suppression in (None, SuppressionReason.UNSUBSCRIBED)
    if runtime.link_keys is None or not newsletter.id or not is_mailed:
        return LinkMailed.NOT_SENT
    now = runtime.clock.now()
    if not runtime.tallies.take("own-link", token, most=MOST_LINKS, within=HOUR, at=now):
        return LinkMailed.ALREADY
    runtime.notices.put([_preferences(runtime, newsletter.id, token, membership)], at=now)
    return LinkMailed.SENT


def mail_lost(runtime: Runtime, address: str) -> None:
    """Queue a mail with a link for whoever reads us by an address, if anybody does. Nothing tells whether."""
    try:
        token = runtime.sign_ups.active(mailbox(address))
    except ValueError:
        return
    membership = None if token is None else runtime.readers.membership(token)
    if token is None or membership is None:
        return
    newsletters = {one.list_name: one for one in runtime.newsletters.newsletters()}
    if membership.list_name in newsletters:
        mail_own_link(runtime, newsletters[membership.list_name], token, membership)


def refused_domains(settings: Settings) -> frozenset[str]:
    """Return the domains that are not taken, in lower case.

    :raises BadSetting: the file that names them cannot be read.
    """
    path = settings.sign_up_refused_domains
    if path is None:
        return frozenset()
    try:
        return _domains(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        why = f"its file cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
        raise BadSetting("DIGEST_SIGN_UP_REFUSED_DOMAINS", why) from None


@lru_cache(maxsize=2)
def _domains(path: Path, _changed: int) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def _preferences(runtime: Runtime, newsletter: NewsletterId, token: str, membership: Membership) -> Notice:
    now = runtime.clock.now()
    valid_until = now + HOLDS[Purpose.OWN]
    link = own_link(token, keys=runtime.link_keys, at=now)
    person = membership.subscriber
    return Notice(
        id=name_of(runtime, f"preferences|{token}|{now.isoformat()}"),
        newsletter=newsletter,
        message=PreferencesLink(preferences_url=f"{runtime.settings.public_url}/r/{link}", valid_until=valid_until),
        to_address=person.address,
        to_name=person.name,
        locale=person.locale,
        time_zone=person.time_zone,
        expires_at=valid_until,
    )


def _welcome(runtime: Runtime, newsletter: NewsletterId, token: str, membership: Membership) -> Notice:
    now = runtime.clock.now()
    person = membership.subscriber
    link = own_link(token, keys=runtime.link_keys, at=now)
    return Notice(
        id=name_of(runtime, f"welcome|{token}|{now.isoformat()}"),
        newsletter=newsletter,
        message=Welcome(
            preferences_url=f"{runtime.settings.public_url}/r/{link}",
            unsubscribe_url=f"{runtime.settings.public_url}/u/{token}",
            latest=latest_issue(runtime, newsletter),
        ),
        to_address=person.address,
        to_name=person.name,
        locale=person.locale,
        time_zone=person.time_zone,
        expires_at=now + _WELCOME_WITHIN,
        subscription=token,
    )


def _keys(runtime: Runtime) -> LinkKeys:
    assert runtime.link_keys is not None, "asked for only where is_open() says yes"
    return runtime.link_keys
