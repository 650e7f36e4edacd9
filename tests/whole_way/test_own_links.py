"""Law 1 over many days of readers who leave, come back and choose by their own links."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from digest.audience import own_page
from digest.audience.choosing import Choice
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName
from digest.wiring import Runtime
from tests.fakes import NOON
from tests.whole_way.press import LIST, WRITERS, Press, address, stories_mailed
from tests.whole_way.road import open_at, settings_in
from tests.whole_way.test_many_days import CREDIT, DAY, JOIN, NAMES, PUBLISH, SEND, Days, World, prepared

__all__ = ["prepared"]

OFFERED = frozenset(JournalistId(slug) for slug in WRITERS)


class OwnLinks(World):
    """The real thing and the model, with readers who use the links in their mails."""

    def go(self, name: str) -> None:
        """Leave with one click."""
        with self.days.open() as runtime:
            for token in self._token(runtime, name):
                own_page.leave(token, book=runtime.readers, clock=runtime.clock)
                self.model.readers[name].is_here = False

    def come_back(self, name: str) -> None:
        with self.days.open() as runtime:
            for token in self._token(runtime, name):
                back = own_page.come_back(token, book=runtime.readers, clock=runtime.clock)
                assert back is not None
                assert not back.has_left
                event("somebody came back" if not self.model.readers[name].is_here else "was here")
                self.model.readers[name].is_here = True

    def choose(self, name: str, everybody: bool, ticked: Sequence[str]) -> None:
        with self.days.open() as runtime:
            for token in self._token(runtime, name):
                page = own_page.membership_of(token, book=runtime.readers)
                assert page is not None
                shown = Choice(
                    everybody=page.follows_everybody,
                    ticked=frozenset(slug for slug in OFFERED if page.is_following(slug)),
                )
                chosen = Choice(everybody=everybody, ticked=frozenset(JournalistId(slug) for slug in ticked))
                _, is_kept = own_page.choose(token, shown, chosen, offered=OFFERED, book=runtime.readers)
                assert is_kept is self.model.readers[name].is_here
                if is_kept:
                    self._choose_in_the_model(name, everybody, ticked)

    def _choose_in_the_model(self, name: str, everybody: bool, ticked: Sequence[str]) -> None:
        reader, now = self.model.readers[name], self.model.readings
        if everybody:
            reader.follows = {"*": now} | reader.follows
            return
        begun = {slug: [reader.follows[whom] for whom in (slug, "*") if whom in reader.follows] for slug in ticked}
        reader.follows = {slug: min(since, default=now) for slug, since in begun.items()}

    def _token(self, runtime: Runtime, name: str) -> list[str]:
        readers = runtime.readership.readers(ListName(LIST))
        return [one.token for one in readers if one.subscriber.address == address(name)]


GO = st.tuples(st.just("go"), NAMES)
COME_BACK = st.tuples(st.just("come_back"), NAMES)
CHOOSE = st.tuples(
    st.just("choose"), NAMES, st.booleans(), st.lists(st.sampled_from(WRITERS), max_size=len(WRITERS), unique=True)
)
COMPOSE = st.tuples(st.just("compose"))
HISTORIES = st.lists(
    st.one_of(PUBLISH, PUBLISH, CREDIT, DAY, DAY, COMPOSE, SEND, GO, COME_BACK, COME_BACK, CHOOSE, CHOOSE, JOIN),
    min_size=8,
    max_size=18,
)


@given(history=HISTORIES)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_whatever_readers_do_with_their_links_they_have_what_they_are_owed_once(
    prepared: Path,
    history: list[tuple[str, ...]],
) -> None:
    assert EVERY_JOURNALIST == "*"
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        with open_at(settings_in(folder), NOON) as runtime:
            press = Press(folder / "press")
            press.declare(runtime)
        world = OwnLinks(Days(press, settings_in(folder)))
        world.join("una", ["*"], from_start=False)
        world.join("vic", ["ada"], from_start=False)
        world.publish(["ada", "ben"], days_ago=0)
        for step, *details in history:
            getattr(world, step)(*details)
        world.send({})
        for reader in ("una", "vic", "wes"):
            world.come_back(reader)
        world.day({})
        world.day({})
        assert world.pending is None
        event(f"at least {min(12, len(stories_mailed(world.days.settings)) // 4 * 4)} stories were mailed")
