"""Who a newsletter's editors are and what they are told, as its file says it."""

import pytest

from digest.audience.notice import NoticeKind
from digest.compose.alerts import TO_EDITORS, Alerts
from digest.compose.alerts_table import read_alerts
from digest.compose.snapshot import alerts_from_json, alerts_to_json
from digest.compose.toml_table import open_table
from digest.errors import BadNewsletterFile


def read(toml: str) -> Alerts:
    return read_alerts(open_table("letters.toml", f"[alerts]\n{toml}".encode()).table("alerts"))


def test_without_a_word_nobody_is_told_anything() -> None:
    alerts = read("")
    assert alerts == Alerts()
    assert not alerts.are_about(NoticeKind.RUN_REPORT)


def test_editors_are_told_everything_unless_the_file_says_what() -> None:
    everything = read('editors = ["Desk@Herald.example"]\nlocale = "RU_kz"')
    assert everything == Alerts(editors=("desk@herald.example",), locale="ru-KZ", tell=TO_EDITORS)
    assert all(everything.are_about(kind) for kind in TO_EDITORS)
    some = read('editors = ["desk@herald.example"]\ntell = ["run-report"]')
    assert [kind for kind in TO_EDITORS if some.are_about(kind)] == [NoticeKind.RUN_REPORT]
    assert alerts_from_json(alerts_to_json(some)) == some
    assert read('editors = ["desk@herald.example"]\ntell = []').tell == ()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('editors = ["desk"]', "editors"),
        ('editors = ["desk@herald.example", "DESK@herald.example"]', "editors"),
        (f"editors = {[f'e{n}@herald.example' for n in range(51)]}", "50 at the most"),
        ('locale = "klingon"', "no known locale"),
        ('tell = ["run-repart"]', "run-report"),
        ('tell = ["confirm"]', "must be among"),
        ('tell = ["run-report", "run-report"]', "tell"),
        ('editor = "desk@herald.example"', "editor"),
    ],
)
def test_what_means_nothing_is_named(toml: str, says: str) -> None:
    with pytest.raises(BadNewsletterFile, match=says):
        read(toml)
