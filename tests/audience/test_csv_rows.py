import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.csv_rows import LONGEST_NAME, AudienceRows, GoodRow, RejectedRow, RejectReason, read_rows
from digest.audience.ports import Joined
from digest.audience.reader import SuppressionReason
from digest.errors import BadAudienceFile
from digest.ids import EVERY_JOURNALIST, JournalistId
from tests.builders import a_joining

ROSTER = frozenset({JournalistId("dana-serikova"), JournalistId("timur-aliyev")})
HEADER = "address,name,follows,locale,time_zone,suppressed\n"


def read(text: str | bytes) -> AudienceRows:
    data = text.encode() if isinstance(text, str) else text
    return read_rows(data, path="readers.csv", journalists=ROSTER, locale="en", time_zone="UTC")


def only_row(text: str) -> GoodRow | RejectedRow:
    (row,) = read(text).rows
    return row


def rejected(text: str) -> RejectedRow:
    row = only_row(text)
    assert isinstance(row, RejectedRow)
    return row


def addresses(table: AudienceRows) -> list[str]:
    return [row.joining.address for row in table.rows if isinstance(row, GoodRow)]


def test_a_full_row_is_read() -> None:
    row = only_row(HEADER + "Ann@Example.org,Ann Lee,dana-serikova;timur-aliyev,ru_KZ,asia/almaty,\n")
    assert row == GoodRow(
        line=2,
        joining=a_joining(
            "ann@example.org",
            name="Ann Lee",
            follows=("dana-serikova", "timur-aliyev"),
            locale="ru-KZ",
            time_zone="Asia/Almaty",
        ),
    )


def test_what_a_row_leaves_out_is_the_default() -> None:
    row = only_row(HEADER + "ann@example.org,,*,,,\n")
    assert row == GoodRow(line=2, joining=a_joining("ann@example.org", name="", follows=("*",)))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_every_usual_encoding_is_read(mark: bytes, encoding: str) -> None:
    table = read(mark + "address,name,follows\r\nann@example.org,Әсел,*\r\n".encode(encoding))
    (row,) = table.rows
    assert isinstance(row, GoodRow)
    assert row.joining.name == "Әсел"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    lines = ["name|address|follows", 'Lee|ann@example.org|"dana-serikova, timur-aliyev"']
    row = only_row("\n".join(line.replace("|", delimiter) for line in lines))
    assert isinstance(row, GoodRow)
    assert row.joining.follows == ("dana-serikova", "timur-aliyev")


@pytest.mark.parametrize(
    "header",
    ["address", "Email", "E-MAIL", " e-mail address ", '"EMAIL"'],
)
def test_the_address_column_has_many_names(header: str) -> None:
    assert addresses(read(f"{header}\nann@example.org\n")) == ["ann@example.org"]


def test_other_columns_have_aliases_too_and_stand_in_any_order() -> None:
    row = only_row("TZ;Language;Name;Time-Less;E-Mail\nAsia/Almaty;ru;Ann;x;ann@example.org\n")
    assert isinstance(row, GoodRow)
    assert (row.joining.time_zone, row.joining.locale, row.joining.name) == ("Asia/Almaty", "ru", "Ann")


def test_unknown_columns_are_named_in_a_warning() -> None:
    table = read("address,follows,Favourite colour,shoe size,\nann@example.org,*,green,38,\n")
    assert table.warnings == ("Columns that mean nothing here were left out: 'Favourite colour', 'shoe size'.",)
    assert addresses(table) == ["ann@example.org"]


def test_without_a_follows_column_everybody_follows_everyone_and_that_is_said() -> None:
    table = read("address\nann@example.org\n")
    (row,) = table.rows
    assert isinstance(row, GoodRow)
    assert row.joining.follows == (EVERY_JOURNALIST,)
    assert "follows" in table.warnings[0]


def test_an_empty_follows_cell_follows_nobody() -> None:
    row = only_row("address,follows\nann@example.org,\n")
    assert isinstance(row, GoodRow)
    assert row.joining.follows == ()


@pytest.mark.parametrize("cell", ["*", "all", "ALL", "dana-serikova;*", "nobody all"])
def test_everyone_can_be_followed(cell: str) -> None:
    row = only_row(f"address,follows\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.follows == (EVERY_JOURNALIST,)


@pytest.mark.parametrize(
    "cell", ["dana-serikova;timur-aliyev", "dana-serikova | Timur-Aliyev", '"dana-serikova,timur-aliyev,dana-serikova"']
)
def test_follows_are_separated_in_many_ways(cell: str) -> None:
    row = only_row(f"address,follows\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.follows == ("dana-serikova", "timur-aliyev")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", None),
        ("no", None),
        ("yes", SuppressionReason.BY_HAND),
        ("TRUE", SuppressionReason.BY_HAND),
        ("bounced", SuppressionReason.BOUNCED),
        ("Complained", SuppressionReason.COMPLAINED),
    ],
)
def test_a_suppression_is_read(cell: str, reason: SuppressionReason | None) -> None:
    row = only_row(HEADER + f"ann@example.org,,*,,,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.suppressed is reason


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("annexample.org,,*,,,", RejectReason.BAD_ADDRESS, "address"),
        (",Ann,*,,,", RejectReason.BAD_ADDRESS, "address"),
        (f"{'a' * 260}@example.org,,*,,,", RejectReason.BAD_ADDRESS, "address"),
        ('"ann@example.org\nBcc: x@example.org",,*,,,', RejectReason.CONTROL_CHARACTER, "address"),
        ('ann@example.org,"Ann\r\nBcc: x@example.org",*,,,', RejectReason.CONTROL_CHARACTER, "name"),
        ("ann@example.org,An\0n,*,,,", RejectReason.CONTROL_CHARACTER, "name"),
        (f"ann@example.org,{'A' * (LONGEST_NAME + 1)},*,,,", RejectReason.NAME_TOO_LONG, "name"),
        ("ann@example.org,,who-is-this,,,", RejectReason.UNKNOWN_JOURNALIST, "follows"),
        ("ann@example.org,,*,xx,,", RejectReason.UNKNOWN_LOCALE, "locale"),
        ("ann@example.org,,*,,Mars/Olympus,", RejectReason.UNKNOWN_TIME_ZONE, "time_zone"),
        ("ann@example.org,,*,,,perhaps", RejectReason.UNKNOWN_SUPPRESSION, "suppressed"),
        ("ann@example.org,Ann,*", RejectReason.WRONG_FIELDS, ""),
        ("ann@example.org,Lee, Ann,*,,,", RejectReason.WRONG_FIELDS, ""),
        ('ann@example.org,"Ann"x,*,,,', RejectReason.BROKEN_QUOTES, ""),
    ],
)
def test_a_bad_row_is_rejected_by_name_and_the_next_one_is_read(line: str, reason: RejectReason, column: str) -> None:
    table = read(f"{HEADER}{line}\nbob@example.org,Bob,*,,,\n")
    bad, *_, good = table.rows
    assert isinstance(bad, RejectedRow)
    assert (bad.line, bad.reason, bad.column) == (2, reason, column)
    assert isinstance(good, GoodRow)
    assert good.joining.address == "bob@example.org"


def test_no_message_repeats_an_address_even_when_columns_have_slipped() -> None:
    slipped = [
        "*,Ann,ann@secret.example,,,",
        "b@secret.example,,*,c@secret.example,,",
        "d@secret.example,,*,,e@secret.example,",
    ]
    table = read(HEADER + "\n".join([*slipped, "f@secret.example,,*,,,g@secret.example", "h h@secret.example,,*,,,"]))
    assert [type(row) for row in table.rows] == [RejectedRow] * 5
    assert all("secret" not in row.detail for row in table.rows if isinstance(row, RejectedRow))


def test_a_long_unknown_name_is_cut_in_the_message() -> None:
    assert len(rejected(HEADER + f"ann@example.org,,{'x' * 5000},,,\n").detail) < 200


def test_the_second_row_of_an_address_is_rejected_whatever_its_case() -> None:
    table = read("address,name,follows\nann@example.org,Ann,*\nbob@example.org,Bob,*\nANN@example.org,Anna,*\n")
    assert addresses(table) == ["ann@example.org", "bob@example.org"]
    assert table.rows[2] == RejectedRow(
        line=4, reason=RejectReason.DUPLICATE, column="address", detail="the same address as in line 2"
    )


def test_a_suppression_wins_on_whichever_row_it_stands() -> None:
    table = read(
        "address,follows,suppressed\nann@example.org,*,\nann@example.org,*,bounced\nann@example.org,*,erased\n"
    )
    first, second, third = table.rows
    assert isinstance(first, GoodRow)
    assert first.joining.suppressed is SuppressionReason.BOUNCED
    assert isinstance(second, RejectedRow)
    assert second.detail == "the same address as in line 2, which is now suppressed"
    assert isinstance(third, RejectedRow)
    assert third.detail == "the same address as in line 2"


def test_an_unclosed_quote_spoils_its_own_line_only() -> None:
    lines = ["address,name,follows", 'ann@example.org,"Ann,*', "bob@example.org,Bob,*", 'eve@example.org,"Eve",*']
    table = read("\n".join(lines))
    assert addresses(table) == ["bob@example.org", "eve@example.org"]
    (bad,) = [row for row in table.rows if isinstance(row, RejectedRow)]
    assert (bad.line, bad.reason) == (2, RejectReason.BROKEN_QUOTES)


def test_a_quote_that_is_open_to_the_end_does_not_swallow_the_rest() -> None:
    table = read('address,follows\n"ann@example.org,*\nbob@example.org,*\n')
    assert addresses(table) == ["bob@example.org"]
    assert len(table.rows) == 2


def test_line_numbers_count_lines_and_not_rows() -> None:
    table = read('address,note,follows\n\nann@example.org,"two\nlines",*\n,,\nbob@example,x,*\n')
    good, bad = table.rows
    assert (good.line, bad.line) == (3, 6)


def test_blank_rows_are_no_readers() -> None:
    table = read("\n \naddress,follows\n\n , \nann@example.org,*\n,\n")
    assert addresses(table) == ["ann@example.org"]
    assert len(table.rows) == 1


def test_a_header_without_readers_is_told() -> None:
    assert read("address,follows\n") == AudienceRows(
        rows=(), warnings=("There is no reader in the file, only a header.",)
    )


def test_the_guide_s_example_is_read_and_every_reason_is_explained() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "audience.md").read_text(encoding="utf-8")
    example = guide.split("```csv\n")[1].split("```")[0]
    assert addresses(read(example)) == ["aliya@readers.example", "james@readers.example"]
    for word in (*RejectReason, *SuppressionReason, *Joined):
        assert f"`{word}`" in guide


@pytest.mark.parametrize(
    ("data", "where", "why"),
    [
        (b"", "line 1", "empty"),
        (b" \r\n\n", "line 1", "empty"),
        (codecs.BOM_UTF8, "line 1", "empty"),
        (b"\0\0\0", "line 1", "empty"),
        (b",,\n", "line 1", "no column called address"),
        (b"\nname,follows\nAnn,*\n", "line 2", "no column called address"),
        (b"ann@example.org,Ann\n", "line 1", "no column called address"),
        (b'"address\n', "line 1", "no column called address"),
        (b"address,Email\na@example.org,b@example.org\n", "line 1, column address", "more than one column"),
        (b"address\nann@example.org\ncaf\xe9@example.org\n", "line 3", "not UTF-8"),
        (codecs.BOM_UTF16_LE + "address\n".encode("utf-16-le") + b"x", "line 2", "not UTF-8"),
        ("address\nann@example.org\n".encode("utf-16-le"), "line 1", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(data: bytes, where: str, why: str) -> None:
    with pytest.raises(BadAudienceFile, match=why) as refused:
        read(data)
    assert refused.value.path == "readers.csv"
    assert refused.value.where == where
    assert "ann@" not in str(refused.value)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: HEADER.encode() + data))
def test_any_bytes_give_rows_or_a_named_error(data: bytes) -> None:
    try:
        table = read(data)
    except BadAudienceFile:
        return
    lines = [row.line for row in table.rows]
    assert lines == sorted(set(lines))


CELLS = st.text(st.sampled_from('ab@.org,;"\n\r\t* -'), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3).map(",".join), max_size=8).map("\n".join))
def test_every_line_is_a_row_or_belongs_to_one_or_is_blank(body: str) -> None:
    table = read(f"address,name,follows\n{body}")
    for row in table.rows:
        if isinstance(row, GoodRow):
            assert "\n" not in row.joining.address + row.joining.name
    assert len({row.joining.address for row in table.rows if isinstance(row, GoodRow)}) == len(addresses(table))
