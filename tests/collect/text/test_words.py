import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.text.syndication import without_syndication
from digest.collect.text.words import is_cut, plain, printable, title


def test_entities_of_a_title_are_decoded_at_most_twice() -> None:
    assert title("Kazakhstan&#8217;s plan &amp;amp; cost") == "Kazakhstan’s plan & cost"
    assert title("&amp;#8216;family&amp;#8217;") == "‘family’"
    assert title("&amp;amp;amp;amp;") == "&amp;amp;"


def test_tags_of_a_title_go_and_scripts_with_what_they_enclose() -> None:
    assert title("<b>Prices</b> up<script>alert('x')</script> again<br/><!-- x -->") == "Prices up again"
    assert title("&lt;em&gt;Prices&lt;/em&gt; up") == "Prices up"


def test_a_script_that_was_written_as_an_entity_is_a_word() -> None:
    assert title("Who pays for &amp;lt;script&amp;gt;?") == "Who pays for <script>?"


def test_signs_in_a_title_are_no_tags() -> None:
    assert title("If x<y and z>0, 3 < 5 &co; A&B") == "If x<y and z>0, 3 < 5 &co; A&B"


def test_a_title_is_one_line_of_printable_text() -> None:
    assert title(" A\x00\u00a0 title\n\tof two\ud800 lines\u200b ") == "A title of two lines"


def test_a_title_of_hostile_length_is_read_in_no_time() -> None:
    assert len(title("<script" * 50_000)) < 5_000


def test_blocks_become_paragraphs() -> None:
    html = (
        "<h2>One</h2><p>two <b>three</b>\n four<br>five</p><div><ul><li>six</li><li>seven &amp; 8</li></ul></div>tail"
    )
    assert plain(html) == "One\n\ntwo three four\n\nfive\n\nsix\n\nseven & 8\n\ntail"


def test_what_nobody_reads_is_no_text() -> None:
    html = "<style>a{}</style>A<script>b()</script><noscript><p>c</p></noscript><figcaption>d</figcaption><hr>B"
    assert plain(html) == "A\n\nB"


def test_plain_text_stays_what_it_is() -> None:
    assert plain("a < b & c") == "a < b & c"
    assert plain("") == ""


def test_the_newsrooms_own_slips_stay() -> None:
    slip = "The date was moved up from April 2026 to January 2025, teh office said."
    assert plain(f"<p>{slip}</p>") == slip


def test_markup_without_end_loses_its_tags_instead_of_time() -> None:
    assert plain("<div>" * 20_000 + "deep") == "deep"
    assert plain("<b>" * 100 + "deep") == "deep"


def test_a_frameset_has_no_text() -> None:
    assert plain("<frameset>") == ""


def test_the_syndication_line_goes() -> None:
    text = "Rivers rise. The post Rivers rise appeared first on The Herald."
    assert without_syndication(text) == "Rivers rise."
    assert plain("<p>Text [&hellip;]</p><p>The post <a>T</a> appeared first on <a>S</a>.</p>") == "Text […]"
    assert without_syndication("The post office appeared in 1920.") == "The post office appeared in 1920."


def test_marks_of_truncation_are_seen() -> None:
    assert all(map(is_cut, ["Trans-Caspian...", "a…", "a […]", "a [...]", "a (…)", "a [ … ] "]))
    assert not any(map(is_cut, ["a.", "wait … no", "“We will see…”", ""]))


@settings(deadline=None)
@given(st.text())
def test_any_text_becomes_text_that_can_be_stored(raw: str) -> None:
    for text in (title(raw), plain(raw), printable(raw)):
        assert "\x00" not in text
        text.encode()


def test_an_element_with_thousands_of_attributes_loses_its_tags() -> None:
    attributes = " ".join(f"data-a{number}='{number}'" for number in range(5_000))
    assert plain(f"<p>One</p><div {attributes}>Two</div>") == "One Two"
    assert plain(f"<p>One</p><img alt='{'x' * 50_000}'><p>Two</p>") == "One\n\nTwo"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("One two… <a href='x'>Continue reading</a>", "One two…"),
        ("One two [&#8230;] <a>Continue reading <span>The title of it</span> →</a>", "One two […]"),
        ("One two <a>Read more</a>", "One two …"),
        ("<p>One.</p><p><a>Read more »</a></p>", "One. …"),
        ("Один. <a>Читать далее</a>", "Один. …"),
    ],
)
def test_an_invitation_to_read_on_is_a_mark_of_truncation(markup: str, expected: str) -> None:
    assert plain(markup) == expected
    assert is_cut(plain(markup))


@pytest.mark.parametrize(
    "text",
    [
        "He wants people to read more books.",
        "He wants people to Read more books and papers than ever",
        "Read more",
        "One.\n\nRead more: What the dam costs, and who pays",
    ],
)
def test_words_about_reading_are_no_invitation(text: str) -> None:
    assert plain(text.replace("\n\n", "<p>")) == text
