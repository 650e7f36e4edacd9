from pathlib import Path

from digest.send.gallery import read_mail
from digest.send.specimen import ADDRESS, write_specimens
from tests.builders import a_contents, a_section
from tests.fakes import NOON
from tests.send.office import a_sealed

LONG, SHORT = a_contents(a_section("timur-aliyev", (3, 2))), a_contents(a_section("timur-aliyev", (2,)))


def test_every_distinct_body_is_written_once_and_names_no_reader(tmp_path: Path) -> None:
    written = write_specimens(tmp_path / "preview", a_sealed(), [LONG, SHORT], at=NOON)

    raw = [path.read_bytes() for path in (tmp_path / "preview").glob("*.eml")]
    shown = [read_mail("specimen.eml", one) for one in raw]
    assert written == len(shown) == 2
    assert {mail.contents for mail in shown} == {LONG.key, SHORT.key}
    assert {mail.address for mail in shown} == {ADDRESS}
    for mail in shown:
        assert "Reader" not in mail.text
        assert "token-of-reader" not in mail.html + mail.text


def test_former_specimens_go(tmp_path: Path) -> None:
    folder = tmp_path / "preview"
    write_specimens(folder, a_sealed(), [LONG], at=NOON)

    write_specimens(folder, a_sealed(), [SHORT], at=NOON)

    assert [path.stem for path in folder.glob("*.eml")] == [SHORT.key[:22]]
