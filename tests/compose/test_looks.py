from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.appearance import AS_SENT, LOOKS, Appearance
from digest.compose.correcting import share_again
from digest.compose.grouping import share_out
from digest.compose.issue import Contents, Frozen, Owed
from digest.compose.looks import look_of, looks_to_render
from digest.compose.snapshot import from_json, to_json
from digest.compose.whole import whole
from digest.ids import SubscriberId
from tests.builders import a_frozen_issue, a_newsletter, a_note, a_reader

BRIEF = Appearance(look="brief")
TEXT = Appearance(text_only=True)


def contents_for(frozen: Frozen, *appearances: Appearance) -> list[Contents]:
    readers = [a_reader(number, appearance=one) for number, one in enumerate(appearances, start=1)]
    return [one.contents for one in share_out(frozen, readers) if isinstance(one, Owed)]


@pytest.mark.parametrize(
    ("own", "chosen", "looks"),
    [
        ("classic", [], ()),
        ("classic", [""], ()),
        ("classic", ["", "classic"], ()),
        ("classic", ["brief", ""], ("brief",)),
        ("brief", ["brief", "classic"], ("classic",)),
        ("classic", ["a look of long ago"], ()),
    ],
)
def test_an_issue_is_rendered_in_what_its_readers_chose_besides_its_own(
    own: str, chosen: Sequence[str], looks: tuple[str, ...]
) -> None:
    assert looks_to_render(own, chosen) == looks


def test_a_reader_has_the_look_that_they_chose_and_whoever_chose_none_the_newsletters() -> None:
    brief, own, same = contents_for(a_frozen_issue(looks=("brief",)), BRIEF, AS_SENT, Appearance(look="classic"))
    assert (brief.look, own.look) == ("brief", "classic")
    assert own == same
    assert (brief.sections, brief.text_only) == (own.sections, False)
    assert brief.key != own.key


def test_a_look_that_the_issue_was_not_rendered_in_is_the_newsletters_own() -> None:
    late, own = contents_for(a_frozen_issue(), BRIEF, AS_SENT)
    assert late == own
    brief = a_frozen_issue(newsletter=a_newsletter(look="brief"))
    assert look_of(Appearance(look="gone"), brief) == "brief"


def test_text_alone_can_be_had_of_every_issue_and_in_each_look() -> None:
    text, own, both = contents_for(
        a_frozen_issue(looks=("brief",)), TEXT, AS_SENT, Appearance(look="brief", text_only=True)
    )
    assert (text.look, text.text_only) == ("classic", True)
    assert replace(text, key=own.key, text_only=False) == own
    assert (both.look, both.text_only) == ("brief", True)
    assert len({text.key, own.key, both.key}) == 3


def test_the_web_has_the_newsletters_own_look() -> None:
    contents = whole(a_frozen_issue(looks=("brief",)), "en")
    assert (contents.look, contents.text_only) == ("classic", False)


def test_a_correction_looks_like_the_mail_that_it_corrects() -> None:
    frozen = a_frozen_issue(looks=("brief",))
    (had,) = contents_for(frozen, Appearance(look="brief", text_only=True))
    correction = replace(frozen, corrects=frozen.id, note=a_note())
    (again,) = share_again(correction, [a_reader(1)], lambda _whom: {SubscriberId(1): had})
    assert isinstance(again, Owed)
    assert (again.contents.look, again.contents.text_only) == ("brief", True)


def test_the_looks_are_frozen_with_the_issue() -> None:
    frozen = a_frozen_issue(looks=("brief",))
    assert from_json(to_json(frozen)) == frozen


@given(st.lists(st.builds(Appearance, look=st.sampled_from(["", "gone", *LOOKS]), text_only=st.booleans()), max_size=9))
def test_whoever_chooses_alike_shares_one_body_and_nobody_else(chosen: list[Appearance]) -> None:
    frozen = a_frozen_issue(looks=("brief",))
    found = contents_for(frozen, *chosen)
    told = {(look_of(one, frozen), one.text_only) for one in chosen}
    assert len({contents.key for contents in found}) == len(told)
