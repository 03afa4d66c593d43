"""Make the two workbooks of clinic-week.sh with LibreOffice Calc: a clinic's table, and a week later.

    python clinic-workbooks.py

The first has 200 patients, twenty a day over ten working days. In the second, five of them come at
another hour and ten are new; one of these is booked on an hour that is taken.
"""

import subprocess
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
FIRST, SLOTS = date(2026, 12, 1), 20
MORNING, EVENING = 8, 18
WEEKEND = (5, 6)
NAMES = ("Anna", "Ben", "Chloë", "Dāvis", "Elif", "Farid", "Gül", "Hana", "Iván", "Jörg")
TYPED = "Text - txt - csv (StarCalc):59,34,76,1,,1033,false,true,false"


def row(number: int, day: date, slot: int) -> list[str]:
    """Write the row of a patient who comes in a half hour of the day, from eight on."""
    name = f"{NAMES[number % 10]} {chr(65 + number // 10)}."
    return [f"P-{number + 1:03}", name, day.isoformat(), "6x4w", hour(slot)]


def hour(slot: int, opens: int = MORNING) -> str:
    """Write the hour of a half hour of the day."""
    return f"{opens + slot // 2:02}:{slot % 2 * 30:02}"


def first() -> list[list[str]]:
    """Book the first session of 200 patients."""
    days = [FIRST + timedelta(days=offset) for offset in range(14)]
    working = [day for day in days if day.weekday() not in WEEKEND]
    return [row(number, working[number // SLOTS], number % SLOTS) for number in range(200)]


def later() -> list[list[str]]:
    """Change the hours of five patients, and add ten."""
    rows = first()
    changed = [[*words[:4], hour(number, EVENING)] for number, words in enumerate(rows[:5])]
    new = [row(200 + number, date(2026, 12, 15), number) for number in range(9)]
    return [*changed, *rows[5:], *new, row(209, date(2026, 12, 9), 3)]


def save(name: str, title: str, rows: list[list[str]]) -> None:
    """Type a table into a spreadsheet and save it as a workbook."""
    text = HERE / f"{name}.txt"
    header = ["id", "Name", "start", "every", "at"]
    lines = [[title, "", "", "", ""], header, *rows]
    text.write_text("".join(f"{';'.join(line)}\n" for line in lines), encoding="utf-8")
    command = ["soffice", "--headless", f"--infilter={TYPED}", "--convert-to", "xlsx", str(text)]
    subprocess.run([*command, "--outdir", str(HERE)], check=True, stdout=subprocess.DEVNULL)
    text.unlink()


save("clinic-week", "Patients, week 49", first())
save("clinic-week-later", "Patients, week 50", later())
