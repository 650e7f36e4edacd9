"""The settings: environment variables and ``.env``, read once into one frozen value.

Every name here is documented in ``docs/settings.md``; a test holds the two together.
"""

from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from digest.errors import BadSetting

#: A key that is shorter could be found by trying.
SHORTEST_KEY: Final = 16


class MailerName(StrEnum):
    """The ways out that this version has."""

    OUTBOX = "outbox"
    SENDGRID = "sendgrid"
    SMTP = "smtp"


class Archive(StrEnum):
    """Who finds the issues that were sent."""

    UNLISTED = "unlisted"  # whoever has an issue's address
    LISTED = "listed"  # also by the list and the feeds
    INDEXED = "indexed"  # also by search engines


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return value.rstrip("/")


def _sendgrid_address(value: str) -> str:
    parts = urlsplit(value.rstrip("/"))
    if parts.path or parts.query or parts.fragment or parts.username or not parts.hostname or parts.port == 0:
        raise ValueError("it must be an address like https://api.sendgrid.com, and nothing after it")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts.hostname)):
        raise ValueError("it must begin with https://, or the key could be read on the way")
    return value.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fit_for_a_header(value: SecretStr) -> SecretStr:
    key = value.get_secret_value()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("it is no key; copy the whole of it, without spaces around it")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_KEY:
        raise ValueError(f"it is too short; use at least {SHORTEST_KEY} random characters")
    return value


def _each_long_enough(value: SecretStr) -> SecretStr:
    for key in value.get_secret_value().split(","):
        _long_enough(SecretStr(key.strip()))
    return value


def _networks(value: str) -> str:
    try:
        _ = [ip_network(one.strip(), strict=False) for one in value.split(",") if one.strip()]
    except ValueError:
        raise ValueError("it must be addresses or networks like 10.0.0.0/8, with commas between them") from None
    return value


def _known_archive(value: object) -> object:
    if value not in set(Archive):
        raise ValueError(f"there is no such archive; it is one of: {', '.join(Archive)}")
    return value


def _known_mailer(value: object) -> object:
    if value not in set(MailerName):
        raise ValueError(f"there is no such mailer; this version has: {', '.join(MailerName)}")
    return value


class Settings(BaseSettings):
    """What an operator may set. Editorial matter (journalists, lists, looks) is data, not a setting."""

    model_config = SettingsConfigDict(
        env_prefix="DIGEST_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    #: SQLAlchemy URL of the store. SQLite (embedded, migrated by itself) or PostgreSQL (``postgresql://…``).
    database_url: SecretStr = SecretStr("sqlite:///var/digest.db")
    #: The way out for mails.
    mailer: Annotated[MailerName, BeforeValidator(_known_mailer)] = MailerName.OUTBOX
    #: The folder that the outbox mailer writes to.
    outbox_dir: Path = Path("var/outbox")
    #: The key for SendGrid's API, for ``mailer`` ``sendgrid``.
    sendgrid_api_key: Annotated[SecretStr, AfterValidator(_fit_for_a_header)] | None = None
    #: Where SendGrid's API answers.
    sendgrid_host: Annotated[str, AfterValidator(_sendgrid_address)] = "https://api.sendgrid.com"
    #: The public key with which SendGrid signs what it posts to us; read by ``digest.send.feedback.signature``.
    sendgrid_webhook_key: str | None = None
    #: How many requests to SendGrid each worker has under way at once.
    sendgrid_connections: Annotated[int, Field(ge=1, le=64)] = 8
    #: Which mail server, and how to speak to it, for ``mailer`` ``smtp``; read by ``digest.send.mailers.smtp.server``.
    smtp_url: SecretStr | None = None
    #: Whose signature (DKIM) mails carry that leave by SMTP: a domain, where in its DNS the public key stands, and the
    #: file of the private key (PEM). All three or none; read by ``digest.send.dkim``.
    dkim_domain: str | None = None
    dkim_selector: str | None = None
    dkim_key_file: Path | None = None
    #: The mailbox to which bounces and complaints come back; read by ``digest.send.feedback.imap_place``.
    feedback_imap_url: SecretStr | None = None
    #: The address under which readers reach us; in every mail's links and in our user agent.
    public_url: Annotated[str, AfterValidator(_web_address)] = "https://digest.example.org"
    #: Who finds the issues that were sent.
    archive: Annotated[Archive, BeforeValidator(_known_archive)] = Archive.LISTED
    #: Let people sign up by a form. Their mails' links need a key (``link_key`` or ``secret_key``).
    sign_up: bool = True
    #: Ask DNS whether the domain of an address takes mail before a mail is sent there.
    sign_up_check_mx: bool = False
    #: A file of domains that are refused, one a line, such as those of throw-away mailboxes.
    sign_up_refused_domains: Path | None = None
    #: Keep from which network somebody signed up, truncated, as part of the proof.
    sign_up_keep_network: bool = True
    #: Where ``digest web serve`` listens: an address of this machine, and a port.
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    #: From which addresses or networks a proxy's word is believed about whom it asks for, with commas between them.
    web_trusted_proxies: Annotated[str, AfterValidator(_networks)] = "127.0.0.0/8, ::1"
    #: How many requests of one network are served in a minute; 0 serves all.
    web_most_per_minute: Annotated[int, Field(ge=0)] = 1_200
    #: Signs what must not be guessed (delivery ids, links). At least 16 characters.
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    #: Signs the links that let a reader change something; without it ``secret_key`` does.
    link_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    #: Keys that signed links before, with commas between them: what they signed still opens.
    former_link_keys: Annotated[SecretStr, AfterValidator(_each_long_enough)] | None = None
    #: Let the fetcher read private, loopback and link-local addresses.
    fetch_allow_private: bool = False
    #: Let the fetcher read addresses by plain http, without TLS.
    fetch_allow_http: bool = False


def read_settings(**overrides: Any) -> Settings:
    """Read the environment and ``.env``; ``overrides`` win.

    :raises BadSetting: ``.env`` is no text, or a variable has a value that cannot be used; names it, never the value.
    """
    try:
        settings = Settings(**overrides)
    except UnicodeDecodeError:
        raise BadSetting(".env", "it is not UTF-8 text", advice="Save it as UTF-8.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "DIGEST_" + str(first["loc"][0]).upper() if first["loc"] else "DIGEST_*"
        raise BadSetting(name, str(first["msg"]).removeprefix("Value error, ")) from None
    if settings.mailer is MailerName.SENDGRID and settings.sendgrid_api_key is None:
        raise BadSetting(
            "DIGEST_SENDGRID_API_KEY",
            "it is not set, and mails are to leave by SendGrid",
            advice="Set it; or rehearse without an account: digest dev sendgrid",
        )
    if settings.mailer is MailerName.SMTP and settings.smtp_url is None:
        raise BadSetting(
            "DIGEST_SMTP_URL",
            "it is not set, and mails are to leave by SMTP",
            advice="Set it: smtp://user:password@mail.example.org:587 (see docs/sending.md).",
        )
    _all_or_none(settings, "dkim_domain", "dkim_selector", "dkim_key_file")
    return settings


def _all_or_none(settings: Settings, *names: str) -> None:
    """Hold that settings which mean something together only are set together."""
    missing = [f"DIGEST_{name.upper()}" for name in names if getattr(settings, name) is None]
    if missing and len(missing) < len(names):
        others = " and ".join(f"DIGEST_{name.upper()}" for name in names if f"DIGEST_{name.upper()}" not in missing)
        raise BadSetting(
            missing[0], f"it is not set, and {others} would sign mails with it", advice="Set all of them, or none."
        )
