from digest.send.specimen import ADDRESS, specimens
from tests.builders import a_contents, a_section
from tests.fakes import NOON
from tests.send.office import a_sealed

LONG, SHORT = a_contents(a_section("timur-aliyev", (3, 2))), a_contents(a_section("timur-aliyev", (2,)))


def test_every_distinct_body_is_written_once_and_names_no_reader() -> None:
    mails = list(specimens(a_sealed(), [LONG, SHORT], at=NOON))

    assert [mail.delivery for mail in mails] == [LONG.key[:22], SHORT.key[:22]]
    assert {(mail.to_address, mail.to_name, mail.sent_at) for mail in mails} == {(ADDRESS, "", NOON)}
    for mail in mails:
        assert "token-of-reader" not in mail.html + mail.text + str(mail.headers)
