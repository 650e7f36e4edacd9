from hypothesis import given
from hypothesis import strategies as st

from digest.audience.choosing import Choice, FollowChange, change_of, followed_after
from digest.audience.reader import Follow
from digest.ids import EVERY_JOURNALIST, JournalistId, Position

DANA, TIMUR, ASEL = (JournalistId(slug) for slug in ("dana-serikova", "timur-aliyev", "asel-nurlan"))
OFFERED = (DANA, TIMUR, ASEL)
NOW = Position(9)


def some(*ticked: JournalistId) -> Choice:
    return Choice(everybody=False, ticked=frozenset(ticked))


EVERYBODY = Choice(everybody=True, ticked=frozenset(OFFERED))


def follows(**since: int) -> tuple[Follow, ...]:
    slugs = {slug.replace("_", "-") if slug != "everybody" else EVERY_JOURNALIST: at for slug, at in since.items()}
    return tuple(Follow(journalist=JournalistId(slug), since=Position(at)) for slug, at in sorted(slugs.items()))


def after(had: tuple[Follow, ...], shown: Choice, chosen: Choice) -> dict[str, int]:
    return {one.journalist: one.since for one in followed_after(had, change_of(shown, chosen, OFFERED), now=NOW)}


def test_a_page_sent_back_as_it_was_shown_changes_nothing() -> None:
    for choice in (EVERYBODY, some(), some(DANA, ASEL)):
        assert change_of(choice, choice, OFFERED) == FollowChange()


def test_a_new_follow_begins_now_and_the_others_keep_their_beginning() -> None:
    assert after(follows(dana_serikova=3), some(DANA), some(DANA, TIMUR)) == {DANA: 3, TIMUR: 9}


def test_who_is_not_ticked_any_more_is_not_followed_any_more() -> None:
    assert after(follows(dana_serikova=3, timur_aliyev=4), some(DANA, TIMUR), some(TIMUR)) == {TIMUR: 4}


def test_from_everybody_to_a_few_nothing_falls_between_the_two() -> None:
    assert after(follows(everybody=2), EVERYBODY, some(DANA)) == {DANA: 2}
    both = follows(everybody=5, dana_serikova=3, asel_nurlan=7)
    assert after(both, EVERYBODY, some(DANA, TIMUR, ASEL)) == {DANA: 3, TIMUR: 5, ASEL: 5}


def test_from_a_few_to_everybody_the_few_keep_their_beginning() -> None:
    assert after(follows(dana_serikova=3), some(DANA), EVERYBODY) == {DANA: 3, EVERY_JOURNALIST: 9}


def test_a_stale_tab_changes_only_what_was_changed_in_it() -> None:
    """Another tab began Asel and ended Dana meanwhile; this one only ticks Timur."""
    assert after(follows(asel_nurlan=8), some(DANA), some(DANA, TIMUR)) == {ASEL: 8, TIMUR: 9}


def test_a_stale_tab_ends_nobody_of_everybody() -> None:
    """Another tab turned to everybody meanwhile: Dana is followed all the same, from where she began."""
    had = follows(everybody=8, dana_serikova=3)
    assert after(had, some(DANA), some()) == {DANA: 3, EVERY_JOURNALIST: 8}


def test_nobody_can_be_followed_who_is_not_offered() -> None:
    stranger = JournalistId("stranger")
    assert change_of(some(), some(stranger, DANA), OFFERED) == FollowChange(begin=frozenset({DANA}))
    assert change_of(EVERYBODY, some(stranger, DANA), OFFERED).begin == {DANA}


def test_follows_that_no_page_shows_stay() -> None:
    elsewhere = follows(somebody_else=1)
    assert after(elsewhere, some(), some(DANA)) == {"somebody-else": 1, DANA: 9}


slugs = st.frozensets(st.sampled_from(OFFERED))
choices = st.builds(Choice, everybody=st.booleans(), ticked=slugs)
had_follows = st.dictionaries(
    st.sampled_from([*OFFERED, EVERY_JOURNALIST]), st.integers(min_value=0, max_value=9).map(Position)
).map(lambda since: tuple(Follow(journalist=slug, since=since[slug]) for slug in sorted(since)))


@given(had_follows, choices, choices)
def test_whoever_stays_followed_was_never_away(had: tuple[Follow, ...], shown: Choice, chosen: Choice) -> None:
    """For everybody who is followed before and after: it goes on from where it began, so nothing is lost."""
    has = followed_after(had, change_of(shown, chosen, OFFERED), now=NOW)
    for journalist in OFFERED:
        before = [one.since for one in had if one.covers(journalist)]
        since = [one.since for one in has if one.covers(journalist)]
        if since:
            assert min(since) == min(before, default=NOW)


@given(had_follows, choices, choices)
def test_the_same_change_twice_is_the_change_once(had: tuple[Follow, ...], shown: Choice, chosen: Choice) -> None:
    change = change_of(shown, chosen, OFFERED)
    once = followed_after(had, change, now=NOW)
    assert followed_after(once, change, now=NOW) == once
