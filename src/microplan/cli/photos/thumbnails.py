"""Pictures for a page: embedded thumbnails if Pillow is installed, else links."""

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
"""The longer side of an embedded picture, in pixels."""
QUALITY = 80
BLENDED = ("L", "LA", "RGB", "RGBA", "CMYK")
"""Pillow modes of image files whose pixels it can average when scaling."""


def can_scale() -> bool:
    """Whether Pillow is installed, which the extra ``microplan[photos]`` includes."""
    return find_spec("PIL") is not None


def addresses(photos: Iterable[Photo], folder: Path) -> dict[str, str]:
    """Return an ``src`` for each photo by digest, without missing, changed or unshowable files."""
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
    """Scale a picture down to an upright JPEG without metadata.

    Return nothing for a file without a complete picture.
    """
    from PIL import Image, ImageOps

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened,
        ):
            opened.draft("RGB", (largest, largest))  # decodes a JPEG no larger than needed
            small = opened if opened.mode in BLENDED else opened.convert("RGB")
            small.thumbnail((largest, largest))  # scaled before other steps copy every pixel
            upright = ImageOps.exif_transpose(small).convert("RGB")
    except Exception:  # noqa: BLE001 - a damaged file can raise anything in Pillow
        return b""
    upright.info.clear()  # otherwise a JPEG keeps its comment
    jpeg = io.BytesIO()
    upright.save(jpeg, "JPEG", quality=QUALITY)
    return jpeg.getvalue()
