"""What a run sends, and why: edits, moves, sizes, files that changed under it."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import ConfigError
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from scripted import colour, picture
from visuals.drawing import draw, outcomes, plan, states

WORDS = ["alpha", "beta", "gamma", "delta"]


def shown() -> list[tuple[int, int, int]]:
    """The colours that the frames show, in order."""
    colours = []
    for path in sorted(Path("frames").glob("scene-*.png")):
        with Image.open(path) as frame:
            colours.append(frame.getpixel((90, 50)))
    return colours


def expected(*words: str) -> list[tuple[int, int, int]]:
    return [colour(f"{word}|None|0") for word in words]


@pytest.mark.parametrize(
    ("scenes", "sent"),
    [
        ({1: "alpha", 2: "new", 3: "beta", 4: "gamma", 5: "delta"}, ["new"]),
        ({1: "alpha", 2: "gamma", 3: "delta"}, []),
        ({1: "delta", 2: "gamma", 3: "beta", 4: "alpha"}, []),
        ({11: "alpha", 12: "beta", 13: "gamma", 14: "delta"}, []),
        ({1: "alpha", 2: "BETA", 3: "gamma", 4: "delta"}, ["BETA"]),
    ],
    ids=["insert", "delete", "reverse", "rename", "edit"],
)
def test_only_a_changed_request_is_sent_and_every_frame_shows_its_own_scene(write_scenes, scripted, scenes, sent):
    write_scenes(WORDS)
    draw()
    scripted.forget()
    write_scenes(scenes)
    report = draw()
    assert [request.prompt for request in scripted.calls] == sent
    assert not report.missing
    assert shown() == expected(*scenes.values())
    assert [path.stem for path in sorted(Path("frames").glob("scene-*"))] == [f"scene-{n:03d}" for n in sorted(scenes)]


def test_a_deleted_scene_s_frame_goes_and_its_original_stays(write_scenes, scripted) -> None:
    write_scenes(WORDS)
    draw()
    write_scenes(WORDS[:3])
    report = draw()
    assert report.notes == ("scene-004.png removed: scene 4 is gone; its original is kept",)
    assert len(list(Path("frames/.novaclips/originals").rglob("*.png"))) == 4


def test_another_size_is_fitted_again_from_the_original(write_scenes, scripted) -> None:
    write_scenes(2)
    draw(size="192x108")
    scripted.forget()
    (first, _) = plan(size="128x72")
    assert (str(first.state), first.reason) == ("stale", "resolution changed: fitted again from the original, free")
    assert outcomes(draw(size="128x72")) == ["fitted", "fitted"]
    assert scripted.calls == []
    with Image.open("frames/scene-001.png") as frame:
        assert frame.size == (128, 72)


def test_another_fit_is_free_too(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    assert plan(fit="contain")[0].reason == "fit changed: fitted again from the original, free"
    assert outcomes(draw(fit="contain")) == ["fitted"]


def test_an_unusual_shape_is_exact_in_every_fit(write_scenes, scripted) -> None:
    write_scenes(1)
    for fit in ("cover", "contain", "stretch"):
        draw(size="101x333", fit=fit)
        with Image.open("frames/scene-001.png") as frame:
            assert frame.size == (101, 333)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"prompt": "alpha"}, {"prompt": "beta"}, "prompt changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "style": "noir"}, "style changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "seed": 7}, "seed changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "provider": "storyboard"}, "provider changed"),
        ({"prompt": "alpha"}, {"prompt": "beta", "seed": 7}, "prompt changed, seed changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "options": "{a: 1}"}, "options changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "negative_prompt": "people"}, "negative prompt changed"),
        ({"prompt": "alpha"}, {"prompt": "alpha", "references": "[hero.png]"}, "references changed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_the_plan_says_what_changed(write_scenes, scripted, before, after, reason) -> None:
    Path("hero.png").write_bytes(b"\x89PNG\r\n\x1a\n of the hero")
    write_scenes({1: before.pop("prompt")}, **before)
    draw()
    write_scenes({1: after.pop("prompt")}, **after)
    (planned,) = plan()
    assert (str(planned.state), planned.reason) == ("stale", reason)


def test_going_back_to_an_earlier_prompt_is_free(write_scenes, scripted) -> None:
    for words in ("alpha", "beta"):
        write_scenes({1: words})
        draw()
    scripted.forget()
    write_scenes({1: "alpha"})
    assert outcomes(draw()) == ["fitted"]
    assert shown() == expected("alpha")
    assert scripted.calls == []


def test_a_changed_reference_picture_is_a_changed_request(write_scenes, scripted) -> None:
    Path("hero.png").write_bytes(b"\x89PNG\r\n\x1a\n one")
    write_scenes(1, references="[hero.png]")
    draw()
    Path("hero.png").write_bytes(b"\x89PNG\r\n\x1a\n two")
    assert plan()[0].reason == "references changed"


def test_a_lost_frame_is_made_again_for_free(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    scripted.forget()
    Path("frames/scene-001.png").unlink()
    assert plan()[0].reason == "the frame's file is gone: fitted from the original, free"
    assert outcomes(draw()) == ["fitted", "fresh"]
    assert scripted.calls == []


def test_an_answer_that_turns_out_damaged_stays_paid_and_is_not_bought_again_unasked(write_scenes, scripted) -> None:
    write_scenes(1)
    half = picture("x")[:60]  # its header is whole
    scripted.on(1, GeneratedImage(data=half, cost=Cost(Decimal("0.04"))))
    assert outcomes(draw()) == ["failed"]
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        assert ledger.booked() == Decimal("0.04")
    assert "what came cannot be used: the answer" in plan()[0].reason
    assert outcomes(draw()) == ["failed"]
    assert len(scripted.calls) == 1
    assert "; what came the last time cannot be used: the answer" in plan(retry_unusable=True)[0].reason
    assert outcomes(draw(retry_unusable=True)) == ["drawn"]
    assert len(scripted.calls) == 2


def test_a_damaged_answer_to_several_scenes_fails_them_and_stops_nothing(write_scenes, scripted) -> None:
    write_scenes(["the same words"] * 3 + ["others"])
    scripted.on(1, picture("x")[:60])
    report = draw()
    assert outcomes(report) == ["failed", "failed", "failed", "drawn"]
    assert report.stopped_by is None
    assert report[0].reason == report[1].reason == report[2].reason
    assert outcomes(draw(retry_unusable=True)) == ["drawn", "fitted", "fitted", "fresh"]


def test_a_picture_that_moves_while_it_is_looked_for_is_found(tmp_path, monkeypatch) -> None:
    originals = Originals(tmp_path / "originals")
    name = originals.name(picture("x"), "png")
    originals.keep(name, picture("x"))
    home = originals.path(name)
    originals.set_apart(name)
    places = iter([home])
    found = Originals.path
    monkeypatch.setattr(Originals, "path", lambda self, name: next(places, None) or found(self, name))
    assert originals.read(name) == picture("x")


def test_a_damaged_original_is_set_apart_and_not_bought_again_unasked(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    (original,) = Path("frames/.novaclips/originals").rglob("*.png")
    original.write_bytes(original.read_bytes()[:60])
    Path("frames/scene-001.png").unlink()
    (result,) = draw()
    apart = Path("frames/.novaclips/quarantine", *original.parts[-2:])
    assert apart.stat().st_size == 60
    assert not original.exists()
    assert result.reason == (
        f"the original {original.parts[-2]}/{original.name} is damaged: its bytes are not those that came;"
        f" kept as {apart}, and not bought again unasked: --retry-unusable buys it again"
    )
    assert (outcomes(draw()), len(scripted.calls)) == (["failed"], 1)
    assert outcomes(draw(retry_unusable=True)) == ["drawn"]


def test_a_damaged_frame_is_made_again_for_free(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    path = Path("frames/scene-001.png")
    path.write_bytes(path.read_bytes()[:50])
    assert plan()[0].reason == "the frame's file is damaged: fitted again from the original, free"
    assert outcomes(draw()) == ["fitted"]


def test_a_frame_that_was_touched_but_not_changed_is_fresh(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    Path("frames/scene-001.png").touch()
    assert states(plan()) == ["fresh"]


def test_a_copied_project_is_fresh(write_scenes, scripted, tmp_path, monkeypatch) -> None:
    write_scenes(3)
    draw()
    shutil.copytree(tmp_path, tmp_path.parent / "copy")
    monkeypatch.chdir(tmp_path.parent / "copy")
    assert states(plan()) == ["fresh"] * 3


def test_a_frame_edited_by_hand_is_kept_until_its_scene_changes(write_scenes, scripted) -> None:
    write_scenes({1: "alpha"})
    draw()
    Image.new("RGB", (192, 108), "red").save("frames/scene-001.png")
    assert (states(plan()), plan()[0].reason) == (["fresh"], "edited by hand since it was written; kept")
    draw()
    assert shown() == [(255, 0, 0)]

    write_scenes({1: "beta"})
    report = draw()
    assert report.notes == ("scene-001.png was not as novaclips wrote it; kept as scene-001.kept-1.png",)
    with Image.open("frames/scene-001.kept-1.png") as kept:
        assert kept.getpixel((0, 0)) == (255, 0, 0)


def test_planning_writes_nothing(write_scenes, scripted) -> None:
    write_scenes(3)
    assert states(plan()) == ["missing"] * 3
    assert not Path("frames").exists()


def test_the_manifest_tells_what_each_frame_is(write_scenes, scripted) -> None:
    write_scenes({1: "Река над городом 🌊"}, seed=9)
    ImageGenerator("scripted", "photorealistic", fit="contain").generate_all("planning/scenes.yaml", "frames", "64x64")
    text = Path("frames/manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert "Река над городом 🌊" in text
    (frame,) = manifest["frames"]
    assert frame["files"] == ["scene-001.png"]
    assert frame["resolution"] == "64x64"
    assert (frame["seed"], frame["style"], frame["provider"]) == (9, "photorealistic", "scripted")
    assert (Path("frames/.novaclips/originals") / frame["original"]).is_file()
    assert manifest["scenes_file"] == "../planning/scenes.yaml"
    assert manifest["settings"]["fit"] == "contain"
    assert manifest["missing"] == []


def test_the_manifest_lists_scenes_without_a_frame(write_scenes, scripted) -> None:
    write_scenes(3)
    draw(scenes=[1])
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert [entry["scene"] for entry in manifest["missing"]] == [2, 3]


def test_a_lost_original_is_bought_again(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    shutil.rmtree("frames/.novaclips/originals")
    Path("frames/scene-001.png").unlink()
    assert outcomes(draw()) == ["drawn"]


def test_a_ledger_of_a_newer_novaclips_is_left_alone(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        ledger._db.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigError, match="was written by a newer novaclips"):
        draw()


def test_two_scenes_with_the_same_words_keep_their_own_takes(write_scenes, scripted) -> None:
    write_scenes({1: "alpha", 2: "alpha"})
    draw()
    ImageGenerator().regenerate_scene(2, "frames")
    assert shown() == [colour("alpha|None|0"), colour("alpha|None|1")]
    assert outcomes(draw()) == ["fresh", "fresh"]


def test_an_edited_frame_whose_scene_is_gone_is_kept(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    Image.new("RGB", (192, 108), "red").save("frames/scene-002.png")
    write_scenes(1)
    assert draw().notes == ("scene-002.png: scene 2 is gone, but the file was edited; kept as scene-002.kept-1.png",)


def test_names_of_kept_files_go_on_counting(write_scenes, scripted) -> None:
    for words in ("alpha", "beta", "gamma"):
        write_scenes({1: words})
        draw()
        Image.new("RGB", (192, 108), "red").save("frames/scene-001.png")
    assert sorted(path.name for path in Path("frames").glob("*.kept-*")) == [
        "scene-001.kept-1.png",
        "scene-001.kept-2.png",
    ]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"scenes_file": 3}', "{}"], ids=["empty", "cut", "list", "types", "bare"]
)
def test_a_damaged_manifest_says_what_writes_it_anew(write_scenes, scripted, text) -> None:
    write_scenes(1)
    draw()
    Path("frames/manifest.json").write_text(text)
    with pytest.raises(
        ConfigError, match=r"frames/manifest.json cannot be read: .*; novaclips visuals generate writes"
    ):
        ImageGenerator().regenerate_scene(1, "frames")
    assert outcomes(draw()) == ["fresh"]
    assert ImageGenerator().regenerate_scene(1, "frames").ok


def test_a_frame_that_a_killed_run_wrote_and_did_not_enter_is_ours(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    with monkeypatch.context() as torn:
        torn.setattr(Ledger, "put_frame", lambda self, record: None)
        draw()
    assert draw().notes == ()
    assert [path.name for path in Path("frames").glob("scene-*")] == ["scene-001.png"]


def test_a_stranger_s_file_in_the_frame_s_place_is_kept_under_another_name(write_scenes, scripted) -> None:
    write_scenes(1)
    Path("frames").mkdir()
    Path("frames/scene-001.png").write_bytes(b"mine")
    assert draw().notes == ("scene-001.png was not as novaclips wrote it; kept as scene-001.kept-1.png",)
    assert Path("frames/scene-001.kept-1.png").read_bytes() == b"mine"


def test_temporary_files_of_a_killed_run_are_swept_away(write_scenes, scripted) -> None:
    write_scenes(1)
    names = [
        ".scene-001.png.0a1b2c3d.tmp",
        ".scene-001.png.new.tmp",
        "..scene-001.png.new.tmp.0a1b2c3d.tmp",
        ".manifest.json.x_8abcde.tmp",
        ".novaclips/.holder.json.0a1b2c3d.tmp",
        f".novaclips/originals/ab/.{'ab' * 32}.png.0a1b2c3d.tmp",
        f".novaclips/originals/ab/.{'ab' * 32}.{'cd' * 8}.json.0a1b2c3d.tmp",
    ]
    left = [Path("frames", name) for name in names]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    draw()
    assert [path for path in left if path.exists()] == []


@pytest.mark.parametrize(
    "name", [".mydraft.tmp", ".notes.txt.abcdefgh.tmp", ".scene-001.tmp", "scene-001.png.0a1b2c3d.tmp", ".new.tmp"]
)
def test_temporary_files_of_others_stay(write_scenes, scripted, name) -> None:
    write_scenes(1)
    for folder in ("frames", "frames/.novaclips", "frames/.novaclips/originals/ab"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, name).write_bytes(b"mine")
    draw()
    assert len(list(Path("frames").rglob(name))) == 3
