"""Bytes to rows: what spreadsheets and programs write, and what nobody should."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.batch import rows
from microplan.errors import PlanFileError

COLUMNS = rows.Columns(names=("id", "start", "every", "avoid", "at", "tz"), many=("avoid",))
HEAD = b"id,start,every\n"


def read(content: bytes, name="rows", size=1 << 16):
    said: list[str] = []
    stream = io.BytesIO(content)
    found = list(rows.read(iter(lambda: stream.read(size), b""), COLUMNS, name, said.append))
    return found, said


def words(content: bytes, **how):
    found, _ = read(content, **how)
    assert not [row.fault for row in found if row.fault]
    return [row.words for row in found]


TABLES = [
    pytest.param(b"id,start\nA,2026-12-01\n", id="commas"),
    pytest.param(b"id;start\r\nA;2026-12-01\r\n", id="semicolons, as spreadsheets have them"),
    pytest.param(b"id\tstart\nA\t2026-12-01", id="tabs, and no line break at the end"),
    pytest.param(b"\xef\xbb\xbfid;start\nA;2026-12-01\n", id="a byte order mark"),
    pytest.param(b"sep=;\nid;start\nA;2026-12-01\n", id="a first line that names the separator"),
    pytest.param(b'"id","start"\n"A","2026-12-01"\n', id="everything in quotes"),
    pytest.param(
        b" ID ; Start ;\n A ; 2026-12-01 ;\n", id="capitals, blanks, a separator too many"
    ),
    pytest.param(b"\n\nid,start\n\nA,2026-12-01\n,\n\n", id="blank lines and an emptied row"),
    pytest.param(b"id,start,_phone\nA,2026-12-01,0123\n", id="a column that is a note"),
    pytest.param(b"id,start,every\nA,2026-12-01,\n", id="an empty cell is a word not given"),
    pytest.param(b'{"id": "A", "start": "2026-12-01"}\n', id="an object a line"),
    pytest.param(
        b'\xef\xbb\xbf{"id": "A", "start": "2026-12-01", "_n": 1}\r\n\n', id="with a mark"
    ),
]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_object_is_one_whatever_its_texts_hold(mark):
    content = mark + b'{"id": "come at,start,at", "start": "2026-12-01"}\n'
    assert words(content) == [{"id": "come at,start,at", "start": "2026-12-01"}]


@pytest.mark.parametrize("content", TABLES)
@pytest.mark.parametrize("size", [1, 7, 1 << 16], ids=["by the byte", "by seven", "at once"])
def test_a_table_gives_its_words_however_it_is_cut(content, size):
    assert words(content, size=size) == [{"id": "A", "start": "2026-12-01"}]


def test_a_cell_holds_several_values_with_semicolons_between_them():
    cell = b'id;start;avoid\nA;2026-12-01;"12-24..12-26; 2027-01-01"\n'
    assert words(cell)[0]["avoid"] == ["12-24..12-26", "2027-01-01"]


def test_a_line_break_in_quotes_belongs_to_its_cell():
    found, _ = read(b'id,start\n"A\nB",x\nC,y\n')
    assert [(row.line, row.words["id"]) for row in found] == [(2, "A\nB"), (4, "C")]


def test_the_first_line_beyond_ascii_decides_the_encoding():
    assert read("id,start\nZoë,x\nÅsa,y\n".encode("cp1252")) == (
        [
            rows.Row(line=2, words={"id": "Zoë", "start": "x"}),
            rows.Row(line=3, words={"id": "Åsa", "start": "y"}),
        ],
        ["line 2 is not UTF-8; the file is read as Windows-1252"],
    )


def test_a_utf_8_file_with_one_broken_line_stays_one():
    found, said = read("id,start\nZoë,x\n".encode() + b"\xc5sa,y\nC,z\n")
    assert not said
    assert [row.fault for row in found] == ["", "this is not utf-8 text (byte 1)", ""]


FAULTS = [
    pytest.param(b"A,2026-12-01\n", "the row has 2 cells and the header 3", id="too few cells"),
    pytest.param(b"A,b,c,d\n", "the row has 4 cells and the header 3", id="too many cells"),
    pytest.param(b'A,"b,c\n', "a quote that opens in this row is never closed", id="open quote"),
    pytest.param(b"A," + b"x" * (1 << 20) + b",c\n", "the line is longer than 1 MiB", id="long"),
    pytest.param(b"A,x\ry,c\n", "the row has a CR outside quotes", id="a stray CR"),
    pytest.param(b"A," + b"x" * 200_000 + b",c\n", "this is not CSV: field larger", id="a cell"),
]


@pytest.mark.parametrize(("line", "fault"), FAULTS)
def test_a_broken_line_costs_one_row(line, fault):
    found, _ = read(HEAD + b"1,a,b\n" + line + b"2,c,d\n" * 200)
    assert [row.line for row in found] == list(range(2, 204))
    assert fault in found[1].fault
    assert not any(row.fault for row in found[:1] + found[2:])


HEADERS = [
    pytest.param(b"id,start,evrey\n", 'there\'s no column "evrey". Did you mean every?'),
    pytest.param(b"id,start,id\n", "the column id is there twice"),
    pytest.param(b"id,every\n", "there is no column start"),
    pytest.param(b"id,start,every\r", "its lines end in CR alone, as on an old Mac; save it anew"),
    pytest.param("id,start".encode("utf-16"), "it is UTF-16 text"[3:]),
]


@pytest.mark.parametrize(("header", "fault"), HEADERS)
def test_a_header_that_cannot_be_used_is_refused(header, fault):
    with pytest.raises(PlanFileError, match=fault):
        read(header + b"A,2026-12-01,6x4w\n", name="t.csv")


OBJECTS = [
    pytest.param(b"[1]", "a row is an object", id="a list"),
    pytest.param(b'"x"', "a row is an object", id="a text"),
    pytest.param(b"null", "a row is an object", id="nothing"),
    pytest.param(b'{"id": "A"', "this is not JSON", id="cut short"),
    pytest.param(b'{"id": "A", "id": "B"}', '"id" is given twice', id="a key twice"),
    pytest.param(b'{"at": NaN}', "NaN is no number", id="not a number"),
    pytest.param(b'{"evry": "6x4w"}', "Did you mean every?", id="an unknown word"),
    pytest.param(b"[" * 100_000, "beyond every limit", id="a nest of brackets"),
    pytest.param(b'{"at": ' + b"9" * 10_000 + b"}", "beyond every limit", id="too many digits"),
    pytest.param(b'{"id": "\xff"}', "this is not UTF-8 text", id="no text"),
    pytest.param(b'{"id": "\x00"}', "this is not JSON", id="a NUL"),
    pytest.param(b" " * (1 << 20) + b"{}", "longer than 1 MiB", id="longer than a row may be"),
]


@pytest.mark.parametrize(("line", "fault"), OBJECTS)
def test_a_line_that_is_no_object_costs_one_row(line, fault):
    found, _ = read(b'{"id": 1}\n' + line + b'\n{"id": 2}\n', name="rows.ndjson")
    assert [row.line for row in found] == [1, 2, 3]
    assert fault in found[1].fault
    assert [found[0].words, found[2].words] == [{"id": 1}, {"id": 2}]


@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_break_the_reader(content, headed):
    for name in ("rows", "rows.ndjson"):
        try:
            found, _ = read((HEAD if headed else b"") + content, name=name)
        except PlanFileError:
            continue
        assert [row.line for row in found] == sorted({row.line for row in found})


@given(st.lists(st.binary(max_size=20)), st.integers(1, 9))
def test_lines_are_the_same_however_they_are_cut(parts, size):
    whole = b"\n".join(parts)
    cut = [whole[place : place + size] for place in range(0, len(whole), size)]
    assert list(rows._lines(cut)) == list(rows._lines([whole]))  # noqa: SLF001


DAYS = [
    pytest.param("31.12.2026", "dmy", "2026-12-31", id="dots"),
    pytest.param("1/2/2026", "dmy", "2026-02-01", id="strokes, the day first"),
    pytest.param("1/2/2026", "mdy", "2026-01-02", id="strokes, the month first"),
    pytest.param("24.12.2026..3.1.2027", "dmy", "2026-12-24..2027-01-03", id="a range"),
    pytest.param("31.11.2026", "dmy", "31.11.2026", id="no day stays, to be pointed at"),
    pytest.param("2026-12-01", "dmy", "2026-12-01", id="an ISO date stays"),
    pytest.param("12-24..01-03", "dmy", "12-24..01-03", id="days of every year stay"),
    pytest.param("01.02.2026", "iso", "01.02.2026", id="nothing is guessed"),
]


@pytest.mark.parametrize(("text", "order", "becomes"), DAYS)
def test_days_are_read_in_the_order_that_was_told(text, order, becomes):
    assert rows.dated(text, order) == becomes
