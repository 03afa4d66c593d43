"""Asks a question with prompt_toolkit: editing, completion, and a preview of how the answer is read.

Only commands that ask questions load this; ``prompts`` checks that the terminal supports it.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import create_output
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from microplan.cli.console.hints import Hint
from microplan.errors import RuleError
from microplan.wording import phrases

STYLE = Style.from_dict(
    {
        "bottom-toolbar": "noreverse",
        "fault": "ansired underline",
        "wrong": "ansired",
        "read": "bold",
    }
)
"""Uses the terminal's own colours, which are readable on dark and light backgrounds."""
WORD = r"[^\s,]+"

history = InMemoryHistory()
"""Earlier answers of this run; never saved."""


def ask(prompt: str, hint: Hint) -> str:
    """Ask one question on stderr; raise KeyboardInterrupt on Ctrl-C or at the end of input."""
    session: PromptSession[str] = PromptSession(
        history=history,
        output=create_output(stdout=sys.stderr),
        style=STYLE,
        completer=_completer(hint),
        complete_style=CompleteStyle.READLINE_LIKE,
        complete_while_typing=False,
        key_bindings=_keys(hint),
        input_processors=[_Fault(hint)],
        bottom_toolbar=lambda: _below(session.default_buffer.text, hint),
        reserve_space_for_menu=0,
    )
    try:
        return session.prompt(phrases.visible(prompt)).strip()
    except EOFError:
        raise KeyboardInterrupt from None


def _completer(hint: Hint) -> WordCompleter:
    """Return a completer for the question's names: courses, zones, weekdays."""
    return WordCompleter(list(hint.names()), ignore_case=True, match_middle=True, WORD=True)


def _read(text: str, hint: Hint) -> tuple[str, RuleError | None]:
    """Return how an answer is read, or the error in it."""
    if text.strip() in hint.commands:
        return "", None
    try:
        return hint.read(text.strip()), None
    except RuleError as error:
        return "", error


def _below(text: str, hint: Hint) -> StyleAndTextTuples:
    """Return the line below the answer: how it is read, or what is wrong with it."""
    if not text.strip():
        return [("", _lines(hint.help))]
    meant, error = _read(text, hint)
    if error is not None:
        return [("class:wrong", _lines(error.message))]
    return [("class:read", _lines(meant))]


def _lines(text: str) -> str:
    """Wrap a text for the line below the answer, which prompt_toolkit doesn't wrap."""
    return textwrap.fill(phrases.visible(text), shutil.get_terminal_size().columns - 1)


def _place(text: str, error: RuleError) -> tuple[int, int]:
    """Find the span of an error in the whole answer; the error may be about only a part."""
    part = text.find(error.text) if error.text else -1
    if part < 0:
        return 0, len(text)
    start, end = error.span
    return part + start, min(part + max(end, start + 1), len(text))


def _keys(hint: Hint) -> KeyBindings:
    """Bind Enter so that it accepts only a valid answer; otherwise the error stays visible."""
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if _read(buffer.text, hint)[1] is None:
            buffer.validate_and_handle()
        else:
            event.app.output.bell()

    return keys


class _Fault(Processor):
    """Underlines the part of an answer that can't be read."""

    def __init__(self, hint: Hint) -> None:
        self.hint = hint

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        text = transformation_input.document.text
        fragments: Any = transformation_input.fragments
        if text.strip():
            _, error = _read(text, self.hint)
            if error is not None:
                start, end = _place(text, error)
                fragments = [
                    ("", text[:start]),
                    ("class:fault", text[start:end]),
                    ("", text[end:]),
                ]
        return Transformation(fragments)
