"""What ``DIGEST_SMTP_URL`` may say, and that nothing of it is repeated when it says something else."""

from pathlib import Path

import pytest

from digest.errors import BadSetting
from digest.send.mailers.smtp.server import Server, Tls, read_server


def test_a_whole_url_is_read_part_by_part() -> None:
    server = read_server(
        "smtp://news%40example.org:p%2Fss%3A%23@Mail.example.net:2525?starttls=required&ca=ca.pem&name=out.example.org"
        "&timeout=20&connections=3"
    )

    assert server == Server(
        host="mail.example.net",
        port=2525,
        tls=Tls.BY_STARTTLS,
        user="news@example.org",
        password="p/ss:#",
        ca=Path("ca.pem"),
        name="out.example.org",
        timeout=20,
        connections=3,
    )


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.net", 587, Tls.BY_STARTTLS),
        ("smtp://mail.example.net/?starttls=never", 587, Tls.NEVER),
        ("smtps://mail.example.net", 465, Tls.AT_ONCE),
        ("smtps://mail.example.net:1465", 1465, Tls.AT_ONCE),
        ("smtp://127.0.0.1:2525", 2525, Tls.NEVER),
        ("smtp://localhost:2525?starttls=required", 2525, Tls.BY_STARTTLS),
        ("smtp://[::1]:2525", 2525, Tls.NEVER),
        ("smtp://localhost.example.net", 587, Tls.BY_STARTTLS),
        ("smtp://10.0.0.7:25", 25, Tls.BY_STARTTLS),
    ],
)
def test_nothing_travels_in_the_clear_but_on_this_machine_or_where_the_url_says_so(
    url: str, port: int, tls: Tls
) -> None:
    server = read_server(url)

    assert (server.port, server.tls) == (port, tls)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.example.net:587", "begin with smtp:// or smtps://"),
        ("http://hidden:s3cret@mail.example.net", "begin with smtp:// or smtps://"),
        ("smtp://", "names no host"),
        ("smtp://hidden:s3cret@", "names no host"),
        ("smtp://почта.example.net", "names no host, or one that is not ASCII"),
        ("smtp://hidden:s3cret/x@mail.example.net", "something stands after the host"),
        ("smtp://hidden:s3cret#x@mail.example.net", "something stands after the host"),
        ("smtp://hidden:s3cret?x@mail.example.net", "after the \\? it may say"),
        ("smtp://hidden:s3cret@mail.example.net/inbox", "something stands after the host"),
        ("smtp://hidden:s3cret@mail.example.net:0", "port is no number"),
        ("smtp://hidden:s3cret@mail.example.net:70000", "port is no number"),
        ("smtp://hidden:s3cret@mail.example.net:s3cret", "port is no number"),
        ("smtp://[hidden", "no URL"),
        ("smtp://hidden@mail.example.net", "a user needs a password"),
        ("smtp://:s3cret@mail.example.net", "a user needs a password"),
        ("smtp://hidden:s3cret%0A@mail.example.net", "must be ASCII"),
        ("smtp://hidden:s3cretпароль@mail.example.net", "must be ASCII"),
        ("smtp://hidden:s3cret@mail.example.net?starttls=maybe", "required or never"),
        ("smtps://hidden:s3cret@mail.example.net?starttls=never", "for smtp:// only"),
        ("smtp://hidden:s3cret@mail.example.net?verify=no", "after the \\? it may say"),
        ("smtp://hidden:s3cret@mail.example.net?timeout=", "after the \\? it may say"),
        ("smtp://hidden:s3cret@mail.example.net?timeout=1&timeout=2", "after the \\? it may say"),
        ("smtp://hidden:s3cret@mail.example.net?s3cret", "after the \\? it may say"),
        ("smtp://hidden:s3cret@mail.example.net?timeout=121", "timeout must be a number from 1 to 120"),
        ("smtp://hidden:s3cret@mail.example.net?connections=0", "connections must be a number from 1 to 64"),
        ("smtp://hidden:s3cret@mail.example.net?connections=many", "connections must be a number from 1 to 64"),
        ("smtp://hidden:s3cret@mail.example.net?name=two%20words", "name must be a host name"),
    ],
)
def test_a_url_that_means_nothing_says_why_and_is_not_repeated(url: str, why: str) -> None:
    with pytest.raises(BadSetting, match=why) as caught:
        read_server(url)

    assert str(caught.value).startswith("DIGEST_SMTP_URL: ")
    assert "s3cret" not in str(caught.value)
    assert "hidden" not in repr(caught.value)


def test_a_password_is_in_no_representation() -> None:
    server = read_server("smtp://news:s3cret@mail.example.net")

    assert "s3cret" not in repr(server)
    assert str(server) == "mail.example.net:587"
