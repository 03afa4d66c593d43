"""Pictures for a page: scaled down where Pillow is there, else by their address."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from microplan.errors import PlanFileError
from microplan.model.entries import Photo
from microplan.storage import pictures

LARGEST = 640
"""Pixels of the longer side of an embedded picture."""
QUALITY = 80
BLENDED = ("L", "LA", "RGB", "RGBA", "CMYK")
"""Modes of Pillow in which it can average neighbouring pixels, among those that files have."""


def can_scale() -> bool:
    """Whether Pillow is installed, which the extra ``microplan[photos]`` brings."""
    return find_spec("PIL") is not None


def addresses(photos: Iterable[Photo], folder: Path) -> dict[str, str]:
    """Find what a page shows of each photo, by digest; nothing of files no browser shows."""
    scales = can_scale()
    shown = {}
    for photo in photos:
        path = pictures.located(photo.path, folder)
        try:
            picture = pictures.read(path)
        except PlanFileError:
            continue
        if picture.is_shown and picture.digest == photo.digest:
            shown[photo.digest] = _embedded(picture.content) if scales else path.absolute().as_uri()
    return {digest: address for digest, address in shown.items() if address}


def _embedded(content: bytes) -> str:
    picture = scaled(content, LARGEST)
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}" if picture else ""


def scaled(content: bytes, largest: int) -> bytes:
    """Make a JPEG of a picture: scaled down, upright, without what its file says about it.

    Of a file that holds no whole picture nothing is made.
    """
    from PIL import Image, ImageOps

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened,
        ):
            opened.draft("RGB", (largest, largest))  # a JPEG is read no larger than it is needed
            small = opened if opened.mode in BLENDED else opened.convert("RGB")
            small.thumbnail((largest, largest))  # before anything else copies each pixel
            upright = ImageOps.exif_transpose(small).convert("RGB")
    except Exception:  # noqa: BLE001 - what a stranger wrote may raise anything in its reader
        return b""
    upright.info.clear()  # a JPEG would keep its comment
    jpeg = io.BytesIO()
    upright.save(jpeg, "JPEG", quality=QUALITY)
    return jpeg.getvalue()
