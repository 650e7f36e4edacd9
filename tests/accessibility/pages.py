"""The readers' pages as files, each with its style in it, for checkers that look at files."""

from collections.abc import Sequence
from pathlib import Path

from digest.audience.links import Purpose
from digest.ids import EVERY_JOURNALIST
from digest.store.engine import open_engine
from tests.contracts.desk import DANA, MORNING, Desk
from tests.fakes import NOON
from tests.web.serving import Served, seal_issue, serving, subscribe


def reader_pages(folder: Path) -> Sequence[Path]:
    """Serve a newsroom with three readers from a new SQLite file and save its pages below ``folder``."""
    url = f"sqlite:///{folder / 'digest.db'}"
    with open_engine(url) as engine:
        desk = Desk(engine)
        subscribe(desk, ("en", (DANA,)), ("ru", (EVERY_JOURNALIST,)), ("en", (DANA,)))
        desk.audience.leave(MORNING, "reader3@example.org", at=NOON)
        seal_issue(desk)
        with serving(url, desk, outbox_dir=folder / "outbox") as served:
            return [_saved(served, folder, name, path) for name, path in _paths(served).items()]


def _paths(served: Served) -> dict[str, str]:
    own = served.link()
    return {
        "own": f"/r/{own}",
        "own-in-russian": f"/r/{served.link(2)}",
        "of-a-mail": f"/r/{served.link(purpose=Purpose.MAIL)}",
        "looking": f"/r/{served.reader().token}",
        "leave": f"/u/{own}",
        "left": f"/u/{served.link(3)}",
        "erase": f"/r/{own}/erase",
        "lost": "/r",
        "nowhere": "/r/cut",
        "join": f"/join/{MORNING}",
        "newsletters": "/join",
        "archive": "/n/morning-brief",
        "privacy": "/privacy",
    }


def _saved(served: Served, folder: Path, name: str, path: str) -> Path:
    page = served.get(path).body
    link = page[page.index('<link rel="stylesheet"') :].split(">", maxsplit=1)[0] + ">"
    style = served.get(link.split('href="')[1].split('"')[0]).body
    file = folder / f"{name}.html"
    file.write_text(page.replace(link, f"<style>{style}</style>"), encoding="utf-8")
    return file
