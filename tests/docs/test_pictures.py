"""The pictures of the README are what the program shows, and fetch nothing."""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
pictures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pictures)

NAMESPACE = "http://www.w3.org/2000/svg"


def test_the_pictures_on_file_are_those_of_the_program():
    drawn = dict(pictures.pictures())
    assert {path.stem for path in drawn} == set(pictures.PICTURES)
    for path, picture in drawn.items():
        assert path.read_text(encoding="utf-8") == picture, "make pictures draws it anew"


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_fetches_nothing(name):
    picture = (pictures.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"\s]+", picture) == [NAMESPACE]
    assert "@import" not in picture
    assert "<script" not in picture
