"""Reading rows from bytes: files of spreadsheets and programs, and invalid ones."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.batch import cells, rows
from microplan.batch.columns import Columns
from microplan.batch.table import Row
from microplan.errors import PlanFileError

COLUMNS = Columns(names=("id", "title", "start", "every", "avoid", "at", "tz"), many=("avoid",))
HEAD = b"id,start,every\n"


def read(content: bytes, name="rows", size=1 << 16):
    said: list[str] = []
    stream = io.BytesIO(content)
    source = rows.Source(columns=COLUMNS, name=name, say=said.append)
    found = list(rows.read(iter(lambda: stream.read(size), b""), source))
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
    pytest.param("id,start\nA,2026-12-01\n".encode("utf-16"), id="UTF-16, as Unicode text"),
    pytest.param(b"Patients\n\nas of today;\nid;start\nA;2026-12-01\n", id="titles above"),
    pytest.param(b"sep=;\n\n;;\nid;start\nA;2026-12-01\n", id="a title below the separator"),
    pytest.param(b'{"id": "A", "start": "2026-12-01"}\n', id="an object a line"),
    pytest.param(b'{"ID": "A", " Start ": "2026-12-01"}\n', id="members in any case"),
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


def test_a_cell_can_have_several_values_separated_by_semicolons():
    cell = b'id;start;avoid\nA;2026-12-01;"12-24..12-26; 2027-01-01"\n'
    assert words(cell)[0]["avoid"] == ["12-24..12-26", "2027-01-01"]


def test_a_line_break_in_quotes_belongs_to_its_cell():
    found, _ = read(b'id,start\n"A\nB",x\nC,y\n')
    assert [(row.line, row.words["id"]) for row in found] == [(2, "A\nB"), (4, "C")]


def test_the_first_line_beyond_ascii_decides_the_encoding():
    assert read("id,start\nZoë,x\nÅsa,y\n".encode("cp1252")) == (
        [
            Row(line=2, words={"id": "Zoë", "start": "x"}),
            Row(line=3, words={"id": "Åsa", "start": "y"}),
        ],
        [
            "line 2 isn't UTF-8; as Windows-1252 it reads \"Zoë\". If that's wrong, add --encoding NAME"
        ],
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
    pytest.param(b"A,x\ry,c\n", "the row has a carriage return outside quotes", id="a stray CR"),
    pytest.param(b"A," + b"x" * 200_000 + b",c\n", "this isn't CSV: field larger", id="a cell"),
]


@pytest.mark.parametrize(("line", "fault"), FAULTS)
def test_a_broken_line_fails_only_its_row(line, fault):
    found, _ = read(HEAD + b"1,a,b\n" + line + b"2,c,d\n" * 200)
    assert [row.line for row in found] == list(range(2, 204))
    assert fault in found[1].fault
    assert not any(row.fault for row in found[:1] + found[2:])


HEADERS = [
    pytest.param(b"id,start,evrey\n", 'there\'s no column "evrey". Did you mean every?'),
    pytest.param(b"id,start,id\n", "the column id appears twice"),
    pytest.param(b"id,every\n", "there is no column start"),
    pytest.param(b"id,start,every\r", "its lines end with CR only, as on old Macs. Save it again"),
    pytest.param(
        b"name,begin,phone,start,evrey\n",
        'there are no columns "name", "begin", "phone" and "evrey". Did you mean title and every? '
        'Add --map name=title --map evrey=every. Add --ignore-unknown to leave out "begin" and "phone"',
    ),
    pytest.param(b"first day;every\n", "Did you mean start? Add --map 'first day=start'"),
]


@pytest.mark.parametrize(("header", "fault"), HEADERS)
def test_a_header_that_cannot_be_used_is_refused(header, fault):
    with pytest.raises(PlanFileError, match=re.escape(fault)):
        read(header + b"A,2026-12-01,6x4w\n", name="t.csv")


OBJECTS = [
    pytest.param(b"[1]", "a row is an object", id="a list"),
    pytest.param(b'"x"', "a row is an object", id="a text"),
    pytest.param(b"null", "a row is an object", id="nothing"),
    pytest.param(b'{"id": "A"', "this isn't JSON", id="cut short"),
    pytest.param(b'{"id": "A", "id": "B"}', '"id" is given twice', id="a key twice"),
    pytest.param(b'{"at": NaN}', "NaN isn't a number", id="not a number"),
    pytest.param(b'{"evry": "6x4w"}', "Did you mean every?", id="an unknown word"),
    pytest.param(b"[" * 100_000, "nested too deep", id="a nest of brackets"),
    pytest.param(b'{"at": ' + b"9" * 10_000 + b"}", "a number is too large", id="too many digits"),
    pytest.param(b'{"id": "\xff"}', "this isn't UTF-8 text", id="no text"),
    pytest.param(b'{"id": "\x00"}', "this isn't JSON", id="a NUL"),
    pytest.param(b" " * (1 << 20) + b"{}", "longer than 1 MiB", id="longer than a row may be"),
]


@pytest.mark.parametrize(("line", "fault"), OBJECTS)
def test_a_line_that_is_not_an_object_fails_only_its_row(line, fault):
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


def test_an_object_separates_several_values_like_a_cell():
    (row,) = words(b'{"start": "x", "avoid": "12-24; 12-31"}\n')
    assert row["avoid"] == ["12-24", "12-31"]


def test_a_shard_numbers_its_lines_from_its_first_line():
    source = rows.Source(columns=COLUMNS, name="-", say=print, first_line=100)
    assert [row.line for row in rows.read([b'{"id": 1}\n{"id": 2}\n'], source)] == [100, 101]


ENCODINGS = [
    pytest.param("cp1250", "Čapek", id="one byte a character"),
    pytest.param("utf-16-le", "Zoë", id="two bytes, and no mark"),
    pytest.param("shift_jis", "能", id="two bytes, of which one may be any"),
]


@pytest.mark.parametrize(("encoding", "name"), ENCODINGS)
def test_an_encoding_that_is_named_is_used(encoding, name):
    source = rows.Source(columns=COLUMNS, name="t.csv", say=print, encoding=encoding)
    (row,) = rows.read([f"id,start\n{name},x\n".encode(encoding)], source)
    assert row.words["id"] == name


def test_text_that_is_not_in_the_encoding_of_its_mark_is_refused():
    with pytest.raises(PlanFileError, match="is not utf-16 text"):
        read(b"\xff\xfei\x00d\x00\x00\xd8a", name="t.csv")


MAPPED = Columns(names=("id", "title", "start"), many=(), renamed={"name": "title"}, ignores=True)


def test_columns_of_a_tables_own_are_taken_for_words_and_others_left_out():
    source = rows.Source(columns=MAPPED, name="t.csv", say=print)
    (row,) = rows.read([b"Name,start,phone\nAnna,2026-12-01,0123\n"], source)
    assert row.words == {"title": "Anna", "start": "2026-12-01"}
    source = rows.Source(columns=MAPPED, name="t.ndjson", say=print)
    (row,) = rows.read([b'{"NAME": "Anna", "phone": 1}'], source)
    assert row.words == {"title": "Anna"}
    source = rows.Source(columns=MAPPED, name="t.csv", say=print)
    with pytest.raises(PlanFileError, match='no column "name", which --map names'):
        list(rows.read([b"start,phone\n2026-12-01,0123\n"], source))


# --- workbooks ------------------------------------------------------------------------------

WORKBOOKS = Path(__file__).parent / "workbooks"
SAVED = sorted(path.name for path in WORKBOOKS.glob("patients.*") if path.suffix != ".txt")
FLAGS = ("-q", "--map", "name=title", "--dates", "iso")


@pytest.mark.parametrize("name", SAVED)
def test_files_saved_by_libreoffice_give_the_same_plans_in_every_format(run, name):
    done = run("batch", WORKBOOKS / name, *FLAGS)
    assert (done.code, done.err) == (0, "")
    first, second, third = map(json.loads, done.out.splitlines())
    assert (first["id"], first["title"]) == ("1001", "Zoë Müller")
    assert first["rules"] == {
        "start": "2026-12-01",
        "every": "4w",
        "sessions": "6",
        "at": "18:00",
        "duration": "45m",
        "tz": "Europe/Paris",
        "discreet": True,
    }
    assert (second["title"], second["rules"]["at"]) == ("Ana Šimek", "18:30")
    assert third["rules"]["at"] == "08:15"


def test_all_formats_of_the_fixtures_are_there():
    assert [f"patients.{suffix}" for suffix in ("csv", "ods", "tsv", "xls", "xlsx")] == SAVED


BROKEN = [
    pytest.param(b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "isn't a workbook", id="cut"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "isn't a workbook", id="xls"),
    pytest.param(b"id,start\nA,x\n", "isn't a workbook", id="a text with its name"),
]


@pytest.mark.parametrize(("content", "fault"), BROKEN)
def test_an_unreadable_workbook_is_named_as_one(content, fault):
    with pytest.raises(PlanFileError, match=fault):
        read(content, name="t.xlsx")


def test_a_cell_far_out_ends_no_batch_but_with_a_sentence(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = tmp_path / "far.xlsx"
    with (
        zipfile.ZipFile(WORKBOOKS / "patients.xlsx") as whole,
        zipfile.ZipFile(path, "w") as book,
    ):
        for part in whole.namelist():
            book.writestr(part, whole.read(part).replace(b"</sheetData>", far))
    with pytest.raises(PlanFileError, match="a cell far from the others may be the cause"):
        read(path.read_bytes(), name="far.xlsx")


def test_a_sheet_is_found_by_name_or_number_and_a_slip_is_answered(run):
    book = WORKBOOKS / "patients.xlsx"
    for sheet in ("patients", "PATIENTS", "1"):
        assert run("batch", book, *FLAGS, "--sheet", sheet).code == 0
    done = run("batch", book, *FLAGS, "--sheet", "patient")
    assert (done.code, "Did you mean patients?" in done.err) == (2, True)


# --- cells ----------------------------------------------------------------------------------

CELLS = [
    pytest.param("start", "2026-12-01 00:00:00", "iso", "2026-12-01", id="a day at midnight"),
    pytest.param("start", "2026-12-01T00:00:00", "iso", "2026-12-01", id="as JSON has it"),
    pytest.param("start", "2026-12-01 00:00:00+00:00", "iso", "2026-12-01", id="with a zone"),
    pytest.param("start", "01.12.2026 00:00", "dmy", "2026-12-01", id="day first, at midnight"),
    pytest.param("start", "1.12.26", "dmy", "2026-12-01", id="two figures of a year"),
    pytest.param("start", "12/1/26", "mdy", "2026-12-01", id="the month first"),
    pytest.param("start", "1-Dec-2026", "iso", "2026-12-01", id="a month by its name"),
    pytest.param("start", "2026-12-01 18:00:00", "iso", None, id="an hour is not thrown away"),
    pytest.param("start", "1.12.26", "iso", None, id="two figures, and no order"),
    pytest.param("start", "1 Dec", "iso", None, id="no year"),
    pytest.param("start", "46357", "iso", None, id="a number of days outside a workbook"),
    pytest.param("avoid", "24.12.26..03.01.27", "dmy", "2026-12-24..2027-01-03", id="a range"),
    pytest.param("at", "18:00:00", "iso", None, id="seconds, which the grammar reads"),
    pytest.param("at", "1899-12-30 18:00:00", "iso", "18:00", id="a day that is none"),
    pytest.param("at", "6:00 PM", "iso", "18:00", id="halves of a day"),
    pytest.param("at", "06:00:00 PM", "iso", "18:00", id="halves of a day, and seconds"),
    pytest.param("at", "18.00", "iso", "18:00", id="a dot"),
    pytest.param("at", "18.0", "iso", "18:00", id="a number of hours"),
    pytest.param("at", "0.75", "iso", "18:00", id="a part of a day"),
    pytest.param("at", "0,75", "iso", "18:00", id="a part of a day, with a comma"),
    pytest.param("at", "0.25", "iso", None, id="six, or a quarter past midnight"),
    pytest.param("duration", "0:45:00", "iso", "45m", id="a length as an hour"),
    pytest.param("duration", "12:45:00 AM", "iso", "45m", id="a length as an hour of the night"),
    pytest.param("duration", "01:30", "iso", "1h30m", id="more than an hour"),
    pytest.param("duration", "45", "iso", None, id="a length without a unit"),
    pytest.param("sessions", "6.0", "iso", "6", id="a whole number"),
    pytest.param("sessions", "6.5", "iso", None, id="no whole number"),
    pytest.param("discreet", "WAHR", "iso", "yes", id="German"),
    pytest.param("discreet", "FAUX", "iso", "no", id="French"),
    pytest.param("discreet", "x", "iso", "yes", id="a cross"),
    pytest.param("discreet", "1.0", "iso", "1", id="a number for yes"),
    pytest.param("discreet", "perhaps", "iso", None, id="neither"),
]


@pytest.mark.parametrize(("word", "text", "order", "becomes"), CELLS)
def test_cells_are_read_as_spreadsheets_write_them(word, text, order, becomes):
    assert cells.corrected({word: text}, order) == {word: text if becomes is None else becomes}


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
def test_days_are_read_in_the_given_order(text, order, becomes):
    assert cells.dated(text, order) == becomes
