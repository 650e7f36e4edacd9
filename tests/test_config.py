from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from digest.config import SHORTEST_KEY, MailerName, read_settings
from digest.errors import BadSetting

KEY = "k" * SHORTEST_KEY


def test_the_defaults_need_nothing_and_keep_to_var() -> None:
    settings = read_settings()
    assert settings.database_url.get_secret_value() == "sqlite:///var/digest.db"
    assert (settings.mailer, settings.outbox_dir) == (MailerName.OUTBOX, Path("var/outbox"))
    assert settings.public_url == "https://digest.example.org"
    assert settings.secret_key is None
    assert (settings.fetch_allow_private, settings.fetch_allow_http) == (False, False)


def test_the_environment_wins_over_the_file_and_a_call_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DIGEST_OUTBOX_DIR=file\nDIGEST_PUBLIC_URL=https://file.example\n", encoding="utf-8")
    monkeypatch.setenv("DIGEST_OUTBOX_DIR", "environment")
    settings = read_settings()
    assert (settings.outbox_dir, settings.public_url) == (Path("environment"), "https://file.example")
    assert read_settings(outbox_dir="call").outbox_dir == Path("call")


def test_other_programs_variables_in_the_file_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER=1\nDIGEST_OF_ANOTHER_VERSION=1\n", encoding="utf-8")
    assert read_settings() == read_settings()


def test_an_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_PUBLIC_URL", "https://news.example/digest//")
    assert read_settings().public_url == "https://news.example/digest"


@pytest.mark.parametrize(("given", "meant"), [("1", True), ("true", True), ("0", False), ("no", False)])
def test_yes_and_no_are_understood(given: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", given)
    assert read_settings().fetch_allow_private is meant


def test_settings_do_not_change_and_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SECRET_KEY", KEY)
    monkeypatch.setenv("DIGEST_DATABASE_URL", f"postgresql://editor:{KEY}@db/brief")
    settings = read_settings()
    assert settings.secret_key == SecretStr(KEY)
    assert KEY not in f"{settings!r} {settings}"
    with pytest.raises(ValidationError, match="frozen"):
        settings.outbox_dir = Path("elsewhere")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DIGEST_MAILER", "pigeon", "there is no such mailer; this version has: outbox, sendgrid, smtp"),
        ("DIGEST_PUBLIC_URL", "news.example", "it must begin with http:// or https://"),
        ("DIGEST_SECRET_KEY", "k" * (SHORTEST_KEY - 1), "it is too short; use at least 16 random characters"),
        ("DIGEST_FETCH_ALLOW_PRIVATE", "hardly", "Input should be a valid boolean"),
        ("DIGEST_SENDGRID_API_KEY", "SG.two words", "it is no key"),
        ("DIGEST_SENDGRID_API_KEY", "SG.cut\r\nX-Other: 1", "it is no key"),
        ("DIGEST_SENDGRID_HOST", "http://api.sendgrid.com", "it must begin with https://"),
        ("DIGEST_SENDGRID_HOST", "http://10.0.0.1", "it must begin with https://"),
        ("DIGEST_SENDGRID_HOST", "api.eu.sendgrid.com", "it must be an address like"),
        ("DIGEST_SENDGRID_HOST", "https://api.sendgrid.com/v3", "it must be an address like"),
        ("DIGEST_SENDGRID_HOST", "https://key@api.sendgrid.com", "it must be an address like"),
    ],
)
def test_a_bad_value_is_named_by_its_variable_and_never_shown(
    name: str, value: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        read_settings()
    assert caught.value.setting == name
    assert caught.value.why.startswith(why)
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None  # the library's error holds the value


@pytest.mark.parametrize(
    "host", ["https://api.eu.sendgrid.com/", "http://127.0.0.1:8757", "http://localhost:8757", "http://[::1]:8757"]
)
def test_only_this_machine_is_spoken_to_in_the_open(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SENDGRID_HOST", host)
    assert read_settings().sendgrid_host == host.rstrip("/")


def test_sendgrid_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_MAILER", "sendgrid")
    with pytest.raises(BadSetting, match=r"DIGEST_SENDGRID_API_KEY: it is not set.*rehearse without an account"):
        read_settings()
    monkeypatch.setenv("DIGEST_SENDGRID_API_KEY", f"SG.{KEY}")
    settings = read_settings()
    assert (settings.mailer, settings.sendgrid_host) == (MailerName.SENDGRID, "https://api.sendgrid.com")
    assert KEY not in f"{settings!r} {settings}"


def test_smtp_needs_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_MAILER", "smtp")
    with pytest.raises(BadSetting, match=r"DIGEST_SMTP_URL: it is not set.*smtp://user:password@mail"):
        read_settings()
    monkeypatch.setenv("DIGEST_SMTP_URL", f"smtp://news:{KEY}@mail.example.org")
    settings = read_settings()
    assert settings.mailer is MailerName.SMTP
    assert KEY not in f"{settings!r} {settings}"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DIGEST_SECRET_KEY=\xff\xfe")
    with pytest.raises(BadSetting, match=r"^\.env: it is not UTF-8 text\. Save it as UTF-8\.$"):
        read_settings()
