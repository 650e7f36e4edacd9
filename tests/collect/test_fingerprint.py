from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.collect.fingerprint import fingerprint
from digest.collect.journalist import Journalist, Source
from digest.collect.web import Response
from tests.builders import a_journalist, a_source, an_outlet
from tests.fakes import NOON

ANSWER = Response(
    ref="https://h.example/feed", url="https://h.example/feed", body=b"one", fetched_at=NOON, headers={"etag": "1"}
)
WHO, WHERE = a_journalist(), a_source()


def test_the_same_answer_an_hour_later_has_the_same_fingerprint() -> None:
    later = replace(ANSWER, fetched_at=NOON.replace(hour=13), headers={"etag": "2"}, unchanged=True)
    assert fingerprint(later, WHERE, WHO) == fingerprint(ANSWER, WHERE, WHO)


@pytest.mark.parametrize(
    "change",
    [
        lambda answer, where, who: (replace(answer, body=b"two"), where, who),
        lambda answer, where, who: (replace(answer, url="https://h.example/other"), where, who),
        lambda answer, where, who: (replace(answer, headers={"content-type": "text/html"}), where, who),
        lambda answer, where, who: (answer, replace(where, byline="Dana S."), who),
        lambda answer, where, who: (answer, where, replace(who, aliases=("D. Serikova",))),
        lambda answer, where, who: (answer, where, replace(who, name="Dana Serik")),
        lambda answer, where, who: (answer, where, replace(who, outlet=an_outlet(language="ru"))),
    ],
    ids=["bytes", "address", "charset", "byline", "alias", "name", "language"],
)
def test_what_decides_a_reading_is_in_the_fingerprint(
    change: Callable[[Response, Source, Journalist], tuple[Response, Source, Journalist]],
) -> None:
    assert fingerprint(*change(ANSWER, WHERE, WHO)) != fingerprint(ANSWER, WHERE, WHO)
