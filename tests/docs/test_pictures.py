"""The README's pictures show the program's current output, and load nothing."""

import importlib
import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from defusedxml import ElementTree

from tests import forks
from tests.forks import PROGRAM, SECONDS

DOCS = Path(__file__).parents[2] / "docs"
with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(DOCS)
    pictures = importlib.import_module("pictures")
    recording = importlib.import_module("recording")
ON_FILE = sorted(pictures.FOLDER.glob("*.svg"))

NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.fixture
def forked(monkeypatch):
    """Have forks run the program, where ``make pictures`` starts it."""

    def run(command, *, env, **_):
        code, out, err = forks.completed(PROGRAM, command[len(PROGRAM) :], env=env)
        assert code == 0, err
        return SimpleNamespace(stdout=out.decode())

    @contextmanager
    def running(command, *, env, stdout, **_):
        with Path(os.devnull).open("r+b") as nowhere:
            fds = {0: nowhere.fileno(), 1: stdout, 2: nowhere.fileno()}
            child = forks.Child(PROGRAM, command[len(PROGRAM) :], fds, env=env)
        yield child
        child.wait(SECONDS)

    monkeypatch.setattr(pictures, "subprocess", SimpleNamespace(run=run))
    started = SimpleNamespace(Popen=running, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(recording, "subprocess", started)


@pytest.mark.usefixtures("forked")
def test_the_pictures_on_file_are_those_of_the_program():
    drawn = dict(pictures.pictures())
    assert {path.stem for path in drawn} == set(pictures.PICTURES)
    for path, picture in drawn.items():
        assert path.read_text(encoding="utf-8") == picture, "make pictures draws it anew"


@pytest.mark.usefixtures("forked")
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
