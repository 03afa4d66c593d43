"""Care and courses at the command line: as the issue asks, and as people get it wrong."""

import json
import re
import shlex

import icalendar
import pytest
from rich.cells import cell_len

DHURAT = "new --protocol dhurat-2013 --start 2026-12-01 --at 20:00 --tz Europe/Paris"
WITH_CARE = f"{DHURAT} --care minoxidil,photos"


@pytest.fixture
def sh(run):
    """Run a command line as it would be typed."""
    return lambda line, **given: run(*shlex.split(line), **given)


@pytest.fixture
def kept(sh):
    """Keep a plan in plan.toml, and show it with its care in a format."""

    def _kept(line):
        assert sh(f"{line} -q -o plan.toml").code == 0
        return lambda name, **given: sh(f"show -p plan.toml --care -q -f {name}", **given)

    return _kept


# --- the walk of the issue ------------------------------------------------------------------


def test_a_plan_from_a_course_with_care(sh, tmp_path):
    done = sh(f"{WITH_CARE} -o plan.ics -o plan.toml -f table")
    assert done.code == 0
    assert done.out.startswith(
        "Scalp session\n"
        "12 sessions every week, Tue 1 Dec 2026 to Tue 16 Feb 2027 at 20:00 Europe/Paris,\n"
        "at least 6 days apart. Minoxidil paused on the day and the next (28 h from\n"
        "20:00). With read-out and photos. At a clinic, dermaroller, 1.5mm.\n"
    )
    found = icalendar.Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT")
    titles = [str(event["SUMMARY"]) for event in found]
    kinds = [event["CATEGORIES"].to_ical().decode() for event in found]
    assert kinds.count("Session") == 12
    assert kinds.count("Care") == 16
    assert titles.count("Pause minoxidil") == 12
    assert titles.count("photos") == 3
    (read_out,) = [event for event in found if event["SUMMARY"] == "read-out"]
    assert read_out["DTSTART"].dt.isoformat() == "2027-02-23"


CARE = """\

1–2 Dec 2026  pause minoxidil around session 1 (28 h from 20:00)
Tue 1 Dec     photos, number 1
8–9 Dec       pause minoxidil around session 2 (28 h from 20:00)
15–16 Dec     pause minoxidil around session 3 (28 h from 20:00)
22–23 Dec     pause minoxidil around session 4 (28 h from 20:00)
29–30 Dec     pause minoxidil around session 5 (28 h from 20:00)
Tue 29 Dec    photos, number 2
5–6 Jan 2027  pause minoxidil around session 6 (28 h from 20:00)
12–13 Jan     pause minoxidil around session 7 (28 h from 20:00)
19–20 Jan     pause minoxidil around session 8 (28 h from 20:00)
26–27 Jan     pause minoxidil around session 9 (28 h from 20:00)
Tue 26 Jan    photos, number 3
2–3 Feb       pause minoxidil around session 10 (28 h from 20:00)
9–10 Feb      pause minoxidil around session 11 (28 h from 20:00)
16–17 Feb     pause minoxidil around session 12 (28 h from 20:00)
Tue 23 Feb    read-out
"""


def test_show_lists_the_care_with_the_hours_of_every_pause(kept):
    shown = kept(WITH_CARE)("table").out
    assert CARE in shown


def test_the_table_lists_dates_by_name_unless_all_care_is_asked_for(kept, sh):
    kept(WITH_CARE)
    assert "pause minoxidil" not in sh("show -p plan.toml -f table").out


def test_today_shows_pauses_and_when_they_end(kept, sh):
    kept(WITH_CARE)
    assert (
        "Minoxidil   5 % lotion twice daily; paused until tonight "
        "(28 h after the 20:00 session), resume Thu 10 Dec\n"
    ) in sh("today -p plan.toml --as-of 2026-12-09").out
    assert "Today       photos, number 2\n" in sh("today -p plan.toml --as-of 2026-12-29").out
    assert "paused" not in sh("today -p plan.toml --as-of 2026-12-10").out


def test_moving_session_3_moves_its_care_and_no_uid(kept, sh):
    show = kept(WITH_CARE)
    before = json.loads(show("json").out)["care"]
    assert sh("move 3 +2d -p plan.toml").code == 0
    after = json.loads(show("json").out)["care"]
    assert {item["uid"] for item in before} == {item["uid"] for item in after}
    moved = {i["uid"]: i for i in before}
    (third,) = [i for i in after if (i["kind"], i["session"]) == ("pause", 3)]
    assert (third["start"], third["sequence"]) == ("2026-12-17", 1)
    assert moved[third["uid"]]["start"] == "2026-12-15"


def test_a_calendar_may_go_without_care(kept, sh):
    kept(WITH_CARE)
    bare = sh(f"{DHURAT} --care photos -q -f ics").out
    assert "CATEGORIES:Care" in bare
    assert "CATEGORIES:Care" not in sh("export -p plan.toml --no-care -q").out
    assert sh("export -p plan.toml -q").out.count("CATEGORIES:Care") == 16


def test_a_folder_of_events_loses_the_care_that_is_not_asked_for(kept, sh, tmp_path):
    kept(WITH_CARE)
    assert sh("export -p plan.toml --split vdir").err == "vdir: 28 written, 0 removed\n"
    (tmp_path / "vdir" / "mine.ics").write_text("CATEGORIES:Care", encoding="utf-8")
    shown = sh("export -p plan.toml --no-care --split vdir")
    assert shown.err == "vdir: 0 written, 16 removed\n"
    assert len(list((tmp_path / "vdir").iterdir())) == 12 + 1


def test_a_discreet_calendar_does_not_name_the_paused_product(kept, sh):
    kept(WITH_CARE)
    text = sh("export -p plan.toml --discreet -q").out
    assert "inoxidil" not in text
    assert text.count("SUMMARY:reminder") == 16
    assert "CATEGORIES" not in text
    assert text.count("CLASS:PRIVATE") == 28


# --- flags over the course ------------------------------------------------------------------

DEPARTURES = [
    pytest.param("--every 6x4w", "every 6x4w (record: 12x1w)", id="another pace"),
    pytest.param("--sessions 6", "every 6x1w, sessions 6 (record: 12x1w)", id="fewer sessions"),
    pytest.param("--gap 5d", "gap 5d (record: 12x1w)", id="a shorter gap"),
    pytest.param("--depth 0.5mm", "depth 0.5mm (record: 1.5mm)", id="another depth"),
    pytest.param("--setting home", "setting home (record: clinic)", id="at home"),
]


@pytest.mark.parametrize(("words", "said"), DEPARTURES)
def test_a_departure_from_the_course_is_found(kept, sh, words, said):
    kept(f"{DHURAT} {words}")
    found = sh("check -p plan.toml")
    assert (found.code, found.out) == (6, f"plan  {said}; see microplan protocols dhurat-2013\n")


def test_a_needle_length_that_changed_on_the_way_is_compared(kept, sh):
    kept(DHURAT)
    assert sh("check -p plan.toml").code == 0
    assert sh("revise --depth 0.5mm -p plan.toml").code == 0
    assert "depth 0.5mm (record: 1.5mm)" in sh("check -p plan.toml").out


def test_a_shorter_and_a_missing_pause_are_found(kept, sh, tmp_path):
    kept(f"{DHURAT} --pause Minoxidil=-0d+0d")
    found = sh("check -p plan.toml")
    said = "plan  pause Minoxidil=-0d+0d (record: minoxidil=-0d+1d)\n"
    assert (found.code, found.out) == (6, said)
    path = tmp_path / "plan.toml"
    path.write_text(path.read_text().replace('pause = "Minoxidil"', 'pause = "serum"'))
    said = "plan  minoxidil is not paused (record: minoxidil=-0d+1d)\n"
    assert sh("check -p plan.toml").out == said
    rows = json.loads(sh("check -p plan.toml -f json").out)["findings"]
    assert [(row["code"], row["session"]) for row in rows] == [("no-pause", 0)]


def test_a_plan_that_follows_its_course_has_no_findings(kept, sh):
    kept(WITH_CARE)
    assert (sh("check -p plan.toml").code, sh("check -p plan.toml").out) == (
        0,
        "nothing to fix\n",
    )


def test_a_given_pause_replaces_the_one_from_a_course_or_care_set(kept):
    care = json.loads(kept(f"{WITH_CARE} --pause Minoxidil=-0d+2d")("json").out)["care"]
    assert {item["name"] for item in care if item["kind"] == "pause"} == {"Minoxidil"}
    assert {item["hours"] for item in care if item["kind"] == "pause"} == {52}


# --- care that changes on the way -----------------------------------------------------------

RUNNING = (
    "new --start 2026-12-01 --every 4x4w --at 18:00 --tz Europe/Paris --pause minoxidil=-0d+1d "
    '--cue "wash gently=+1d" --checkpoint "photos=every 4w"'
)
AFTER = {
    '--pause "Minoxidil=-0d+2d"': "From session 2 on: pause minoxidil=-0d+2d (was -0d+1d). ",
    "--cue mask=0d@19:30": "From session 2 on: cue mask=0d@19:30. ",
    '--cue "wash gently=none"': "From session 2 on: cue wash gently ends. ",
    "--checkpoint none": "From session 2 on: checkpoint photos ends.\n",
    "--care none": "From session 2 on: pause minoxidil ends; cue wash gently ends; checkpoint "
    "photos ends. ",
    "--care none --pause minoxidil=-0d+3d": "From session 2 on: pause minoxidil=-0d+3d (was -0d+1d); "
    "cue wash gently ends; checkpoint photos ends. ",
    "--care none,hygiene": "From session 2 on: pause minoxidil ends; cue wash gently ends; checkpoint "
    "photos ends; cue clean device, new cartridge=0d. ",
    "--care hygiene,photos": "From session 2 on: cue clean device, new cartridge=0d. ",
    "--supply roller=4 --stock roller=8": "From session 2 on: supply roller=4. "
    "In stock before session 2: roller=8.\n",
    "--cue mask=0d --supply roller=4 --stock roller=8": "From session 2 on: cue mask=0d; supply "
    "roller=4. Earlier sessions keep theirs. In stock before session 2: roller=8.\n",
    "--checkpoint review=12w": "From session 2 on: checkpoint review=12w.\n",
    "--every 3w --cue none --cue mask=0d": "From session 2: every 3 weeks, counted from session 1 "
    "(done Tue 1 Dec), cue wash gently ends, cue mask=0d, ",
}


@pytest.mark.parametrize(("flags", "said"), AFTER.items(), ids=AFTER)
def test_care_of_a_running_plan_is_revised(kept, sh, flags, said):
    show = kept(RUNNING)
    assert sh("done 1 --on 2026-12-01 -p plan.toml --as-of 2026-12-02").code == 0
    before = show("json").out
    done = sh(f"revise {flags} -p plan.toml --as-of 2026-12-02")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(said)
    again = sh(f"revise {flags} -p plan.toml --dry-run")
    assert (again.code, "Your plan already says that" in again.out) == (0, True)
    assert sh("undo -p plan.toml").code == 0
    after = show("json").out
    assert dates_and_names(after) == dates_and_names(before)


def dates_and_names(document):
    return [(item["kind"], item["name"], item["start"]) for item in json.loads(document)["care"]]


def test_the_calendar_and_the_log_follow_other_care(kept, sh):
    kept(RUNNING)
    sh("done 1 --on 2026-12-01 -p plan.toml --as-of 2026-12-02")
    asked = "revise --pause minoxidil=-0d+2d --cue none -p plan.toml"
    assert json.loads(sh(f"{asked} -f json --dry-run").out)["care"] == [
        {"from": "pause minoxidil=-0d+1d", "to": "pause minoxidil=-0d+2d"},
        {"from": "cue wash gently=+1d", "to": None},
    ]
    assert sh(asked).code == 0
    assert (
        sh("log -p plan.toml")
        .out.splitlines()[-1]
        .endswith("revise --cue 'wash gently=none' --pause minoxidil=-0d+2d")
    )
    found = icalendar.Calendar.from_ical(sh("export -p plan.toml").out).walk("VEVENT")
    said = {(str(e["SUMMARY"]), e["DTSTART"].dt.isoformat()): e for e in found}
    longer = said["Pause minoxidil", "2026-12-29"]
    assert (longer["SEQUENCE"], longer["DTEND"].dt.isoformat()) == (1, "2027-01-01")
    assert said["Pause minoxidil", "2026-12-01"]["SEQUENCE"] == 0
    assert said["wash gently", "2026-12-02"].get("STATUS") != "CANCELLED"
    assert said["Cancelled: wash gently", "2026-12-30"]["STATUS"] == "CANCELLED"


def test_a_terminal_shows_what_to_ask_before_a_pause(kept, terminal):
    kept(RUNNING)
    shown = terminal("revise", "--care", "minoxidil,hygiene", "-p", "plan.toml", "--dry-run")
    assert "From session 1 on: cue clean device, new cartridge=0d." in shown.screen
    assert "microplan protocols minoxidil" in shown.screen


# --- what is refused ------------------------------------------------------------------------

REFUSED = [
    pytest.param(
        "revise --pause none -p missing.toml",
        3,
        "microplan: missing.toml can't be read: no such file or directory\n",
        id="a plan that is not there",
    ),
    pytest.param(
        "new --start 2026-12-01 --every 2x1w --care nonsense",
        2,
        "microplan: there's no care set 'nonsense'. Write minoxidil, aftercare, serums, retinoids, hygiene, "
        "photos or reviews.\n",
        id="a set that is not there",
    ),
    pytest.param(
        "new --start 2026-12-01 --every 2x1w --cue mask=0d --cue Mask=1d",
        2,
        'microplan: the cue "mask" is given twice; rename one of them\n',
        id="the same cue twice",
    ),
    pytest.param(
        "new --start 2026-12-01 --every 2x1w --pause minoxidil=24h",
        2,
        'microplan: can\'t read pause "minoxidil=24h": a pause in hours ends after the session. Write -0d+24h.\n'
        "  minoxidil=24h\n"
        "            ^^^\n",
        id="a pause in hours",
    ),
    pytest.param(
        "new --protocol dhurat-2031 --start 2026-12-01",
        3,
        "microplan: there's no course 'dhurat-2031'. Did you mean dhurat-2013?\n",
        id="a course that is not there",
    ),
    pytest.param(
        "protocols zzz",
        3,
        "microplan: there's no course 'zzz'. `microplan protocols` lists them; a file of your own ends in .toml\n",
        id="a course that is like none",
    ),
    pytest.param(
        "new --protocol kumar-2018:daily --start 2026-12-01",
        2,
        "microplan: kumar-2018 has no variant 'daily'. It has weekly or stepped.\n",
        id="a variant that is not there",
    ),
    pytest.param(
        "protocols dhurat-2013:weekly",
        2,
        "microplan: dhurat-2013 has no variant 'weekly'. Leave the variant out.\n",
        id="a variant where there is none",
    ),
    pytest.param(
        "new --protocol dhurat-2013 --start 2026-12-01 --sessions many",
        2,
        'microplan: can\'t read sessions "many": a number is missing. Write a number of sessions '
        "like 6.\n  many\n  ^\n",
        id="a number in words beside a course",
    ),
    pytest.param(
        "new --protocol nowhere.toml --start 2026-12-01",
        3,
        "microplan: nowhere.toml can't be read: no such file or directory\n",
        id="a file that is not there",
    ),
    pytest.param(
        "protocols -f table",
        2,
        'microplan: there\'s no format "table" here. Write text or json.\n',
        id="a format of another page",
    ),
]


@pytest.mark.parametrize(("line", "code", "said"), REFUSED)
def test_an_impossible_request_prints_one_sentence(sh, line, code, said):
    done = sh(line)
    assert (done.code, done.out, done.err) == (code, "", said)


FAULTY = """\
course = 1
colour = "red"
[pace]
value = "biweekly"
mark = "V1"
sources = ["us"]
[depth]
value = "1.5mm"
mark = "V1"
[pause]
value = "none"
mark = "I"
sources = ["us"]
care = "minoxidil"
[device]
value = "roller"
mark = "R"
sources = ["S999"]
"""


def test_a_course_file_with_faults_is_one_report(sh, tmp_path):
    (tmp_path / "our.toml").write_text(FAULTY)
    for line in ("protocols our.toml", "new --protocol our.toml --start 2026-12-01"):
        done = sh(line)
        assert (done.code, done.out) == (3, "")
        first, *findings = done.err.splitlines()
        assert first == "microplan: our.toml: it has 6 faults"
        assert sorted(finding.strip().partition(" ")[0] for finding in findings) == [
            "colour:",
            "depth.sources:",
            "device.mark:",
            "device.sources:",
            "pace.value",
            "pause.care",
        ]


OWN = """\
course = 1
[pace]
value = "4x3w"
mark = "I"
sources = ["our own practice"]
[[variant]]
name = "fast"
[variant.pace]
value = "8x1w"
mark = "I"
sources = ["our own practice"]
"""


@pytest.mark.parametrize(("name", "every"), [("our.toml", "4x3w"), ("our.toml:fast", "8x1w")])
def test_a_plan_from_a_variant_in_a_personal_course_file(sh, tmp_path, name, every):
    (tmp_path / "our.toml").write_text(OWN)
    done = sh(f"new --protocol {name} --start 2026-12-01 -q -f json")
    document = json.loads(done.out)
    remembered = name.replace(".toml", "")
    assert (document["protocol"], document["rules"]["every"]) == (remembered, every)


# --- lists for other programs ---------------------------------------------------------------

ODD = (
    "new --start 2026-12-01 --every 1x1w --at 20:00 --tz UTC --pause '=1+1=0d' --pause '+x=0d' "
    "--pause '@a=0d' --pause '-b=0d' --cue 'say \"hi\", then rest=0d@19:30' --checkpoint 'end=last+1d'"
)


def test_csv_runs_no_formula_and_quotes_what_it_must(kept):
    rows = kept(ODD)("csv").out.split("\r\n")
    assert rows[0] == "kind,name,session,number,start,end,hours,uid,sequence,id,title"
    cells = [row.partition(",2026")[0] for row in rows[1:-1]]
    assert cells == [
        "pause,'+x,1,",
        "pause,'-b,1,",
        "pause,'=1+1,1,",
        "pause,'@a,1,",
        'cue,"say ""hi"", then rest",1,',
        "checkpoint,end,,1",
    ]
    assert ",2026-12-01T19:30:00+00:00,2026-12-01T19:45:00+00:00,," in rows[5]


@pytest.mark.parametrize("sign", "＝＋－＠")
@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_wide_sign_begins_a_formula(kept, form, sign):
    argv = f"new --start 2026-12-01 --every 1x1w --tz UTC --cue '{sign}1+1=0d@19:30'"
    assert f"cue{',' if form == 'csv' else chr(9)}'{sign}1+1" in kept(argv)(form).out


def test_tsv_has_a_line_for_each_piece_of_care(kept):
    rows = kept(ODD)("tsv").out.splitlines()
    assert len(rows) == 7
    assert {row.count("\t") for row in rows} == {10}
    assert rows[1].split("\t")[:7] == ["pause", "'+x", "1", "", "2026-12-01", "2026-12-02", "4"]


def test_json_has_the_care_whether_asked_or_not(kept, sh):
    asked = json.loads(kept(ODD)("json").out)
    assert asked == json.loads(sh("show -p plan.toml -q -f json").out)
    first = asked["care"][0]
    assert list(first) == [
        *("kind", "name", "session", "number", "start", "end", "hours", "uid", "sequence")
    ]
    assert (first["kind"], first["name"], first["session"], first["number"]) == (
        *("pause", "+x", 1),
        None,
    )
    assert [item["name"] for item in asked["care"]][-1] == "end"


def test_ndjson_has_a_line_for_each_piece_of_care_with_its_plan(kept):
    rows = [json.loads(line) for line in kept(ODD)("ndjson").out.splitlines()]
    assert [row["kind"] for row in rows] == ["pause"] * 4 + ["cue", "checkpoint"]
    assert {(row["title"], row["tz"]) for row in rows} == {("Scalp session", "UTC")}


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("line", [WITH_CARE, ODD, f"{DHURAT} --care aftercare,retinoids,reviews"])
def test_no_line_of_a_table_with_care_is_wider_than_the_screen(kept, monkeypatch, line, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = kept(line)("table").out.splitlines()
    assert max(map(cell_len, lines)) <= columns


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_no_line_of_the_list_of_courses_is_wider_than_the_screen(sh, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(cell_len, sh("protocols").out.splitlines())) <= columns


def test_a_table_with_care_can_be_drawn_in_ascii(kept, process):
    kept("new --start 2026-12-01 --every 3x1w --pause 'crème 🧴=-0d+1d'")
    shown = process(
        "show", "-p", "plan.toml", "--care", "-f", "table", env={"PYTHONIOENCODING": "ascii"}
    )
    assert shown.code == 0
    assert shown.out.isascii()
    assert "\n1-2 Dec 2026  pause cr\\xe8me \\U0001f9f4 around session 1\n" in shown.out


# --- the courses ----------------------------------------------------------------------------


def test_the_list_says_what_there_is_to_choose_by(sh, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = sh("protocols").out.splitlines()
    assert lines[0].split() == ["Name", "For", "Setting", "Depth", "Pace", "Known"]
    (row,) = [line.split() for line in lines if "dhurat-2013" in line]
    assert row == ["dhurat-2013", "aga-men", "clinic", "1.5mm", "12x1w", "V2"]
    (home,) = [line.split() for line in lines if "homeuse-kr-2020" in line]
    assert home == ["homeuse-kr-2020", "aga", "home", "–", "twice", "a", "week", "I"]
    told = " ".join(lines)
    assert "A record of what one trial did, not a recommendation" in told
    assert "Sorted by name, never by result." in told


def test_a_course_is_shown_with_marks_sources_and_unstated_fields(sh, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = sh("protocols dhurat-2013 --sources").out
    assert "depth        1.5mm [V2: S2]\n" in told
    assert "not stated in the source we hold: procedure\n" in told
    assert "other courses at this depth: dhurat-2015 (4x1w,11x2w); jha-2018 (3x3w);" in told
    assert "kumar-2018:weekly (12x1w); kumar-2018:stepped (4x1w,4x2w)" in " ".join(told.split())
    assert "S1   pmc.ncbi.nlm.nih.gov/articles/PMC3746236 (Dhurat 2013, first page)\n" in told
    assert re.search(r"^V1 .*\n     .*\nV2 .*\nI ", told, re.MULTILINE)


def test_courses_can_be_printed_as_json(sh):
    everything = json.loads(sh("protocols -f json").out)["protocols"]
    assert [course["id"] for course in everything] == sorted(c["id"] for c in everything)
    (one,) = json.loads(sh("protocols dhurat-2013 -f json").out)["protocols"]
    assert one in everything
    assert one["facts"]["depth"] == {"value": "1.5mm", "mark": "V2", "sources": ["S2"]}
    assert one["not_stated"] == ["procedure"]


def test_a_care_set_is_shown_with_its_flags_and_addresses(sh, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert sh("protocols minoxidil --sources").out == (
        "care minoxidil\n"
        '  --pause "minoxidil=-0d+1d"\n'
        "trial texts leave it out on the needling day, one also on the next; other pages\n"
        "say from no wait to 48 h; its label says not to use it on a red, inflamed or\n"
        "irritated scalp [V2: S5, S10, S36, S73, S74, S138]\n"
        "\n"
        "V2   second hand: a text about a study, or a page that gives advice\n"
        "S5\n"
        "     dermarollerathome.com/2019/02/22/breaking-down-the-research-microneedling-and-androgenic-alopecia/\n"
        "     (blog on Dhurat 2013 and 2015 and Shah 2017)\n"
        "S10\n"
        "     redlib.mooo.com/r/HairlossResearch/search?after=t3_121psiu&q=flair_name%3A%22Microneedling%22&restrict_sr=on\n"
        "     (quoted Methods of the Follica pilot in women)\n"
        "S36  NCT02154503 (registry)\n"
        "S73  ca.feau.com/question/when-to-apply-minoxidil-after-microneedling (questions\n"
        "     and answers)\n"
        "S74  no openable address found (questions and answers of a clinic)\n"
        "S138 drugs.com/otc/1284305/5-minoxidil-topical-solution.html; openFDA set_id\n"
        "     15d7cdd7-6d37-477c-bce7-a459ea960a53 (2 %) (labels of minoxidil, 5 % for\n"
        "     men and 2 %)\n"
    )
    (data,) = json.loads(sh("protocols minoxidil -f json").out)["care"]
    assert data["care"] == [{"kind": "pause", "care": "minoxidil=-0d+1d"}]


# --- what is told beside a plan -------------------------------------------------------------


def unwrapped(text):
    return " ".join(text.split())


def test_notices_of_pause_set_course_and_departure_at_a_terminal(terminal):
    done = terminal(*shlex.split(f"{WITH_CARE} --every 6x4w"), stdout="pipe")
    told = unwrapped(done.screen)
    assert done.code == 0
    for words in (
        "This reminds you of your own decision.",
        "photos: every 4 weeks is our suggestion; no medical society's schedule was found",
        "Sources: microplan protocols minoxidil --sources",
        "A record of what one trial did, not a recommendation.",
        "started from dhurat-2013, but yours differs: every 6x4w (record: 12x1w)",
    ):
        assert words in told


def test_quiet_silences_the_notices(terminal):
    done = terminal(*shlex.split(f"{WITH_CARE} --every 6x4w -q"), stdout="pipe")
    assert (done.code, done.screen) == (0, "")


def test_a_plan_without_care_or_course_gets_no_notice_of_either(terminal):
    done = terminal(*shlex.split("new --start 2026-12-01 --every 2x1w"), stdout="pipe")
    told = unwrapped(done.screen)
    assert "This reminds you" not in told
    assert "A record of what" not in told


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        pytest.param("--home", {"homeuse-kr-2020"}, id="held at home"),
        pytest.param("--for aa", {"aa"}, id="for alopecia areata"),
        pytest.param("--for aga-women", {"aga", "aga-women"}, id="for women, or for both"),
        pytest.param("--depth 0.5mm --for aga", {"ro-2016:0.5mm", "li-2026:mild"}, id="a depth"),
        pytest.param("--depth 2 --for aa", {"aboeldahab-aa"}, id="a depth at the end of a range"),
    ],
)
def test_the_list_can_be_filtered(sh, flags, names):
    rows = [line.split() for line in sh(f"protocols {flags}").out.split("\n\n")[0].splitlines()[2:]]
    column = 1 if "--depth" not in flags and "--for" in flags else 0
    shown = {row[column] for row in rows}
    assert names <= shown
    assert column == 0 or names == shown
    documents = json.loads(sh(f"protocols {flags} -f json").out)["protocols"]
    assert {course["id"] for course in documents} == {row[0].partition(":")[0] for row in rows}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("--for men", "can't read --for 'men'. Did you mean aga-men?"),
        ("--depth deep", "can't read --depth 'deep'. Write it like 0.5mm"),
    ],
)
def test_a_filter_that_cannot_be_read_says_what_to_write(sh, flags, said):
    shown = sh(f"protocols {flags}")
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_a_course_names_its_sources_only_when_asked(sh):
    assert "[V2]" in sh("protocols dhurat-2013").out
    assert "[V2: S2]" in sh("protocols dhurat-2013 --sources").out
