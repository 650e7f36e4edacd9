"""``digest doctor`` tells what is set and what is wrong, and no secret."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from digest.terminal import doctor
from tests.terminal.cli import digest, dump

KEY = "correct horse battery staple"
PASSWORD = "tr0ub4dor"
WELL = {
    "DIGEST_SECRET_KEY": KEY,
    "DIGEST_PUBLIC_URL": "https://digest.steppe-herald.kz",
}


def set_all(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def checks() -> dict[str, dict[str, Any]]:
    return {one["what"]: one for one in digest("doctor", "--json").json["checks"]}


@pytest.mark.usefixtures("applied")
def test_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **WELL)
    said = digest("doctor")
    assert (said.code, said.err) == (0, "")
    assert "WRONG" not in said.out
    assert "answers; 1 newsletter " in said.out


def test_a_new_machine_is_told_what_to_do() -> None:
    said = digest("doctor")
    assert said.code == 1
    found = checks()
    assert [what for what, one in found.items() if not one["is_right"]] == ["secret key", "public address"]
    assert "DIGEST_SECRET_KEY" in found["secret key"]["advice"]


@pytest.mark.usefixtures("applied")
def test_for_programs_every_setting_and_check_is_there() -> None:
    said = digest("doctor", "--json").json
    assert set(said) == {"settings", "checks", "dns"}
    assert said["dns"] == []
    assert said["settings"]["DIGEST_DATABASE_URL"] == "sqlite:///var/digest.db"
    assert said["settings"]["DIGEST_SECRET_KEY"] == "not set"
    assert all(set(one) == {"what", "is_right", "found", "advice"} for one in said["checks"])


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://editor:{PASSWORD}@127.0.0.1:1/brief",
        f"postgresql+psycopg://editor:{PASSWORD}@127.0.0.1:1/brief?connect_timeout=1",
        f"postgresql://editor@127.0.0.1:1/brief?password={PASSWORD}&sslpassword={PASSWORD}",
        f"postgresql://editor:{PASSWORD}@127.0.0.1:port/brief",
        f"{PASSWORD}, which is no address",
        f"mysql://editor:{PASSWORD}@127.0.0.1/brief",
    ],
)
def test_no_secret_appears_anywhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, DIGEST_SECRET_KEY=KEY, DIGEST_DATABASE_URL=url)
    for words in (("doctor",), ("doctor", "--json"), ("issue", "list"), ("db", "upgrade"), ("issue", "list", "--json")):
        said = digest(*words)
        assert said.code in (1, 2)
        assert PASSWORD not in said.out + said.err
        assert KEY not in said.out + said.err
        assert "Traceback" not in said.err
    assert not checks()["store"]["is_right"]


def test_where_a_setting_comes_from_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"DIGEST_SECRET_KEY={KEY}\n", encoding="utf-8")
    set_all(monkeypatch, DIGEST_PUBLIC_URL="https://digest.steppe-herald.kz")
    lines = {line.split()[0]: line.split() for line in digest("doctor").out.splitlines() if "DIGEST_" in line}
    assert lines["DIGEST_SECRET_KEY"][-1] == ".env"
    assert lines["DIGEST_PUBLIC_URL"][-1] == "environment"
    assert lines["DIGEST_MAILER"][-1] == "default"


@pytest.mark.usefixtures("applied")
def test_an_outbox_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, DIGEST_OUTBOX_DIR="readers.csv/outbox")
    assert checks()["outbox folder"]["advice"] == "Set DIGEST_OUTBOX_DIR to a folder that you may write."


@pytest.mark.usefixtures("applied")
def test_open_doors_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, DIGEST_FETCH_ALLOW_PRIVATE="1", **WELL)
    said = digest("doctor")
    assert said.code == 1
    assert checks()["private addresses"]["found"] == "the fetcher may read them"


@pytest.mark.usefixtures("applied")
def test_versions_that_break_prefect_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(package: str) -> str:
        if package == "fastapi":
            raise PackageNotFoundError(package)
        return "2.1.0b2"

    monkeypatch.setattr(doctor, "version", other)
    found = checks()
    assert found["fastapi"]["found"] == "not installed"
    assert found["sqlalchemy"]["advice"].startswith("Install one below 2.1: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIGEST_SECRET_KEY", "open sesame"),
        ("DIGEST_PUBLIC_URL", "ftp://secret.example"),
        ("DIGEST_MAILER", "pigeon-post"),
        ("DIGEST_FETCH_ALLOW_PRIVATE", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    said = digest("doctor")
    said.refused(f"{name}: ")
    assert value not in said.err
    assert digest("issue", "list", "--json").json["error"] == "BadSetting"


def test_a_file_of_settings_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DIGEST_MAILER=\xff\n")
    digest("doctor").refused(".env: it is not UTF-8 text.")


@pytest.mark.usefixtures("applied")
def test_looking_changes_nothing() -> None:
    before = dump()
    digest("doctor")
    assert dump() == before
