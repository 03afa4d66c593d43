"""``microplan safety``: when not to start, when to postpone, when to stop."""

from typing import Annotated

from microplan.cli import options, terminal
from microplan.courses import safety as lists
from microplan.courses import safety_page

WIDEST = 79


def safety(
    *,
    sources: Annotated[
        bool, options.option("name the source of each statement", "--sources")
    ] = False,
    format_: options.TextOrJson = "text",
) -> None:
    """Print when not to start, when to postpone a session, and when to stop and get help.

    Each item has a mark for how well it was verified.

    Example: `microplan safety --sources`
    """
    options.text_or_json(format_)
    if format_ == "json":
        terminal.document(safety_page.as_data())
        return
    width = min(terminal.width() - 1, WIDEST)
    heads = {part.title for part in lists.PARTS}
    terminal.page(terminal.lines(safety_page.render(width, sources=sources), heads=heads))
