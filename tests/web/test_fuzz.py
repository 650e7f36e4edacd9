"""No token that was not given out opens anything: not a changed one, not a moved one, not one of another time."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from digest.audience.links import LinkKeys, Purpose, key_for
from digest.store.tables import metadata
from tests.web.serving import KEY, ONE_CLICK, Served

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#: What is asked of a link, beside showing it.
DEEDS = (("", ONE_CLICK, "u"), ("", {"who": "some"}, "r"), ("/data", {}, "r"), ("/erase", {"sure": "yes"}, "r"))


def everything(engine: Engine) -> dict[str, list[str]]:
    """Return all that the store holds."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def _changed(text: str, draw: Callable[[st.SearchStrategy[str]], str], place: int) -> str:
    at = place % len(text)
    other = draw(st.sampled_from([one for one in ALPHABET if one != text[at]]))
    return draw(
        st.sampled_from(
            [
                text[:at] + other + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text[:at] + other + text[at:],
                text[:at],
                text[::-1],
                text.swapcase(),
                text + "=",
                text + "\0",
                f" {text} ",
                f"../{text}",
                f"%2e%2e/{text}",
                f"{text};x",
                f"{text}' OR '1'='1",
                text.replace(text[at], chr(ord(text[at]) + 0xFEE0)),  # its wide form, which some programs fold
            ]
        )
    )


STRANGE = st.text(max_size=80) | st.text(ALPHABET + ".", min_size=20, max_size=60)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), place=st.integers(0, 21))
def test_a_token_that_was_not_given_out_opens_nothing(served: Served, data: st.DataObject, place: int) -> None:
    token = served.reader().token
    forged = data.draw(STRANGE | st.builds(lambda: _changed(token, data.draw, place)))
    if forged.partition(".")[0] == token or forged.strip("/ .") == "":
        return
    before = everything(served.desk.engine)
    address = quote(forged, safe="%")
    for path, form, kind in DEEDS:
        assert served.get(f"/{kind}/{address}{path}").status in (400, 404, 405)
        assert served.post(f"/{kind}/{address}{path}", form).status in (400, 404, 405)
    assert everything(served.desk.engine) == before


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), place=st.integers(0, 31))
def test_a_key_that_was_not_made_for_it_lets_nobody_do_more_than_look(
    served: Served, data: st.DataObject, place: int
) -> None:
    token, keys, now = served.reader().token, LinkKeys(current=KEY.encode()), served.clock.now()
    own = key_for(Purpose.OWN, token, keys=keys, at=now)
    wrong = data.draw(
        STRANGE
        | st.builds(lambda: _changed(own, data.draw, place))
        | st.sampled_from(
            [
                key_for(Purpose.OWN, served.reader(2).token, keys=keys, at=now),
                key_for(Purpose.OWN, token, keys=LinkKeys(current=b"another newsroom's"), at=now),
                key_for(Purpose.OWN, token, keys=keys, at=now - timedelta(days=31)),
                key_for(Purpose.CONFIRM, token, keys=keys, at=now),
                key_for(Purpose.FORM, token, keys=keys, at=now),
            ]
        )
    )
    if wrong == own:
        return
    before = everything(served.desk.engine)
    address = f"{token}.{quote(wrong, safe='%')}"
    for path, form, kind in DEEDS[1:]:
        assert served.post(f"/{kind}/{address}{path}", form).status in (400, 403, 404, 405)
    assert everything(served.desk.engine) == before
