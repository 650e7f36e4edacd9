import codecs
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.appearance import AppearanceChange
from digest.audience.consent import Proof
from digest.audience.csv_columns import COLUMNS, LONGEST_NAME, LONGEST_WORDS, Known, RejectReason
from digest.audience.csv_rows import GoodRow, RejectedRow, read_table
from digest.audience.csv_text import BLOCK, encoding_of
from digest.audience.joining import Joined
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import (
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    RhythmChange,
    Weekday,
)
from digest.audience.steps import file_of
from digest.errors import BadAudienceFile
from digest.ids import EVERY_JOURNALIST, JournalistId
from tests.builders import a_joining
from tests.fakes import NOON

ROSTER = frozenset({JournalistId("dana-serikova"), JournalistId("timur-aliyev")})
HEADER = "address,name,follows,locale,time_zone,suppressed\n"


KNOWN = Known(journalists=ROSTER, locale="en", time_zone="UTC", now=NOON)


@dataclass(frozen=True)
class AudienceRows:
    rows: tuple[GoodRow | RejectedRow, ...]
    warnings: tuple[str, ...]


def read(text: str | bytes, *, encoding: str = "") -> AudienceRows:
    file = file_of(text.encode() if isinstance(text, str) else text, "readers.csv")
    table = read_table(file.lines(encoding_of(file.blocks, path=file.path, named=encoding)), KNOWN, path=file.path)
    return AudienceRows(tuple(table.rows), table.warnings)


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


def test_the_guide_s_example_is_read_and_every_reason_is_explained() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "audience.md").read_text(encoding="utf-8")
    example = guide.split("```csv\n")[1].split("```")[0]
    assert addresses(read(example)) == ["aliya@readers.example", "james@readers.example"]
    for word in (*RejectReason, *SuppressionReason, *Joined, *(column.name for column in COLUMNS)):
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
        ("address,name\r\nann@example.org,Jos\xe9 Mu\xf1oz\r\n".encode("cp1252"), "line 2", "not UTF-8"),
        ("address,name\nann@example.org,Алия Бектурова\n".encode("koi8-r"), "line 2", "not UTF-8"),
        (codecs.BOM_UTF16_LE + "address\n".encode("utf-16-le") + b"x", "line 2", "not UTF-16-LE"),
        ("address\nann@example.org\n".encode("utf-16-le") + b"x", "line 3", "not UTF-16-LE"),
        (b"address\r" + b"a" * 2 * BLOCK, "line 2", "no CSV file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(data: bytes, where: str, why: str) -> None:
    with pytest.raises(BadAudienceFile, match=why) as refused:
        read(data)
    assert refused.value.path == "readers.csv"
    assert refused.value.where == where
    assert "ann@" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(encoding: str) -> None:
    assert addresses(read("address,name\r\nann@example.org,Әсел\r\n".encode(encoding))) == ["ann@example.org"]


def test_what_a_russian_spreadsheet_saves_is_read_as_a_guess() -> None:
    data = "address;name\r\nann@example.org;Ёлка Іванова\r\nbob@example.org;Bob\r\n".encode("cp1251")
    assert encoding_of(lambda: [data], path="readers.csv").is_guess
    row = read(data).rows[0]
    assert isinstance(row, GoodRow)
    assert row.joining.name == "Ёлка Іванова"


def test_an_encoding_can_be_named_and_a_mark_is_believed_before_it() -> None:
    data = "address,name\nann@example.org,José\n"
    for written, named in ((data.encode("cp1252"), "CP1252"), (codecs.BOM_UTF8 + data.encode(), "cp1252")):
        row = read(written, encoding=named).rows[0]
        assert isinstance(row, GoodRow)
        assert row.joining.name == "José"


@pytest.mark.parametrize("named", ["klingon", "base64", "a\0b"])
def test_an_encoding_that_is_none_is_refused(named: str) -> None:
    with pytest.raises(BadAudienceFile, match="no encoding of text") as refused:
        read("address\n", encoding=named)
    assert refused.value.where == "--encoding"


def test_a_named_encoding_that_does_not_fit_is_no_reason_to_guess() -> None:
    with pytest.raises(BadAudienceFile, match="not ASCII"):
        read("address,name\nann@example.org,Алия\n".encode("cp1251"), encoding="ascii")


def test_a_mark_and_a_letter_may_be_cut_by_the_end_of_a_block() -> None:
    data = codecs.BOM_UTF16_LE + "address,name\r\nann@example.org,Әсел\r\n".encode("utf-16-le")
    cut = [data[at : at + 3] for at in range(0, len(data), 3)]
    assert encoding_of(lambda: cut, path="readers.csv").name == "utf-16-le"


def test_line_ends_may_be_of_every_kind_in_one_file() -> None:
    table = read("address,name\rann@example.org,Ann\nbob@example.org,Bob\r\nnobody,x\r\rkim@example.org,Kim")
    assert addresses(table) == ["ann@example.org", "bob@example.org", "kim@example.org"]
    assert [row.line for row in table.rows] == [2, 3, 4, 6]


def test_fifty_columns_are_read_and_the_unknown_ones_left_out() -> None:
    heads = [f"field {number}" for number in range(48)]
    table = read(f"{','.join(heads)},address,name\n{','.join('x' * 48)},ann@example.org,Ann\n")
    assert addresses(table) == ["ann@example.org"]
    assert "'field 47'" in table.warnings[0]


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("", SubscriptionState.ACTIVE),
        ("Subscribed", SubscriptionState.ACTIVE),
        ("left", SubscriptionState.UNSUBSCRIBED),
        ("unsubscribed", SubscriptionState.UNSUBSCRIBED),
        ("pending", SubscriptionState.UNCONFIRMED),
    ],
)
def test_a_state_is_read(cell: str, state: SubscriptionState) -> None:
    row = only_row(f"address,state\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.state is state


def test_a_state_that_is_none_is_rejected() -> None:
    row = rejected("address,state\nann@example.org,perhaps\n")
    assert (row.reason, row.column) == (RejectReason.UNKNOWN_STATE, "state")


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("", None),
        ("2020-02-29", datetime(2020, 2, 29, tzinfo=UTC)),
        ("2020-02-29T07:00+05:00", datetime(2020, 2, 29, 2, tzinfo=UTC)),
        ("2020-02-29 07:00", datetime(2020, 2, 29, 7, tzinfo=UTC)),
    ],
)
def test_when_somebody_joined_is_read(cell: str, at: datetime | None) -> None:
    row = only_row(f"address,joined_at\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.joined_at == at


@pytest.mark.parametrize("cell", ["yesterday", "29.02.2020", "2999-01-01", "0001-01-01T00:00+14:00"])
def test_an_instant_that_is_none_or_has_not_come_is_rejected(cell: str) -> None:
    row = rejected(f"address,joined_at\nann@example.org,{cell}\n")
    assert (row.reason, row.column) == (RejectReason.BAD_INSTANT, "joined_at")


@pytest.mark.parametrize(
    ("column", "cell", "change"),
    [
        ("pace", "every issue", PaceChange(pace=Pace.EVERY_ISSUE)),
        ("pace", "Daily", PaceChange(pace=Pace.DAILY)),
        ("frequency", "weekly: Friday", PaceChange(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY)),
        ("hour", "7", HourChange(hour=7)),
        ("hour", "23:00", HourChange(hour=23)),
        ("hour", "any", HourChange(hour=None)),
        ("quiet_days", "sat;Sunday", QuietDaysChange(days=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}))),
        ("quiet_days", "none", QuietDaysChange(days=frozenset())),
        ("paused_until", "2999-02-01", PauseChange(until=date(2999, 2, 1))),
    ],
)
def test_a_rhythm_is_read_part_by_part(column: str, cell: str, change: RhythmChange) -> None:
    row = only_row(f"address,{column}\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.rhythm == (change,)


@pytest.mark.parametrize(
    ("column", "cell", "change"),
    [
        ("look", "Brief", AppearanceChange(look="brief")),
        ("look", "own", AppearanceChange(look="")),
        ("look", "", AppearanceChange()),
        ("text_only", "yes", AppearanceChange(text_only=True)),
        ("plain text", "no", AppearanceChange(text_only=False)),
        ("text_only", "", AppearanceChange()),
        ("name", "Ann", AppearanceChange()),
    ],
)
def test_what_mails_look_like_is_read_part_by_part(column: str, cell: str, change: AppearanceChange) -> None:
    row = only_row(f"address,{column}\nann@example.org,{cell}\n")
    assert isinstance(row, GoodRow)
    assert row.joining.appearance == change


@pytest.mark.parametrize("column", ["pace", "hour", "quiet_days", "paused_until"])
def test_an_empty_cell_says_nothing_of_a_rhythm(column: str) -> None:
    row = only_row(f"address,{column}\nann@example.org,\n")
    assert isinstance(row, GoodRow)
    assert row.joining.rhythm == ()


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("pace", "weekly", RejectReason.UNKNOWN_PACE),
        ("pace", "daily fri", RejectReason.UNKNOWN_PACE),
        ("pace", "weekly fri sat", RejectReason.UNKNOWN_PACE),
        ("pace", "hourly", RejectReason.UNKNOWN_PACE),
        ("hour", "24", RejectReason.UNKNOWN_HOUR),
        ("hour", "7:30", RejectReason.UNKNOWN_HOUR),
        ("quiet_days", "sat;someday", RejectReason.UNKNOWN_DAY),
        ("quiet_days", "mon tue wed thu fri sat sun", RejectReason.UNKNOWN_DAY),
        ("paused_until", "spring", RejectReason.BAD_INSTANT),
        ("look", "loud", RejectReason.UNKNOWN_LOOK),
        ("text_only", "perhaps", RejectReason.NEITHER_YES_NOR_NO),
        ("consent_words", "yes", RejectReason.BAD_CONSENT),
        ("consent_words", "x" * (LONGEST_WORDS + 1), RejectReason.BAD_CONSENT),
        ("consent_ip", "somewhere", RejectReason.BAD_CONSENT),
    ],
)
def test_what_means_nothing_is_rejected_by_its_own_name(column: str, cell: str, reason: RejectReason) -> None:
    assert rejected(f"address,{column}\nann@example.org,{cell}\n").reason is reason


FAULTS = {
    "address": "nobody",
    "name": "x" * (LONGEST_NAME + 1),
    "follows": "nobody",
    "locale": "tlh-XX-q",
    "time_zone": "Mars",
    "suppressed": "perhaps",
    "state": "sleeping",
    "joined_at": "yesterday",
    "pace": "hourly",
    "hour": "25",
    "quiet_days": "someday",
    "paused_until": "soon",
    "look": "dazzling",
    "text_only": "perhaps",
    "consent_at": "once",
    "consent_words": "x" * (LONGEST_WORDS + 1),
    "consent_source": "x" * (LONGEST_WORDS + 1),
    "consent_ip": "somewhere",
}


@given(
    heads=st.permutations(list(FAULTS)),
    faulty=st.sets(st.sampled_from(sorted(FAULTS)), min_size=1),
    broken=st.sets(st.sampled_from(sorted(FAULTS)), max_size=2),
)
def test_of_several_faults_a_row_is_rejected_for_the_first(
    heads: list[str], faulty: set[str], broken: set[str]
) -> None:
    good = {"address": "ann@example.org", "consent_at": "2020-01-01"}
    cells = {name: FAULTS[name] if name in faulty else good.get(name, "") for name in heads}
    cells |= {name: f"{cells[name]}\x00x" for name in broken}
    row = rejected(f"{','.join(heads)}\n{','.join(cells[name] for name in heads)}\n")
    order = [column.name for column in COLUMNS]
    assert row.column == min(broken or faulty, key=order.index)
    assert (row.reason is RejectReason.CONTROL_CHARACTER) is bool(broken)


def test_a_proof_of_consent_is_read_and_its_network_truncated() -> None:
    row = only_row(
        "address,locale,consent_at,consent_words,consent_source,consent_ip\n"
        "ann@example.org,ru,2020-02-29,Yes please,form 3,203.0.113.77\n"
    )
    assert isinstance(row, GoodRow)
    at = datetime(2020, 2, 29, tzinfo=UTC)
    proof = Proof(words="Yes please", version="form 3", language="ru", network="203.0.113.0/24", at=at)
    assert row.joining.consent == proof


def test_what_was_written_so_that_it_is_no_formula_is_read_as_it_was_meant() -> None:
    row = only_row("address,name\n'+tag@example.org,'=HYPERLINK\n")
    assert isinstance(row, GoodRow)
    assert (row.joining.address, row.joining.name) == ("+tag@example.org", "=HYPERLINK")


def test_what_looks_cyrillic_and_has_a_byte_that_is_no_letter_of_it_is_no_text_that_we_know() -> None:
    data = "address,name\nann@example.org,Ёлка Іванова".encode("cp1251") + b"\x98\n"
    with pytest.raises(BadAudienceFile, match=r"line 2: this is not UTF-8 text"):
        read(data)


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
