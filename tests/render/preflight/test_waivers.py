from digest.render.preflight import Waiver, with_waivers
from digest.render.preflight.findings import a_warning, an_error
from tests.fakes import NOON

WAIVER = Waiver(name="too-large", by="Aida", why="The court's ruling, whole.", at=NOON)


def test_what_an_editor_lets_pass_is_no_error_any_more_and_says_whose_word_it_is() -> None:
    large, other = an_error("too-large", "html, 96 KB", "Lower the caps."), an_error("no-alt", "html", "Add it.")
    passed, stays = with_waivers([large, other], [WAIVER])
    assert not passed.is_error
    assert stays.is_error
    assert str(passed).endswith("Lower the caps. Aida lets it pass: The court's ruling, whole.")
    assert passed.as_json()["waived"] == "Aida lets it pass: The court's ruling, whole."


def test_without_a_waiver_nothing_changes() -> None:
    findings = (a_warning("no-alt", "html", "Add it."),)
    assert with_waivers(findings, []) == findings
