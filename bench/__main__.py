"""``python -m bench``: measure, print one table, and exit with 1 if a promise is missed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import processes
from bench.figures import FIGURES, Family, Figure, Result, Samples, result

ROOT = Path(__file__).parents[1]
FEWEST = 7
HEAD = ("figure", "what", "promise", "aim", "measured", "min–max", "ours", "against", "verdict")


def main(argv: Sequence[str]) -> int:
    """Measure the chosen figures; return 1 if a promise is missed."""
    options = _options(argv)
    asked = [figure for figure in FIGURES if _is_asked(figure, options.only)]
    if not asked:
        raise SystemExit(f"bench: no figure begins with {', '.join(options.only)}; see --help")
    figures = [figure for figure in asked if all(map(processes.is_installed, figure.sides))]
    absent = [
        f"{figure.name} is left out: not installed" for figure in asked if figure not in figures
    ]
    site = Path(sysconfig.get_path("purelib"))
    if not options.anyway:
        _refuse(processes.run_at_start(site))
    notes = processes.spoilers([ROOT / "src", processes.REF, site])
    load = os.getloadavg()[0]
    clock = processes.processor_time if options.processor else perf_counter
    samples, faults = _measure(figures, options.rounds, clock)
    results = [(figure, result(figure, samples)) for figure in figures]
    machine = _machine(samples, load, options.rounds)
    lines = [*absent, *notes, *faults]
    print(_json(machine, lines, results) if options.json else _text(machine, lines, results))
    return int(any(found is None or found.verdict == "missed" for _, found in results))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, epilog=_names(), allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="print the same as JSON")
    parser.add_argument(
        "--processor",
        action="store_true",
        help="time processes by the processor, on a machine that does other work",
    )
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="measure where other programs run something whenever Python starts",
    )
    parser.add_argument(
        "--rounds", type=int, default=FEWEST, metavar="N", help=f"rounds of processes [{FEWEST}]"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only figures whose name begins so (repeatable)",
    )
    options = parser.parse_args(argv)
    if options.rounds < FEWEST:
        parser.error(f"a median needs rounds: at least {FEWEST}")
    return options


def _refuse(at_start: Sequence[Path]) -> None:
    """Refuse to measure if other programs run code at every start of Python."""
    if at_start:
        names = ", ".join(path.name for path in at_start)
        raise SystemExit(
            f"bench: {at_start[0].parent} has files that run whenever Python starts ({names}), so every "
            "ratio would look better than it is. Run make bench, which measures without them, or "
            "give --anyway."
        )


def _names() -> str:
    return f"figures: {', '.join(figure.name for figure in FIGURES)}"


def _is_asked(figure: Figure, only: Sequence[str]) -> bool:
    return not only or any(figure.name.startswith(name) for name in only)


def _measure(
    figures: Sequence[Figure], rounds: int, clock: processes.Clock
) -> tuple[Samples, list[str]]:
    """Measure both sides of the figures, family by family."""
    samples: dict[str, list[float]] = {}
    faults: list[str] = []
    if names := _sides(figures, Family.PROCESS):
        taken, faults = processes.measure(names, rounds, clock)
        samples |= taken
    if any(figure.family is not Family.PROCESS for figure in figures):
        from bench import loops, many  # loads all of the program and all yardsticks

        samples |= loops.measure(_sides(figures, Family.LOOP))
        samples |= loops.peaks(_sides(figures, Family.PEAK))
        samples |= many.peaks(_sides(figures, Family.RSS))
        samples |= many.runs(_sides(figures, Family.RUN))
    return samples, faults


def _sides(figures: Sequence[Figure], family: Family) -> list[str]:
    """List the sides to measure for a family, each once."""
    asked = [side for figure in figures if figure.family is family for side in figure.sides]
    return list(dict.fromkeys(asked))


# --- what is said ---------------------------------------------------------------------------


def _machine(samples: Samples, load: float, rounds: int) -> str:
    said = [
        f"Python {platform.python_version()}",
        f"{os.cpu_count()} cores",
        f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after",
    ]
    if bare := samples.get("bare"):
        low, middle, high = (1e3 * take(bare) for take in (min, median, max))
        said.append(f"{rounds} rounds")
        said.append(f"a bare interpreter takes {middle:.1f} ms ({low:.1f}–{high:.1f}) = B")
    return ", ".join(said)


def _text(
    machine: str, notes: Sequence[str], results: Sequence[tuple[Figure, Result | None]]
) -> str:
    rows = [HEAD, *(_row(figure, found) for figure, found in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([machine, *(f"warning: {note}" for note in notes), "", *lines])


def _row(figure: Figure, found: Result | None) -> tuple[str, ...]:
    bounds = tuple(_bound(figure.sign, bound) for bound in (figure.promise, figure.aim))
    if found is None:
        return (figure.name, figure.says, *bounds, "", "", "", "", "missed")
    return (
        figure.name,
        figure.says,
        *bounds,
        f"{found.ratio:.2f}",
        f"{found.low:.2f}–{found.high:.2f}",
        _side(figure, found.ours),
        _side(figure, found.other),
        found.verdict,
    )


def _bound(sign: str, bound: float | None) -> str:
    return "" if bound is None else f"{sign} {bound:g}"


def _side(figure: Figure, value: float) -> str:
    match figure.family:
        case Family.PROCESS:
            return f"{value * 1e3:.1f} ms"
        case Family.LOOP:
            return f"{figure.count / value:,.0f}/s"
        case Family.PEAK | Family.RSS:
            return f"{value / 1024:,.0f} KiB"
        case Family.RUN:
            return f"{value:.4f} s"


def _json(
    machine: str, notes: Sequence[str], results: Sequence[tuple[Figure, Result | None]]
) -> str:
    records = [_record(figure, found) for figure, found in results]
    said = {"machine": machine, "warnings": list(notes), "figures": records}
    return json.dumps(said, indent=2, ensure_ascii=False)


def _record(figure: Figure, found: Result | None) -> dict[str, object]:
    record: dict[str, object] = {
        "figure": figure.name,
        "what": figure.says,
        "sign": figure.sign,
        "promise": figure.promise,
        "aim": figure.aim,
    }
    if found is not None:
        record |= {"measured": found.ratio, "min": found.low, "max": found.high}
        record |= {"ours": _side(figure, found.ours), "against": _side(figure, found.other)}
    return record | {"verdict": "missed" if found is None else found.verdict}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
