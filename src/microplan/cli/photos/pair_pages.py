"""Web pages that ask about pairs of photos, and the answers chosen on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from microplan.cli.handoff.offer import Item, Offer
from microplan.cli.publishing import invitation
from microplan.formats.html import pair_page as html
from microplan.model.entries import Answer, Photo

JPEG = "image/jpeg"
FRAMED = f"{html.POLICY}; frame-ancestors 'none'"


class Question(Struct, frozen=True):
    """Two photos in the order they are shown side by side."""

    a: Photo
    b: Photo

    def answer(self, step: int) -> Answer:
        """Convert how much fuller ``b`` looks into how much fuller the later photo looks."""
        if self.a.on < self.b.on:
            return Answer(earlier=self.a.digest, later=self.b.digest, step=step)
        return Answer(earlier=self.b.digest, later=self.a.digest, step=-step)


class PairPages:
    """Offers the pages to one browser, and records the choices made on them.

    ``copies`` are the pictures to show, by the digests of the photos. A person can go back to a page
    and choose again.
    """

    def __init__(
        self, view: str, questions: Sequence[Question], copies: Mapping[str, bytes]
    ) -> None:
        self.view = view
        self.questions = questions
        self.is_over = False
        self._copies = copies
        self._steps: dict[int, int | None] = {}
        self._items = tuple(self._build())

    def offer(self, secret: str, address: str) -> Offer:
        """Return the current pages."""
        return Offer(secret=secret, netloc=address, items=self._items, policy=FRAMED)

    def chosen(self, choice: Item) -> None:
        """Record a choice."""
        number, _, step = choice.name.partition("/")
        if step:
            self._steps[int(number)] = None if step == html.LEFT_OUT else int(step)
            self._items = tuple(self._build())

    def sent(self, item: Item) -> None:
        """Note when the last page has been sent."""
        self.is_over = self.is_over or (item.is_choice and bool(item.content))

    def answers(self) -> list[Answer]:
        """List the answers in the order of the pages."""
        return [
            self.questions[number - 1].answer(step)
            for number, step in sorted(self._steps.items())
            if step is not None
        ]

    # --- what is offered ---

    def _build(self) -> Iterator[Item]:
        yield self._page("", 1)
        yield Item(name=html.FINISH, type=invitation.PAGE, content=FAREWELL, is_choice=True)
        for number, question in enumerate(self.questions, 1):
            yield self._page(str(number), number)
            for side, photo in zip(html.SIDES, (question.a, question.b), strict=True):
                name = html.picture(number, side)
                yield Item(name=name, type=JPEG, content=self._copies[photo.digest])
            for step in (*map(str, html.STEPS), html.LEFT_OUT):
                yield self._choice(number, step)

    def _page(self, name: str, number: int) -> Item:
        page = html.page(
            html.PairPage(
                view=self.view,
                number=number,
                of=len(self.questions),
                chosen=self._steps.get(number),
                can_finish=bool(self._steps),
            )
        )
        return Item(name=name, type=invitation.PAGE, content=page.encode("utf-8", "replace"))

    def _choice(self, number: int, step: str) -> Item:
        """Return the item for a choice, which leads to the next open page, or to the end."""
        name, following = html.choice(number, step), self._after(number)
        if following is None:
            return Item(name=name, type=invitation.PAGE, content=FAREWELL, is_choice=True)
        return Item(name=name, type="", content=b"", is_choice=True, leads_to=str(following))

    def _after(self, number: int) -> int | None:
        """Find the pair to ask about next: the next one without a choice, else the first one."""
        left = [n for n in range(1, len(self.questions) + 1) if n not in self._steps]
        others = [n for n in left if n != number]
        return next((n for n in others if n > number), next(iter(others), None))


FAREWELL = html.farewell().encode()
