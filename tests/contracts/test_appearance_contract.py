"""The contract of ``ReaderBook`` and ``Readership`` on what a reader's mails look like."""

from digest.audience.appearance import AS_SENT, OWN_LOOK, Appearance, AppearanceChange
from digest.audience.joining import Joined
from digest.audience.reader import Reader
from digest.ids import GROUND
from digest.store.persons import SqlPersons
from tests.builders import a_joining
from tests.contracts.desk import MORNING, Desk
from tests.fakes import NOON

BRIEF_TEXT = AppearanceChange(look="brief", text_only=True)


def _reader(desk: Desk, number: int = 1) -> Reader:
    reader = desk.audience.reader(MORNING, f"reader{number}@example.org")
    assert reader is not None
    return reader


def test_whoever_joins_gets_mails_as_the_newsroom_sends_them(desk: Desk) -> None:
    desk.subscribe(1)
    assert _reader(desk).appearance == AS_SENT


def test_each_part_is_kept_by_itself(desk: Desk) -> None:
    desk.subscribe(2)
    token = _reader(desk).token
    assert desk.audience.change_appearance(token, BRIEF_TEXT)
    assert desk.audience.change_appearance(token, AppearanceChange(look=OWN_LOOK))
    assert desk.audience.change_appearance(token, AppearanceChange())
    membership = desk.audience.membership(token)
    assert membership is not None
    assert membership.appearance == _reader(desk).appearance == Appearance(text_only=True)
    assert [one.appearance for one in desk.audience.stream(MORNING)] == [Appearance(text_only=True), AS_SENT]
    assert desk.audience.change_appearance(token, AppearanceChange(text_only=False))
    assert _reader(desk).appearance == AS_SENT


def test_nobody_changes_what_they_have_left_or_what_no_token_opens(desk: Desk) -> None:
    desk.subscribe(1)
    token = _reader(desk).token
    desk.audience.leave_by_token(token, at=NOON)
    assert not desk.audience.change_appearance(token, BRIEF_TEXT)
    assert not desk.audience.change_appearance("A" * 22, BRIEF_TEXT)
    assert _reader(desk).appearance == AS_SENT


def test_an_import_says_it_for_new_readers_and_changes_it_for_those_who_are_there(desk: Desk) -> None:
    new = a_joining(appearance=BRIEF_TEXT)
    plain = a_joining("reader2@example.org")

    def join(*rows: object) -> list[Joined]:
        return list(desk.audience.join(MORNING, rows, since=GROUND, at=NOON))  # type: ignore[arg-type]

    assert join(new, plain) == [Joined.ADDED, Joined.ADDED]
    assert (_reader(desk).appearance, _reader(desk, 2).appearance) == (
        Appearance(look="brief", text_only=True),
        AS_SENT,
    )
    assert join(new, plain) == [Joined.UNCHANGED, Joined.UNCHANGED]
    assert join(a_joining(), a_joining("reader2@example.org", appearance=AppearanceChange(text_only=True))) == [
        Joined.UNCHANGED,
        Joined.UPDATED,
    ]
    assert _reader(desk, 2).appearance == Appearance(text_only=True)
    assert join(a_joining(appearance=AppearanceChange(look=OWN_LOOK))) == [Joined.UPDATED]
    assert _reader(desk).appearance == Appearance(text_only=True)


def test_who_is_erased_leaves_no_choice_behind(desk: Desk) -> None:
    desk.subscribe(1)
    token = _reader(desk).token
    desk.audience.change_appearance(token, BRIEF_TEXT)
    SqlPersons(desk.engine).erase(token, at=NOON)
    (erased,) = desk.audience.stream(MORNING)
    assert erased.appearance == AS_SENT
