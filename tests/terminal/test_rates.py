"""``digest rates``: fetched, and shown as an issue would print them."""

from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.collect.banks import samples
from tests.terminal.cli import LETTERS, MORNING, digest, dump


@pytest.mark.usefixtures("imported")
def test_only_the_banks_are_read() -> None:
    said = digest("rates", "fetch", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert said.out.count("2025-12-19, 2025-12-18") == 5
    assert dump()["articles"] == []


@pytest.mark.usefixtures("imported")
def test_fetching_for_programs() -> None:
    said = digest("rates", "fetch", LETTERS, "--at", MORNING, "--json").json
    assert [bank["state"] for bank in said["banks"]] == ["new"] * 5
    again = digest("rates", "fetch", LETTERS, "--at", MORNING, "--json").json
    assert [bank["state"] for bank in again["banks"]] == ["unchanged"] * 5


def test_a_bank_that_cannot_be_read_is_named_and_the_others_go_on(imported: Path) -> None:
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('cbt = ["sample', 'cbt = ["nowhere').replace('"sample/', f'"{newsletters_dir()}/sample/')
    (imported / "mine.toml").write_text(toml, encoding="utf-8")
    digest("newsletters", "apply", "mine.toml")
    said = digest("rates", "fetch", "--at", MORNING, "--json")
    assert said.code == 1
    errors = {bank["bank"]: bank["error"] for bank in said.json["banks"]}
    assert "nowhere/banks/cbt/2025-12-18.xml" in errors.pop("cbt")
    assert set(errors.values()) == {None}


@pytest.mark.usefixtures("sent")
def test_rates_are_shown_with_day_bank_and_change() -> None:
    said = digest("rates", "show", "--at", MORNING)
    assert said.code == 0
    assert "What one USD costs" in said.out
    assert all(currency in said.out for currency in ("KZT", "KGS", "TJS", "UZS", "TMT"))


@pytest.mark.usefixtures("sent")
def test_showing_for_programs_has_strings_for_decimals() -> None:
    said = digest("rates", "show", LETTERS, "--at", MORNING, "--json").json
    assert (said["base"], said["missing"]) == ("USD", [])
    assert [rate["currency"] for rate in said["rates"]] == ["KZT", "KGS", "TJS", "UZS", "TMT"]
    for rate in said["rates"]:
        assert set(rate) == {
            *("currency", "value", "effective_on", "bank", "bank_title", "move", "change_percent"),
            *("previous", "previous_on", "week", "flags", "cross", "accepted_by", "warning"),
        }
        assert isinstance(rate["value"], str)
        assert (rate["effective_on"], rate["previous_on"]) == ("2025-12-19", "2025-12-18")


@pytest.mark.usefixtures("sent")
def test_the_day_is_the_newsletter_s_own() -> None:
    # A rate may take effect three days ahead; in Tashkent, of which the newsletter is, the 15th has begun.
    late = ("rates", "show", "--at", "2025-12-14T20:00Z", "--json")
    assert {rate["effective_on"] for rate in digest(*late, LETTERS).json["rates"]} == {"2025-12-18"}
    assert [rate["bank"] for rate in digest(*late, LETTERS, "--on", "2025-12-14").json["rates"]] == ["peg"]


@pytest.mark.usefixtures("sent")
def test_the_only_newsletter_need_not_be_named() -> None:
    shown = ("rates", "show", "--at", MORNING, "--json")
    assert digest(*shown).json == digest(*shown, LETTERS).json


@pytest.mark.usefixtures("applied")
def test_rates_that_nobody_fetched_are_missing_with_a_reason() -> None:
    said = digest("rates", "show", "--at", MORNING, "--json").json
    assert [(rate["currency"], rate["bank"]) for rate in said["rates"]] == [("TMT", "peg")]
    assert {missing["currency"] for missing in said["missing"]} == {"KZT", "KGS", "TJS", "UZS"}
    assert "KZT: " in digest("rates", "show", "--at", MORNING).out


# --- books, held rates and people ------------------------------------------------------------------------------------

APRIL = "2026-04-03T07:00+05:00"


def nbk_files(folder: Path, **days: str) -> list[str]:
    """Save NBK's answers of days of April 2026: ``d01="475.09"``."""
    for day, value in days.items():
        body = samples.nbk(f"{day[1:]}.04.2026", value=value, change="", index="")
        (folder / f"{day}.xml").write_bytes(body)
    return [f"{day}.xml" for day in days]


def test_saved_answers_are_imported_each_by_itself_and_once(applied: Path) -> None:
    files = nbk_files(applied, d01="475.09", d02="476.10")
    (applied / "bad.xml").write_bytes(b"<html>maintenance</html>")
    said = digest("rates", "import", "nbk", files[0], "bad.xml", files[1], "nowhere.xml", "--at", APRIL, "--json")
    assert said.code == 1
    assert [(one["entered"], one["error_name"]) for one in said.json["files"]] == [
        *((2, None), (0, "ParseError"), (2, None), (0, "Unreachable")),
    ]
    again = digest("rates", "import", "nbk", *files, "--at", APRIL)
    assert (again.code, again.err) == (0, "")
    assert "2026-04-01" in again.out
    assert digest("rates", "import", "nbk", files[0], "--at", APRIL, "--json").json["files"][0]["entered"] == 0


def test_a_held_rate_is_shown_accepted_and_remembered(applied: Path) -> None:
    digest("rates", "import", "nbk", *nbk_files(applied, d01="475.09", d02="540.00"), "--at", APRIL)
    said = digest("rates", "show", "--on", "2026-04-02", "--json").json
    (tenge,) = [rate for rate in said["rates"] if rate["currency"] == "KZT"]
    assert (tenge["value"], tenge["effective_on"], tenge["flags"]) == ("475.09", "2026-04-01", ["held"])
    (held,) = said["held"]
    assert (held["value"], held["kept"], held["doubts"][0]["reason"]) == ("540.00", "475.09", "jump")
    shown = digest("rates", "show", "--at", APRIL)
    assert "Held back" in shown.out
    assert "digest rates accept KZT 2026-04-02 --value 540.00 --by NAME --note TEXT" in shown.out
    assert "held" in digest("rates", "history", "KZT", "--at", APRIL).out
    accepted = digest(
        *("rates", "accept", "kzt", "2026-04-02", "--by", "Dana", "--note", "the tenge was let go"),
        *("--value", "540.00", "--at", APRIL, "--json"),
    ).json
    assert [(one["value"], one["by"], one["nominal"]) for one in accepted["accepted"]] == [("540.00", "Dana", 1)]
    after = digest("rates", "show", "--on", "2026-04-02", "--json").json
    assert [rate["value"] for rate in after["rates"] if rate["currency"] == "KZT"] == ["540.00"]
    assert after["held"] == []
    history = digest("rates", "history", "KZT", "--at", APRIL)
    assert "accepted" in history.out
    assert "by Dana, 2026-04-03 02:00: the tenge was let go" in history.out
    entries = digest("rates", "history", "KZT", "--at", APRIL, "--json").json["rates"]
    assert [(one["value"], one["standing"]) for one in entries] == [("475.09", "published"), ("540.00", "accepted")]


def test_a_correction_stays_visible_in_the_history(applied: Path) -> None:
    digest("rates", "import", "nbk", *nbk_files(applied, d02="475.09"), "--at", "2026-04-02T07:00+05:00")
    digest("rates", "import", "nbk", *nbk_files(applied, d02="475.59"), "--at", APRIL)
    entries = digest("rates", "history", "kzt", "--at", APRIL, "--json").json["rates"]
    assert [(one["value"], one["standing"], one["corrected_at"] is not None) for one in entries] == [
        *(("475.09", "corrected", True), ("475.59", "published", False)),
    ]
    assert "the bank said otherwise by 2026-04-03 02:00" in digest("rates", "history", "KZT", "--at", APRIL).out


@pytest.mark.usefixtures("applied")
def test_a_history_of_nothing_says_so() -> None:
    assert "Nothing was published for KZT" in digest("rates", "history", "KZT").out
    assert digest("rates", "history", "KZT", "--bank", "cbr", "--days", "7", "--json").json["rates"] == []


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("accept", "KZT", "2026-04-02", "--by", "Dana", "--note", "seen"), "Nothing of KZT is held back"),
        (("accept", "nbx", "2026-04-02", "--by", "Dana", "--note", "seen"), "no bank and no currency"),
        (("accept", "KZT", "soon", "--by", "Dana", "--note", "seen"), "'soon' is no day"),
        (("accept", "KZT", "2026-04-02", "--by", "D", "--note", "s", "--value", "much"), "'much' is no price"),
        (("accept", "KZT", "2026-04-02", "--by", "D", "--note", "s", "--value", "nan"), "'nan' is no price"),
        (("import", "nbx", "file.xml"), "no bank called 'nbx'"),
        (("history", "MNT"), "No bank that we read is the bank of MNT"),
        (("history", "KZT", "--bank", "nbx"), "no bank called 'nbx'"),
        (("show", "--on", "tomorrow"), "'tomorrow' is no day"),
        (("fetch", "nbk", "--until", "2026-04-02"), "A last day needs a first one"),
        (("fetch", "nbk", "--from", "2026-04-02", "--until", "2026-04-01"), "is before"),
        (("fetch", "nowhere"), "no newsletter called 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(command: tuple[str, ...], said: str) -> None:
    digest("rates", *command).refused(said)


@pytest.mark.usefixtures("imported")
def test_one_bank_or_days_of_the_past_can_be_asked_for() -> None:
    one = digest("rates", "fetch", "nbk", "--newsletter", LETTERS, "--at", MORNING, "--json").json
    assert [(bank["bank"], bank["state"]) for bank in one["banks"]] == [("nbk", "new")]
    assert one["held"] == []
