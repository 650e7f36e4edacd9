"""What a mail server's replies mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.send.mailers.smtp.replies import Reply, Slow, Stage, Verdict, judge, slows, words


@pytest.mark.parametrize(
    ("stage", "reply", "verdict"),
    [
        (Stage.SENDER, "250 2.1.0 ok", Verdict.YES),
        (Stage.SENDER, "421 4.3.2 closing", Verdict.NOT_NOW),
        (Stage.SENDER, "452 4.3.1 disk full", Verdict.NOT_NOW),
        (Stage.SENDER, "530 5.7.0 log in first", Verdict.NOT_US),
        (Stage.SENDER, "550 5.7.1 sender not allowed", Verdict.NOT_US),
        (Stage.SENDER, "354 what", Verdict.NOT_US),
        (Stage.READER, "250 2.1.5 ok", Verdict.YES),
        (Stage.READER, "251 will forward", Verdict.YES),
        (Stage.READER, "450 4.2.0 greylisted", Verdict.LATER),
        (Stage.READER, "421 4.7.28 too many", Verdict.LATER),
        (Stage.READER, "550 5.1.1 no such user", Verdict.NO),
        (Stage.READER, "554 5.7.1 Relay access denied", Verdict.NOT_US),
        (Stage.READER, "550 relay not permitted", Verdict.NOT_US),
        (Stage.READER, "530 5.7.0 Authentication required", Verdict.NOT_US),
        (Stage.READER, "454 4.7.1 Relay access denied", Verdict.LATER),
        (Stage.READER, "-1 HTTP/1.1 400 Bad Request", Verdict.NOT_US),
        (Stage.LETTER, "354 go ahead", Verdict.YES),
        (Stage.LETTER, "250 ok", Verdict.NOT_US),
        (Stage.LETTER, "451 4.3.0 try again", Verdict.LATER),
        (Stage.LETTER, "554 5.5.1 no", Verdict.NO),
        (Stage.END, "250 2.0.0 queued", Verdict.YES),
        (Stage.END, "451 4.7.1 later", Verdict.LATER),
        (Stage.END, "554 5.7.1 spam, relay it elsewhere", Verdict.NO),
        (Stage.END, "354 what", Verdict.UNCLEAR),
        (Stage.END, "-1 garbage", Verdict.UNCLEAR),
    ],
)
def test_a_reply_means_one_thing_at_each_stage(stage: Stage, reply: str, verdict: Verdict) -> None:
    code, _, text = reply.partition(" ")

    assert judge(stage, Reply(int(code), text)) is verdict


@given(stage=st.sampled_from(Stage), code=st.integers(-1, 999), text=st.text())
def test_whatever_is_said_means_something_and_only_a_two_is_a_yes_to_a_letter(
    stage: Stage, code: int, text: str
) -> None:
    verdict = judge(stage, Reply(code, text))

    assert (verdict is Verdict.YES) == (code == 354 if stage is Stage.LETTER else 200 <= code < 300)
    assert len(words(Reply(code, text))) <= 300
    assert words(Reply(code, text)).isprintable() or not text.isprintable()


@pytest.mark.parametrize(
    ("reply", "whom"),
    [
        (Reply(421, "4.7.28 unusual rate of mail"), Slow.QUOTA),
        (Reply(450, "4.7.28 unusual rate of mail"), Slow.QUOTA),
        (Reply(421, "too many connections"), Slow.DOMAIN),
        (Reply(451, "4.7.1 policy"), Slow.DOMAIN),
        (Reply(451, "4.3.0 overloaded"), Slow.DOMAIN),
        (Reply(450, "4.7.1 Greylisted, see"), Slow.READER),
        (Reply(451, "4.7.1 graylisting in action"), Slow.READER),
        (Reply(452, "4.2.2 mailbox full"), Slow.READER),
        (Reply(450, "mailbox busy"), Slow.READER_IT_SEEMS),
        (Reply(451, "4.5.0 whatever"), Slow.READER_IT_SEEMS),
    ],
)
def test_a_later_is_about_a_reader_or_about_their_domain(reply: Reply, whom: Slow) -> None:
    assert slows(reply) is whom


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Reply(550, "5.1.1 <reader1@example.org>: no such user"), "550 5.1.1 <…>: no such user"),
        (Reply(550, "5.1.1 reader1@example.org... unknown"), "550 5.1.1 <…> unknown"),
        (Reply(550, "two\nlines\r\n\0here"), "550 two lines here"),
        (Reply(-1, "HTTP/1.1 400"), "HTTP/1.1 400"),
        (Reply(250, ""), "250"),
    ],
)
def test_words_are_one_line_without_an_address(reply: Reply, shown: str) -> None:
    assert words(reply) == shown


def test_an_enhanced_code_is_read_where_there_is_one() -> None:
    assert Reply(421, "4.7.28 slow down").enhanced == "4.7.28"
    assert Reply(421, "slow down 4.7.28").enhanced == ""
