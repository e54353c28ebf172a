"""What lies on the disk is found, whatever the ledger knows of it, and is not bought again."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.bookings import total
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from scripted import picture
from visuals.drawing import draw, outcomes, plan, states

HIDDEN = Path("frames/.novaclips")
LEDGER = HIDDEN / "ledger.sqlite3"
ORIGINALS = Originals(HIDDEN / "originals")


def priced(words: str) -> GeneratedImage:
    return GeneratedImage(data=picture(words), cost=Cost(Decimal("0.10")))


@pytest.fixture
def older_ledger(write_scenes, scripted):
    """A finished project whose ledger is that of the time when it had two of its four scenes."""
    for scene in (1, 2, 3, 4):
        scripted.on(scene, priced(f"scene {scene}"))
    write_scenes(["one", "two"])
    draw()
    shutil.copy(LEDGER, "older.sqlite3")
    write_scenes(["one", "two", "three", "four"])
    draw()
    ImageGenerator().regenerate_scene(1, "frames", prompt="another one")
    Path("older.sqlite3").replace(LEDGER)
    scripted.forget()
    return scripted


def booked() -> Decimal:
    with Ledger(LEDGER) as ledger:
        return total(ledger.bookings()).known


def test_a_plan_with_an_older_ledger_sends_nothing(older_ledger) -> None:
    assert plan().requests == 0


def test_an_older_ledger_learns_what_lies_there(older_ledger) -> None:
    report = draw()
    assert older_ledger.calls == []
    assert not report.missing
    (note,) = report.notes
    assert note == f"the ledger {LEDGER} did not know 3 pictures that were bought and are there; now it does"
    assert outcomes(draw()) == ["fresh"] * 4
    assert draw().notes == ()
    assert booked() == Decimal("0.40")


def test_the_choice_of_a_take_comes_back_with_the_manifest(older_ledger) -> None:
    assert outcomes(draw()) == ["fresh"] * 4
    with Ledger(LEDGER) as ledger:
        assert [override.prompt for override in ledger.picks().values()] == ["another one"]


def test_pruning_with_an_older_ledger_takes_nothing_that_a_frame_shows(older_ledger) -> None:
    pictures = set(ORIGINALS.names())
    assert len(ImageGenerator().prune("frames", lambda _: True)) == 1  # the first take of scene 1
    assert len(pictures - set(ORIGINALS.names())) == 1
    assert outcomes(draw()) == ["fresh"] * 4
    assert older_ledger.calls == []


def test_a_lost_journal_costs_no_picture(write_scenes, scripted) -> None:
    write_scenes(2)
    with Ledger(LEDGER):
        pass
    empty = LEDGER.read_bytes()
    draw()
    LEDGER.write_bytes(empty)
    scripted.forget()
    assert plan().requests == 0
    assert not draw().missing
    assert scripted.calls == []


def test_a_copy_of_another_machine_s_originals_is_used(write_scenes, scripted, monkeypatch, tmp_path) -> None:
    write_scenes(3)
    draw("there")
    scripted.forget()
    draw("frames", scenes=[1])
    scripted.forget()
    shutil.copytree("there/.novaclips/originals", ORIGINALS.folder, dirs_exist_ok=True)
    assert plan().requests == 0
    assert outcomes(draw()) == ["fresh", "fitted", "fitted"]
    assert scripted.calls == []


def test_the_store_is_asked_right_before_each_purchase(write_scenes, scripted) -> None:
    write_scenes(3)
    draw("there")
    scripted.forget()

    def meanwhile(request):
        shutil.copytree("there/.novaclips/originals", ORIGINALS.folder, dirs_exist_ok=True)
        return picture("first")

    scripted.on(1, meanwhile)
    report = draw(workers=1)
    assert outcomes(report) == ["drawn", "fitted", "fitted"]
    assert [result.cost_usd for result in report][1:] == [None, None]
    assert scripted.scenes == [1]
    with Ledger(LEDGER) as ledger:
        assert len(ledger.attempts()) == 3
    assert states(plan()) == ["fresh"] * 3


def test_a_note_of_another_request_whose_key_starts_alike_is_no_answer(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    (note,) = ORIGINALS.notes()[0]
    assert ORIGINALS.look_up(note.key).original == note.original
    assert ORIGINALS.look_up(note.key[:16] + "0" * 48) is None


def test_a_note_without_its_picture_is_no_answer(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    (note,) = ORIGINALS.notes()[0]
    ORIGINALS.path(note.original).unlink()
    assert ORIGINALS.look_up(note.key) is None


def test_a_reference_that_vanishes_fails_its_scene_by_name(write_scenes, scripted) -> None:
    Path("hero.png").write_bytes(picture("hero"))
    write_scenes(2, references="[hero.png]")
    scripted.on(1, lambda request: (Path("hero.png").unlink(), picture("first"))[1])
    report = draw(workers=1)
    assert outcomes(report) == ["drawn", "failed"]
    assert report[1].reason.endswith("hero.png is gone; put it back, or take it out of scenes.yaml")
    assert scripted.scenes == [1]


def test_a_reference_that_vanishes_between_reading_and_planning_stops_nothing(write_scenes, scripted, monkeypatch):
    from novaclips.visuals.image_generator.engine import workplace

    Path("hero.png").write_bytes(picture("hero"))
    write_scenes(2)
    write_scenes({1: "alpha"}, references="[hero.png]")
    read = workplace.read_scenes

    def reading(*arguments):
        scenes = read(*arguments)
        Path("hero.png").unlink()
        return scenes

    monkeypatch.setattr(workplace, "read_scenes", reading)
    (result,) = draw()
    assert "hero.png is gone" in result.reason
    assert scripted.calls == []
