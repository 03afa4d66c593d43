"""The columns of a table: their names, other names for them, and which are unknown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from microplan.errors import UsageError
from microplan.rules import nearest
from microplan.rules.scanner import listing

NOTE = "_"
"""The prefix of columns that hold notes, which are ignored."""
NEEDED = "start"
MOST = 8
"""Most unknown columns to name."""

OTHER_NAMES = {
    "id": "no nr number patient_id patient_no patient_number case record mrn patientennummer",
    "title": "name patient client full_name patient_name kunde nom nombre patientin",
    "start": "date day begin first first_day first_date start_date beginn startdatum datum debut fecha",
    "every": "interval pace frequency rhythm intervall abstand rythme",
    "sessions": "count how_many number_of_sessions anzahl sitzungen seances",
    "until": "end last end_date last_date ende fin",
    "at": "time hour clock uhrzeit zeit heure hora",
    "tz": "timezone time_zone zone zeitzone",
    "duration": "length minutes dauer duree",
    "on": "weekday weekdays days wochentag jour",
    "avoid": "away absent vacation closed urlaub vacances",
    "remind": "reminder reminders alarm erinnerung",
    "location": "place room where ort raum lieu salle",
    "protocol": "course",
}
"""Other names that people use for our columns."""
_MEANT = {other: name for name, others in OTHER_NAMES.items() for other in others.split()}


class Columns(Struct, frozen=True, kw_only=True):
    """The columns of a row: all word names, and those that take several values.

    ``renamed`` maps a table's own column names to words. With ``ignores``, all other columns are
    treated as notes.
    """

    names: Sequence[str]
    many: Sequence[str]
    renamed: Mapping[str, str] = {}
    ignores: bool = False

    def name(self, text: str) -> str:
        """Read the name of a column, in any case; NOTE stands for one to be ignored."""
        plain = folded(text)
        name = self.renamed.get(plain, plain)
        is_note = name.startswith(NOTE) or (self.ignores and name not in self.names)
        return NOTE if name and is_note else name

    def unknown(self, names: Iterable[str]) -> str:
        """List all unknown columns, and options that accept them; nothing if there are none."""
        given = [name for name in names if name not in ("", NOTE)]
        strange = [name for name in dict.fromkeys(given) if name not in self.names]
        return _unknown_columns(strange, self._meant(strange, given)) if strange else ""

    def _meant(self, strange: Sequence[str], given: Sequence[str]) -> dict[str, str]:
        """Guess which words are meant, each at most once and only if no column has it."""
        meant: dict[str, str] = {}
        for name in strange[:MOST]:
            near = nearest.nearest(name, self.names)
            known = _MEANT.get(re.sub(r"\W+", "_", nearest.fold(name)))
            guess = known or (near[0] if len(near) == 1 else "")
            if guess in self.names and guess not in (*given, *meant.values()):
                meant[name] = guess
        return meant


def _unknown_columns(strange: Sequence[str], meant: Mapping[str, str]) -> str:
    """Word the error for unknown columns, with the flags to use or ignore them."""
    are = "there's no column" if len(strange) == 1 else "there are no columns"
    sentences = [f"{are} {_listed(strange)}"]
    if meant:
        maps = " ".join(f"--map {shlex.quote(f'{name}={word}')}" for name, word in meant.items())
        sentences.append(f"Did you mean {listing([*meant.values()], 'and')}? Add {maps}")
    if others := [name for name in strange if name not in meant]:
        sentences.append(f"Add --ignore-unknown to leave out {_listed(others)}")
    return ". ".join(sentences).replace("?. ", "? ")


def _listed(names: Sequence[str]) -> str:
    shown = [f'"{name[:50]}"' for name in names[:MOST]]
    more = [f"{len(names) - MOST} more"] if len(names) > MOST else []
    return listing([*shown, *more], "and")


def folded(text: str) -> str:
    """Fold the name of a column: ignore its case, and blanks and quotes around it."""
    return " ".join(text.strip().strip('"').split()).casefold()


def renamed(given: Iterable[str], names: Sequence[str]) -> dict[str, str]:
    """Read what columns stand for, each as ``name=title``; raises UsageError."""
    words: dict[str, str] = {}
    for text in given:
        own, sign, word = text.rpartition("=")
        plain, word = folded(own), folded(word)
        if not sign or not plain:
            raise UsageError(f'can\'t read --map "{text}". Write a column and its word: name=title')
        if word not in names:
            advice = nearest.question(word, names, f"Write one of {', '.join(names)}.")
            raise UsageError(f'--map "{text}": there\'s no word "{word}". {advice}')
        words[plain] = word
    return words
