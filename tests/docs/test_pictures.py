"""The pictures of the README are what the program shows, and fetch nothing."""

import importlib
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

DOCS = Path(__file__).parents[2] / "docs"
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(DOCS)
    pictures = importlib.import_module("pictures")
    recording = importlib.import_module("recording")
ON_FILE = sorted(pictures.FOLDER.glob("*.svg"))

NAMESPACE = "http://www.w3.org/2000/svg"


def test_the_pictures_on_file_are_those_of_the_program():
    drawn = dict(pictures.pictures())
    assert {path.stem for path in drawn} == set(pictures.PICTURES)
    for path, picture in drawn.items():
        assert path.read_text(encoding="utf-8") == picture, "make pictures draws it anew"


def test_the_recording_on_file_is_that_of_the_program():
    anew = recording.recording()
    assert recording.PATH.read_text(encoding="utf-8") == anew, "make pictures draws it anew"


def test_the_recording_has_a_scene_for_each_command():
    scenes = [
        "".join(scene.itertext()).replace("\N{NO-BREAK SPACE}", " ")
        for scene in ElementTree.parse(recording.PATH).iter("{http://www.w3.org/2000/svg}g")
        if scene.get("class") == "scene"
    ]
    assert len(scenes) == len(recording.SCENES)
    for command, scene in zip(recording.SCENES, scenes, strict=True):
        assert f"$ microplan {command}" in scene


@pytest.mark.parametrize("path", ON_FILE, ids=[path.stem for path in ON_FILE])
def test_a_picture_fetches_nothing(path):
    picture = path.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"\s]+", picture) == [NAMESPACE]
    assert "@import" not in picture
    assert "<script" not in picture
