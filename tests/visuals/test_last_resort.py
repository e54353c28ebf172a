"""What the output folder cannot take goes elsewhere, is found there, and is brought home by the next run."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from cli.command_line import run
from novaclips.environment import Environment
from novaclips.errors import StorageError
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine import originals as originals_module
from novaclips.visuals.image_generator.engine.keep import PAUSES, last_resorts, make_private, persistently
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.settings import Timing
from scripted import picture
from visuals.drawing import draw, outcomes, plan, states

FRAMES = Path("frames")
ENTRIES = ("--provider", "scripted", "--style", "none", "--resolution", "192x108")


def full(patch: pytest.MonkeyPatch, code: int = errno.ENOSPC, times: int = 10**9) -> list[Path]:
    """Let the folder of frames take no picture, so many times; return what was tried."""
    write, tried = originals_module.write_atomically, []

    def writing(path: Path, data: bytes) -> None:
        if ".novaclips" in path.parts and path.suffix != ".json" and len(tried) < times:
            tried.append(path)
            raise StorageError(f"cannot write {path}: {os.strerror(code)}") from OSError(code, os.strerror(code))
        write(path, data)

    patch.setattr(originals_module, "write_atomically", writing)
    return tried


def rescued() -> list[Path]:
    return [path for folder in last_resorts(FRAMES, os.environ) for path in folder.glob("*/[!.]*")]


def test_a_picture_that_finds_no_room_is_kept_elsewhere_and_the_run_stops(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    scripted.on(1, GeneratedImage(data=picture("alpha"), cost=Cost("0.04"), metadata={"id": "x"}))
    with monkeypatch.context() as patch:
        full(patch)
        report = draw(workers=1)
    (kept,) = (path for path in rescued() if path.suffix == ".png")
    assert outcomes(report) == ["failed", "not sent", "not sent"]
    assert kept.read_bytes() == picture("alpha")
    assert report[0].reason.startswith("the picture was drawn and found no room: cannot write frames/.novaclips/")
    assert report[0].reason.endswith(f"; it is kept as {kept}, and the next run brings it home")
    assert stat.S_IMODE(kept.parents[2].stat().st_mode) & 0o077 == 0


def test_the_next_run_brings_it_home_and_says_so(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(2)
    scripted.on(1, GeneratedImage(data=picture("alpha"), cost=Cost("0.04")))
    with monkeypatch.context() as patch:
        full(patch)
        draw(workers=1)
    assert plan().requests == 1  # a plan finds it where it lies, and moves nothing
    assert [path.suffix for path in rescued()].count(".png") == 1
    result = run("visuals", "generate", *ENTRIES)
    assert "note: 1 picture that found no room here the last time: brought home from " in result.stderr
    assert result.exit_code == 0
    assert scripted.scenes == [1, 2]
    assert rescued() == []
    with Ledger(FRAMES / ".novaclips" / "ledger.sqlite3") as ledger:
        assert next(attempt.cost_usd for attempt in ledger.attempts()) == "0.04"
    assert states(plan()) == ["fresh", "fresh"]


def test_it_is_found_there_when_the_ledger_took_nothing_either(write_scenes, scripted, monkeypatch) -> None:
    def refuse(self, attempt, bought):
        raise StorageError("cannot use the ledger: database or disk is full")

    write_scenes(1)
    with monkeypatch.context() as patch:
        full(patch)
        patch.setattr(Ledger, "receive", refuse)
        draw()
    assert outcomes(draw()) == ["fitted"]
    assert scripted.scenes == [1]


def test_bytes_that_cannot_be_used_come_home_into_the_quarantine(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    scripted.on(1, b"<html>busy</html>")
    with monkeypatch.context() as patch:
        full(patch)
        draw()
    assert outcomes(draw()) == ["failed"]
    assert len(list(FRAMES.glob(".novaclips/quarantine/*/*.html"))) == 1
    assert (scripted.scenes, rescued()) == ([1], [])


def test_a_rescue_that_was_damaged_meanwhile_is_set_apart(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    with monkeypatch.context() as patch:
        full(patch)
        draw()
    (kept,) = (path for path in rescued() if path.suffix == ".png")
    kept.write_bytes(b"other bytes")
    assert outcomes(draw()) == ["failed"]
    (apart,) = FRAMES.glob(".novaclips/quarantine/*/*.png")
    assert (apart.name, apart.read_bytes()) == (kept.name, b"other bytes")


def test_where_nothing_takes_it_the_loss_is_said(write_scenes, scripted, monkeypatch, tmp_path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    write_scenes(1)
    with monkeypatch.context() as patch:
        full(patch)
        env = {"XDG_STATE_HOME": str(blocked), "TMPDIR": str(blocked)}
        report = draw(env=env)
    assert report[0].reason.startswith("the picture was drawn and could not be kept: cannot write")


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN])
def test_what_goes_by_is_waited_for(write_scenes, scripted, monkeypatch, code) -> None:
    pauses: list[float] = []
    write_scenes(1)
    with monkeypatch.context() as patch:
        tried = full(patch, code, times=4)
        assert outcomes(draw(timing=Timing(sleep=pauses.append))) == ["drawn"]
    assert len(tried) == 4
    assert pauses[:4] == list(PAUSES[:4])
    assert rescued() == []


def test_no_memory_for_half_a_minute_is_an_error_of_the_disk() -> None:
    pauses: list[float] = []

    def work() -> None:
        raise MemoryError

    with pytest.raises(StorageError, match="there is no memory left to keep what came"):
        persistently(work, pauses.append)
    assert pauses == list(PAUSES)


def test_each_output_folder_has_its_own_place_in_the_folder_for_such_things(tmp_path) -> None:
    one, temporary = last_resorts(tmp_path / "one", {"XDG_STATE_HOME": "/state", "TMPDIR": "/scratch"})
    other, _ = last_resorts(tmp_path / "other", {"XDG_STATE_HOME": "/state"})
    assert one.parts[:4] == ("/", "state", "novaclips", "rescued")
    assert str(temporary).startswith("/scratch/novaclips-")
    assert one != other
    assert last_resorts(tmp_path, {"HOME": "/home/me"})[0].is_relative_to("/home/me/.local/state/novaclips")
    assert len(last_resorts(tmp_path, {})) == 1


def test_a_project_does_not_choose_where_rescued_pictures_go(tmp_path) -> None:
    own, project = {"XDG_STATE_HOME": "/state", "TMPDIR": "/scratch"}, {"XDG_STATE_HOME": "/x", "TMPDIR": "/x"}
    assert last_resorts(tmp_path, Environment(own, project)) == last_resorts(tmp_path, own)
    assert last_resorts(tmp_path, Environment({}, project)) == last_resorts(tmp_path, {})


def test_a_folder_that_somebody_else_made_is_not_used(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "novaclips-0" / "rescued" / "abc" / "originals"
    folder.mkdir(parents=True)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(PermissionError, match="is somebody else's"):
        make_private(folder)


# Takes that were bought and never shown.


def killed_before_its_frame(monkeypatch: pytest.MonkeyPatch, scene: int = 1, **told: object) -> None:
    """Draw a scene again, and let the disk be full at its frame."""

    def no_room(*_: object) -> None:
        raise StorageError("cannot write frames/scene-001.png: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("novaclips.visuals.image_generator.engine.finish.Finisher.finish", no_room)
        report = ImageGenerator().rerun(scene, "frames", **told)
    assert report.stopped_by


def shown(scene: int = 1) -> bytes:
    return (FRAMES / f"scene-{scene:03d}.png").read_bytes()


def test_a_take_that_was_bought_and_never_shown_is_shown_by_the_next_run(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(2)
    draw()
    before = shown()
    killed_before_its_frame(monkeypatch, prompt="a better one", seed=5)
    assert shown() == before
    scripted.forget()
    (first, second) = plan()
    assert (str(first.state), str(second.state)) == ("stale", "fresh")
    assert outcomes(draw()) == ["fitted", "fresh"]
    assert shown() != before
    assert outcomes(draw()) == ["fresh", "fresh"]
    assert scripted.calls == []


def test_the_same_command_again_shows_it_and_another_command_buys(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    draw()
    killed_before_its_frame(monkeypatch, prompt="a better one")
    scripted.forget()
    report = ImageGenerator().rerun(1, "frames", prompt="a better one")
    assert (outcomes(report), scripted.calls) == (["fitted"], [])
    ImageGenerator().rerun(1, "frames", prompt="a better one")
    assert len(scripted.calls) == 1  # asked for once more after it was seen

    killed_before_its_frame(monkeypatch, prompt="yet another")
    scripted.forget()
    ImageGenerator().rerun(1, "frames", prompt="quite another")
    assert [call.prompt for call in scripted.calls] == ["quite another"]


def test_it_is_shown_after_the_ledger_was_lost_too(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(2)
    draw()
    before = shown()
    killed_before_its_frame(monkeypatch, prompt="a better one")
    (FRAMES / ".novaclips" / "ledger.sqlite3").unlink()
    scripted.forget()
    assert outcomes(draw()) == ["fitted", "fresh"]
    assert (shown() != before, scripted.calls) == (True, [])


def test_of_equal_scenes_the_one_that_was_asked_for_gets_it(write_scenes, scripted, monkeypatch) -> None:
    write_scenes({1: "a black screen", 2: "a black screen"})
    draw()
    killed_before_its_frame(monkeypatch, 2)
    assert outcomes(draw()) == ["fresh", "fitted"]
    assert shown(1) != shown(2)


def test_prune_never_offers_it(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    draw()
    killed_before_its_frame(monkeypatch, prompt="a better one")
    unshown = scripted.calls[-1]
    names = {leftover.original for leftover in ImageGenerator().prune("frames")}
    data = picture(f"{unshown.prompt}|{unshown.seed}|{unshown.take}")
    assert originals_module.Originals(FRAMES).name(data, "png") not in names


def test_a_new_take_that_turns_out_damaged_leaves_the_frame_as_it_was(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    before = shown()
    scripted.on(1, picture("x")[:60])
    ImageGenerator().rerun(1, "frames")
    assert outcomes(draw()) == ["fresh"]
    assert shown() == before
