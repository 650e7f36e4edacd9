"""The contract of ``LinkBook``."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from digest.collect.web import LinkLook
from digest.store.link_looks import SqlLinkLooks
from tests.fakes import NOON

LOOK = LinkLook(url="https://a.example/1", at=NOON, status=301, leads_to="https://a.example/2", why="", is_gone=False)


def test_the_last_look_is_kept(engine: Engine) -> None:
    book = SqlLinkLooks(engine)
    gone = replace(LOOK, url="https://a.example/3", status=None, leads_to=None, why="no server", is_gone=True)
    book.keep([LOOK, gone])
    later = replace(LOOK, at=NOON + timedelta(hours=1), status=200, leads_to=None)
    book.keep([later])
    assert book.looks([LOOK.url, gone.url, "https://b.example/"], since=NOON) == {LOOK.url: later, gone.url: gone}
    assert book.looks([LOOK.url, gone.url], since=later.at) == {LOOK.url: later}
    assert book.looks([], since=NOON) == {}
