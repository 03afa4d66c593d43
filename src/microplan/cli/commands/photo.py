"""``microplan photo``: record photos, list them, and compare them with their dates hidden."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from microplan.amendments import photos
from microplan.amendments.amended import Amended, Stamp
from microplan.amendments.photos import Taken
from microplan.cli import environment, everyday, options, plan_io, terminal
from microplan.cli.amending import AmendOptions, amending, carry_out
from microplan.errors import UsageError
from microplan.model import log
from microplan.model.entries import Photo
from microplan.model.plan import Plan
from microplan.rules import grammar, nearest
from microplan.storage import files, pictures
from microplan.wording import phrases

ACTIONS = ("add", "list", "compare")


@amending
def photo(
    action: Annotated[str, options.argument("add, list or compare", form="[ACTION]")] = "list",
    picture: Annotated[
        list[Path] | None, options.argument("the pictures to add", form="[FILE...]")
    ] = None,
    *,
    view: Annotated[
        str,
        options.option(
            f"what the picture shows: {', '.join(photos.VIEWS)}, or a name of your own", form="NAME"
        ),
    ] = "",
    on: Annotated[
        str | None,
        options.option("the day it was taken [the day in the file, else today]", form="DATE"),
    ] = None,
    way: AmendOptions,
) -> None:
    """Record photos of the scalp, list them, or compare them in pairs with their dates hidden.

    Files stay where they are; they can be JPEG, PNG or HEIC. Nothing about photos goes into a calendar.

    Examples: `microplan photo add crown.jpg --view crown --on sunday`, `microplan photo list`,
    `microplan photo compare --view crown`
    """
    name = grammar.free_text(view, "view")
    if on is not None and action != "add":
        raise UsageError("--on is for photo add: the day a photo was taken")
    match action:
        case "add":
            _add(way, picture or [], name, on)
        case "list" if not picture:
            _list(way, name)
        case "compare" if not picture:
            from microplan.cli.photos import compare as comparing

            comparing.compare(way, name, plan_folder(way.plan))
        case "list" | "compare":
            raise UsageError(f"photo {action} takes no files; photo add records them")
        case _:
            advice = nearest.question(action, ACTIONS, "Write add, list or compare.")
            raise UsageError(f'there\'s no photo action "{action}". {advice}')


def _add(way: AmendOptions, files: Sequence[Path], view: str, on: str | None) -> None:
    if not files or not view:
        raise UsageError("photo add needs a file and its view: photo add crown.jpg --view crown")
    day = None if on is None else everyday.past(on, "on", way.today)
    taken = list(_taken(files, plan_folder(way.plan), day, way.today))

    def act(plan: Plan, stamp: Stamp) -> Amended:
        return photos.add(plan, view, taken, way.today, stamp)

    carry_out(way, act)


def plan_folder(plan: str | None) -> Path:
    """Return the folder that photo paths are relative to."""
    return Path() if plan == terminal.STDIO else environment.plan_path(plan).parent


def _taken(files: Sequence[Path], folder: Path, day: date | None, today: date) -> Iterator[Taken]:
    """Read the photos; without a day, each gets the day it was taken, or else today."""
    for path in files:
        picture = pictures.read(path)
        if day is None and picture.taken is not None:
            name, taken = path.name, phrases.day(picture.taken)
            terminal.say(
                phrases.visible(
                    f"{name}: taken {taken}, according to the file; --on sets another day"
                )
            )
        if not picture.is_shown:
            terminal.say(phrases.visible(f"{path.name}: {HIDDEN}"))
        name = _composed(pictures.relative(path, folder), folder)
        yield Taken(path=name, digest=picture.digest, on=day or picture.taken or today)


HIDDEN = "HEIC can't be shown in a report or compared; add a copy of it as JPEG as well"


def _composed(name: str, folder: Path) -> str:
    """Return the path in composed form (NFC) for the plan file if it still names the same file, as on a Mac."""
    kept = grammar.free_text(name, "path")
    given, found = (pictures.located(spelled, folder) for spelled in (name, kept))
    if kept == name or files.is_one_of(given, [found]):
        return kept
    raise UsageError(f"{phrases.visible(name)}: a plan can't keep that name; rename the file")


# --- listing --------------------------------------------------------------------------------


def _list(way: AmendOptions, view: str) -> None:
    plan = plan_io.read(way.plan)
    own = photos.named(plan, view)
    recorded = log.photos(plan)
    listed = [photo for photo in recorded if view in ("", photo.view) or photo.view == own]
    folder = plan_folder(way.plan)
    if way.form == "json":
        from microplan.formats import log_json

        rows = [
            log_json.photo(photo) | {"missing": not pictures.is_there(photo.path, folder)}
            for photo in listed
        ]
        terminal.document({"id": plan.id, "photos": rows})
        return
    widest = max((len(photo.view) for photo in listed), default=0)
    none = "no photo is recorded yet"
    if recorded and not listed:
        none = f'no photo of "{view}" is recorded; this plan has {phrases.listing(list(photos.by_view(plan)))}'
    terminal.print_lines([_line(photo, folder, widest) for photo in listed] or [none])


def _line(photo: Photo, folder: Path, widest: int) -> str:
    missing = "" if pictures.is_there(photo.path, folder) else "  (missing)"
    day = f"{phrases.day(photo.on):<16}"
    return phrases.visible(f"{day}  {photo.view:<{widest}}  {photo.path}{missing}")
