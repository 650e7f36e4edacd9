"""``digest doctor``: what is set, what is wrong, and what to do."""

import os
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from digest.config import MailerName, Settings, read_settings
from digest.errors import DigestError
from digest.resources import newsletters_dir, prefect_file, templates_dir
from digest.send.dkim import GOOD_RSA
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.wiring import open_runtime, open_signer, try_mail_server


class Finding(NamedTuple):
    """One thing looked at: is it right, what was found, and what to do if it is not."""

    what: str
    is_right: bool
    found: str
    advice: str = ""


#: Parameters of a database URL that may hold a secret (libpq's names).
_SECRET_PARAMETERS = frozenset({"password", "sslpassword"})


def doctor(as_json: AsJson = False) -> None:
    """Print the settings (secrets masked), check them and say what to do (exit code 1 if it is wrong)."""
    settings = read_settings()
    shown = [(f"DIGEST_{name.upper()}", _masked(name, value), _origin(name)) for name, value in settings]
    findings = list(_findings(settings))
    records = _records(settings)
    tell(
        Answer(
            data={
                "settings": {name: value for name, value, _ in shown},
                "checks": [finding._asdict() for finding in findings],
                "dns": [{"name": name, "type": "TXT", "value": value} for name, value in records],
            },
            tables=(
                Table("Settings", ("name", "value", "from"), shown),
                Table(
                    "Checks",
                    ("what", "", "found", "what to do"),
                    [(one.what, "ok" if one.is_right else "WRONG", one.found, one.advice) for one in findings],
                ),
            ),
            verbatim=[f'To publish in DNS: {name}. TXT "{value}"' for name, value in records],
            has_failures=not all(finding.is_right for finding in findings),
        ),
        as_json=as_json,
    )


def _masked(name: str, value: object) -> str:
    if name == "database_url" and isinstance(value, SecretStr):
        return _without_secrets(value.get_secret_value())
    if isinstance(value, SecretStr):
        return f"set, {len(value.get_secret_value())} characters"
    return "not set" if value is None else str(value)


def _without_secrets(url: str) -> str:
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        return "(cannot be read as a database URL)"
    secrets = dict.fromkeys(_SECRET_PARAMETERS & read.query.keys(), "***")
    return read.update_query_dict(secrets).render_as_string(hide_password=True)


def _origin(name: str) -> str:
    if f"DIGEST_{name.upper()}" in os.environ:
        return "environment"
    env_file = Path(".env")
    in_file = env_file.is_file() and f"DIGEST_{name.upper()}=" in env_file.read_text(encoding="utf-8")
    return ".env" if in_file else "default"


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _check_store(settings)
    yield _check_outbox(settings.outbox_dir)
    if settings.mailer is MailerName.SMTP:
        yield _check_mail_server(settings)
        yield _check_signature(settings)
    yield Finding(
        "secret key",
        settings.secret_key is not None,
        "set" if settings.secret_key else "not set",
        "" if settings.secret_key else "Set DIGEST_SECRET_KEY to at least 16 random characters.",
    )
    public = "example." not in f"{settings.public_url}." and settings.public_url.startswith("https://")
    yield Finding(
        "public address",
        public,
        settings.public_url,
        "" if public else "Set DIGEST_PUBLIC_URL to the https address under which your readers reach you.",
    )
    yield Finding(
        "private addresses",
        not settings.fetch_allow_private,
        "the fetcher may read them" if settings.fetch_allow_private else "the fetcher refuses them",
        "Unset DIGEST_FETCH_ALLOW_PRIVATE outside of demos and tests." if settings.fetch_allow_private else "",
    )
    for name, find in _RESOURCES.items():
        there = find().exists()
        yield Finding(name, there, "found" if there else "missing", "" if there else "Reinstall byline-digest.")
    yield from _check_versions()


_RESOURCES: dict[str, Callable[[], Path]] = {
    "templates": templates_dir,
    "sample newsletters": newsletters_dir,
    "prefect.yaml": prefect_file,
}


def _check_store(settings: Settings) -> Finding:
    try:
        with open_runtime(settings) as runtime:
            count = len(runtime.newsletters.newsletters())
    except DigestError as error:
        return Finding("store", is_right=False, found=error.what, advice=error.advice)
    return Finding("store", is_right=True, found=f"answers; {count} {'newsletter' if count == 1 else 'newsletters'}")


def _check_mail_server(settings: Settings) -> Finding:
    try:
        found = try_mail_server(settings)
    except DigestError as error:
        return Finding("mail server", is_right=False, found=error.what, advice=error.advice)
    return Finding("mail server", is_right=True, found=found or "")


def _check_signature(settings: Settings) -> Finding:
    """Say by what mails are signed, and whether the newsletters' senders are whom the signature vouches for."""
    what = "signature (DKIM)"
    try:
        signer = open_signer(settings)
        if signer is None:
            return Finding(what, is_right=True, found="none of ours: the mail server signs, or nobody does")
        with open_runtime(settings) as runtime:
            strange = [one.id for one in runtime.newsletters.newsletters() if not signer.is_aligned(one.sender.address)]
    except DigestError as error:
        return Finding(what, is_right=False, found=error.what, advice=error.advice)
    found = f"signs as {signer.domain}, {signer.key_in_words}"
    if strange:
        advice = f"The sender of {', '.join(strange)} is not at {signer.domain}: receivers will not count it (DMARC)."
        return Finding(what, is_right=False, found=found, advice=advice)
    advice = f"Gmail and others want {GOOD_RSA} bits: openssl genrsa -out FILE {GOOD_RSA}" if signer.is_weak else ""
    return Finding(what, is_right=True, found=found, advice=advice)


def _records(settings: Settings) -> list[tuple[str, str]]:
    """Return what must stand in DNS for our signature: names and texts."""
    try:
        signer = open_signer(settings)
    except DigestError:  # told among the checks
        return []
    return [] if signer is None else [signer.record]


def _check_outbox(folder: Path) -> Finding:
    probe = folder
    while not probe.exists():
        probe = probe.parent
    writable = os.access(probe, os.W_OK) and probe.is_dir()
    return Finding(
        "outbox folder",
        writable,
        "writable" if writable else "cannot be written",
        "" if writable else "Set DIGEST_OUTBOX_DIR to a folder that you may write.",
    )


def _check_versions() -> Iterator[Finding]:
    """Check the two pins without which Prefect 3.8.8 breaks, once even silently."""
    for package, below, why in (
        ("fastapi", (0, 151), "newer ones make Prefect answer 422"),
        ("sqlalchemy", (2, 1), "newer ones make Prefect schedule nothing, silently"),
    ):
        try:
            found = version(package)
        except PackageNotFoundError:
            yield Finding(package, is_right=False, found="not installed", advice="Install from requirements.lock.")
            continue
        major, minor = (int(part) for part in found.split(".")[:2])
        right = (major, minor) < below
        limit = ".".join(str(part) for part in below)
        yield Finding(package, right, found, "" if right else f"Install one below {limit}: {why}.")
