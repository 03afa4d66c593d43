"""``microplan push``: make a calendar on a server match the plan."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from microplan.calendars import sync
from microplan.calendars.sync import Action, Delete, Kept, MovedRemotely, Put
from microplan.cli import options, plan_io, terminal
from microplan.cli.server.changes import moment
from microplan.cli.server.options import (
    ServerOptions,
    calendar_id,
    calendar_name,
    connected,
    discreet_if_asked,
    reaching,
    wanted,
)
from microplan.cli.server.pushed import Store, remembering
from microplan.errors import ConflictError, EventRefusedError, RefusedError, ServerError
from microplan.wording import phrases

FEW = 3
"""The number of refused events that are named individually."""
Overwrite = Annotated[bool, options.option("put back what was moved on the server", "--overwrite")]


@reaching
def push(
    *,
    overwrite: Overwrite = False,
    reach: ServerOptions,
) -> None:
    """Update a calendar on a CalDAV server.

    Example: microplan push --url https://cloud.example.com/remote.php/dav --user anna
    --password-command "pass show cloud"

    Only the plan's own events are touched. The calendar is found by the plan's title, and created
    if it doesn't exist.
    """
    plan = discreet_if_asked(plan_io.read_for_calendar(reach.plan), reach)
    name, own_id = calendar_name(plan, reach), calendar_id(plan, reach)
    everything = wanted(plan, reach)
    with connected(reach) as server:
        calendar = server.find(name, own_id)
        listing = calendar.listing({item.event.uid for item in everything}) if calendar else []
        actions = sync.difference(everything, listing, overwrite=overwrite)
        if not overwrite:
            _refuse_to_empty(actions)
        if reach.dry_run:
            _try(name, actions, reach, is_there=calendar is not None)
            refuse_conflicts(actions, [])
            return
        if calendar is None:
            calendar = server.create(name, own_id)
            _say([f'made the calendar "{name}"'], reach)
        with remembering(plan, calendar, actions) as store:
            changed = carry_out(store, actions)
    restored = len(list(sync.deleted(everything, listing)))
    again = f"{_events(restored)} missing there and put back; to be asked first, run microplan pull"
    _say(
        [
            _summary(name, [action for action in actions if action not in changed]),
            again * bool(restored),
        ],
        reach,
    )
    refuse_conflicts(actions, changed)


def _try(name: str, actions: Sequence[Action], reach: ServerOptions, *, is_there: bool) -> None:
    """Print what a push would change."""
    terminal.print_lines(map(line, actions_to_print(actions)))
    made = "" if is_there else f'would make the calendar "{name}"'
    _say([made, _summary(name, actions), "Nothing sent (dry run)."], reach)


def _refuse_to_empty(actions: Sequence[Action]) -> None:
    """Refuse to delete all events of a plan, which more likely means the wrong plan was given."""
    if sync.empties(actions):
        raise RefusedError(
            f"nothing of the plan would be left in the calendar ({len(actions)} to remove); "
            "push --overwrite removes them anyway"
        )


def carry_out(store: Store, actions: Sequence[Action]) -> list[Put | Delete]:
    """Carry out and print each action; return those whose event somebody else has changed.

    Actions are in order of their days, so an interruption leaves only the latest sessions undone.
    Raises ServerError at once if the server stops responding, and at the end if it refused single
    events.
    """
    changed: list[Put | Delete] = []
    refused: list[tuple[Put | Delete, EventRefusedError]] = []
    done, todo = 0, [action for action in actions if isinstance(action, Put | Delete)]
    for action in actions_to_print(actions):
        if isinstance(action, MovedRemotely):
            terminal.print_lines([line(action)])
            continue
        try:
            is_done = store.perform(action)
        except EventRefusedError as error:
            refused.append((action, error))
            terminal.print_lines([_line("left", action, f"refused there ({error.status})")])
            continue
        except ServerError as error:
            so_far = f"{done} of {phrases.count(len(todo), 'change')} made"
            raise ServerError(f"{error}; {so_far}, push again to make the rest") from None
        done += is_done
        terminal.print_lines(
            [line(action) if is_done else _line("left", action, "changed there just now")]
        )
        if not is_done:
            changed.append(action)
    if refused:
        raise _refusal(refused, len(todo))
    return changed


def _refusal(refused: Sequence[tuple[Put | Delete, EventRefusedError]], of: int) -> ServerError:
    """Return an error with the events that a server refused, and its reason for the first."""
    names = [f"{action.event.summary} ({moment(action.event.start)})" for action, _ in refused]
    listed = phrases.listing(names if len(names) <= FEW else [*names[: FEW - 1], "others"])
    return ServerError(
        f"{refused[0][1]}; {len(refused)} of {phrases.count(of, 'change')} not made: {listed}"
    )


def actions_to_print(actions: Iterable[Action]) -> Iterator[Put | Delete | MovedRemotely]:
    """Leave out actions that change nothing."""
    return (action for action in actions if not isinstance(action, Kept))


def refuse_conflicts(actions: Sequence[Action], changed: Sequence[Action]) -> None:
    """Exit with the code of a conflict if an event was left because somebody else changed it."""
    if changed:
        raise ConflictError(
            f"{_events(len(changed))} changed on the server in the meantime and left; push again"
        )
    moved = sum(isinstance(action, MovedRemotely) for action in actions)
    if moved:
        raise ConflictError(
            f"{_events(moved)} moved on the server and left there; pull accepts that, "
            "push --overwrite puts it back"
        )


def _events(number: int) -> str:
    return f"{phrases.count(number, 'event')} {'was' if number == 1 else 'were'}"


# --- words ----------------------------------------------------------------------------------


def line(action: Put | Delete | MovedRemotely) -> str:
    """Describe one action: ``put     Scalp session 4  Tue 2 Mar 2027 18:00``."""
    match action:
        case Put():
            return _line("put", action)
        case Delete():
            return _line("remove", action)
        case MovedRemotely():
            return _line("left", action, f"moved there to {moment(action.there)}")


def _line(verb: str, action: Put | Delete | MovedRemotely, more: str = "") -> str:
    event = action.event
    return f"{verb:6}  {event.summary}  {moment(event.start)}{f', {more}' if more else ''}"


def _summary(name: str, actions: Sequence[Action]) -> str:
    """Sum up what was done to a calendar: ``Scalp session: 2 put, 4 unchanged``."""
    count = Counter(type(action) for action in actions)
    parts = [f"{count[Put]} put"]
    if count[Delete]:
        parts.append(f"{count[Delete]} removed")
    if count[MovedRemotely]:
        parts.append(f"{count[MovedRemotely]} left")
    if count[Kept]:
        parts.append(f"{count[Kept]} unchanged")
    return f"{name}: {', '.join(parts)}"


def _say(lines: Iterable[str], reach: ServerOptions) -> None:
    if not reach.quiet:
        for text in filter(None, lines):
            terminal.say(text)
