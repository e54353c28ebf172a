"""The Python interface, as the documentation shows it."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import (
    ConfigError,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    PluginError,
    StorageError,
    UnknownPlugin,
)
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import (
    ImageGenerator,
    ImageRequest,
    ImageResult,
    Listener,
    PromptEnhancer,
)
from scripted import Script, colour, picture
from visuals.drawing import draw, outcomes


def test_the_snippet_of_the_readme_draws_every_scene(write_scenes) -> None:
    write_scenes({1: "a river turning into a cloud", 2: "a city in the rain", 3: "Река превращается в облако"})

    generator = ImageGenerator(provider="storyboard", style="photorealistic")
    results = generator.generate_all(scenes_path="planning/scenes.yaml", output_dir="frames/", resolution="1920x1080")

    assert [result.file_path for result in results] == [Path(f"frames/scene-00{number}.png") for number in (1, 2, 3)]
    for result in results:
        with Image.open(result.file_path) as frame:
            assert frame.size == (1920, 1080)
        assert result.image_bytes == result.file_path.read_bytes()
    assert results[2].prompt_used == (
        "Ultra-realistic photograph, 8K, professional lighting, Река превращается в облако, high quality, detailed"
    )


def test_regenerating_in_a_new_process_finds_scenes_and_settings_by_itself(write_scenes) -> None:
    write_scenes(3)
    ImageGenerator(provider="storyboard", style="noir").generate_all("planning/scenes.yaml", "frames/", "640x360")
    before = Path("frames/scene-003.png").read_bytes()

    code = (
        "from novaclips.visuals.image_generator import ImageGenerator;"
        "result = ImageGenerator().regenerate_scene(scene_id=3, output_dir='frames/');"
        "print(result.provider, result.outcome)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "storyboard drawn"
    assert Path("frames/scene-003.png").read_bytes() != before
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert manifest["frames"][2]["take"] == 1
    assert manifest["frames"][2]["style"] == "noir"


def test_the_generator_has_the_defaults_that_the_documentation_names() -> None:
    generator = ImageGenerator()
    assert (generator.provider, generator.style) == ("openai", "photorealistic")


def test_a_provider_that_is_not_installed_is_answered_with_the_command_that_installs_it(write_scenes) -> None:
    write_scenes(1)
    with pytest.raises(UnknownPlugin, match="pip install novaclips-provider-replicate"):
        ImageGenerator("replicate", env={"NOVACLIPS_DISABLE_PLUGINS": "provider-replicate"}).generate_all(
            "planning/scenes.yaml", "frames"
        )
    assert not Path("frames").exists()


def test_requests_and_results_keep_the_fields_of_the_documentation_in_their_order() -> None:
    request = ImageRequest(7, "a lighthouse", "metaphor", "640x360")
    assert (request.scene_id, request.prompt, request.visual_type, request.resolution) == (
        7,
        "a lighthouse",
        "metaphor",
        "640x360",
    )
    assert ImageRequest(7, "a lighthouse", "metaphor").resolution == "1920x1080"
    result = ImageResult(7, b"bytes", Path("scene-007.png"), "a lighthouse, detailed")
    assert result.image_bytes == b"bytes"
    assert (result.scene_id, result.file_path, result.prompt_used) == (
        7,
        Path("scene-007.png"),
        "a lighthouse, detailed",
    )


@pytest.mark.parametrize(
    ("style", "prefix"),
    [
        ("photorealistic", "Ultra-realistic photograph, 8K, professional lighting, "),
        ("illustration", "Digital illustration, vibrant colors, modern style, "),
        ("minimalist", "Clean minimalist design, solid colors, simple shapes, "),
    ],
)
@pytest.mark.parametrize("visual_type", ["diagram", "metaphor", "image"])
def test_the_three_first_styles_keep_their_wording(style: str, prefix: str, visual_type: str) -> None:
    enhanced = PromptEnhancer().enhance("a lighthouse.", style, visual_type)
    assert enhanced == f"{prefix}a lighthouse., high quality, detailed"


def test_two_scenes_that_ask_for_the_same_share_one_purchase(write_scenes, scripted) -> None:
    write_scenes({1: "a lighthouse", 2: "a lighthouse", 3: "a harbour"})
    report = draw()
    assert len(scripted.calls) == 2
    assert outcomes(report) == ["drawn", "fitted", "drawn"]
    assert Path("frames/scene-001.png").read_bytes() != Path("frames/scene-003.png").read_bytes()


BROKEN = "provider 'scripted' is broken: provider-scripted from novaclips-provider-scripted 1.0"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>504</html>", "is not a picture"),
        (picture("x")[:60], "damaged picture"),
        (b"", "is not a picture"),
        ("text", f"{BROKEN}: it answered with str, not bytes; perhaps the picture was drawn and billed"),
        (KeyError("oops"), f"{BROKEN}: generate() raised KeyError: 'oops'; perhaps the picture was drawn and billed"),
    ],
    ids=["html", "cut short", "empty", "not bytes", "a bug"],
)
def test_a_bad_answer_fails_its_scene_alone(write_scenes, scripted, answer, reason) -> None:
    write_scenes(2)
    scripted.on(1, lambda _: answer)
    report = draw()
    assert outcomes(report) == ["failed", "drawn"]
    assert reason in report[0].reason


def test_costs_are_added_up_and_unknown_is_not_zero(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(1, GeneratedImage(data=picture("1"), cost=Cost(Decimal("0.041"))))
    scripted.on(2, GeneratedImage(data=picture("2"), cost=Cost(Decimal("0.02"))))
    assert draw().cost_usd == Decimal("0.061")
    write_scenes({1: "new words", 2: "a picture of 2"})
    assert draw().cost_usd is None


def test_warnings_are_told_once(write_scenes, scripted) -> None:
    write_scenes(3)
    for number in (1, 2, 3):
        scripted.on(number, GeneratedImage(data=picture(str(number)), warnings=("the seed is ignored",)))
    assert draw().warnings == ["scripted: the seed is ignored"]


def test_only_the_wanted_scenes_are_drawn(write_scenes, scripted) -> None:
    write_scenes(5)
    report = draw(scenes=[2, 4])
    assert scripted.scenes == [2, 4]
    assert len(report) == 2
    with pytest.raises(ConfigError, match=r"no scene 9 in the scenes file; it has 1 to 5"):
        draw(scenes=[9])


def test_the_listener_hears_the_plan_and_every_scene(write_scenes, scripted) -> None:
    write_scenes(3)
    heard: list[object] = []

    class Ear(Listener):
        def planned(self, plan) -> None:
            heard.append(plan.requests)

        def progress(self, progress) -> None:
            heard.append((progress.done, progress.total, str(progress.outcome)))

    generator = ImageGenerator("scripted", "none")
    generator.run("planning/scenes.yaml", "frames", "192x108", listener=Ear())
    assert heard == [3, (1, 3, "drawn"), (2, 3, "drawn"), (3, 3, "drawn")]


@pytest.mark.parametrize("deaf", ["planned", "progress"])
def test_a_listener_that_raises_is_logged_and_the_run_goes_on(
    write_scenes, scripted, monkeypatch, caplog, deaf
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("no such widget")

    write_scenes(3)
    scripted.on(2, InvalidRequest("not this one"))
    ear = Listener()
    monkeypatch.setattr(ear, deaf, fail)
    report = ImageGenerator("scripted", "none").run("planning/scenes.yaml", "frames", "192x108", listener=ear)
    assert outcomes(report) == ["drawn", "failed", "drawn"]
    assert "the program that listens to the run failed; the run goes on" in caplog.text
    assert "LookupError: no such widget" in caplog.text
    assert len(json.loads(Path("frames/manifest.json").read_text())["frames"]) == 2


def test_a_scene_chooses_its_own_provider_style_seed_and_options(tmp_path, scripted) -> None:
    path = tmp_path / "planning" / "scenes.yaml"
    path.parent.mkdir()
    path.write_text(
        """
- id: 1
  visual: {prompt: a lighthouse, style: noir, seed: 42, options: {quality: high}, negative_prompt: people}
- id: 2
  visual: {prompt: a harbour, provider: storyboard}
""",
        encoding="utf-8",
    )
    report = ImageGenerator("scripted", "none", options={"quality": "low", "model": "m"}).run(path, "frames", "192x108")
    (request,) = scripted.calls
    assert request.prompt == PromptEnhancer().enhance("a lighthouse", "noir", "image") != "a lighthouse"
    assert request.style == "noir"
    assert request.seed == 42
    assert request.options == {"quality": "high", "model": "m"}
    assert request.negative_prompt.startswith("people, ")
    assert [result.provider for result in report] == ["scripted", "storyboard"]


def test_a_bug_in_identity_names_the_provider(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.identity = {"model": object()}
    with pytest.raises(PluginError, match=r"provider 'scripted' is broken: its identity\(\) is not JSON"):
        draw()


def test_frames_have_the_prompt_s_own_picture(write_scenes, scripted) -> None:
    write_scenes({1: "alpha", 2: "beta"})
    draw()
    for number, words in ((1, "alpha"), (2, "beta")):
        with Image.open(f"frames/scene-00{number}.png") as frame:
            assert frame.getpixel((50, 50)) == colour(f"{words}|None|0")


def test_a_refused_request_is_not_sent_again_unless_changed_or_asked_for(write_scenes, scripted: Script) -> None:
    write_scenes({1: "alpha", 2: "beta"})
    scripted.on(2, ContentRefused("no"))
    assert draw().exit_code is ExitCode.REFUSED
    scripted.forget()
    report = draw()
    assert (report.exit_code, scripted.scenes) == (ExitCode.REFUSED, [])
    assert report[1].reason == "refused, and not sent again unchanged: no"
    assert draw(retry_refused=True).exit_code is ExitCode.OK
    assert scripted.scenes == [2]


def test_no_workers_and_no_prompt_are_mistakes() -> None:
    with pytest.raises(ConfigError, match="workers must be 1 or more, not 0"):
        ImageGenerator(workers=0)
    with pytest.raises(ConfigError, match="scene 7: the prompt is empty"):
        ImageRequest(7, "  ")


def test_a_cost_says_whether_it_is_a_bound() -> None:
    assert str(Cost(Decimal("0.0411"))) == "$0.0411"
    assert str(Cost(Decimal("0.2"), upper_bound=True)) == "at most $0.20"


def test_a_run_that_changes_nothing_leaves_the_manifest_alone(write_scenes, scripted) -> None:
    manifest = Path("frames/manifest.json")
    write_scenes({1: "Река 🌊", 2: "beta", 3: "gamma"}, seed=7)
    scripted.on(2, ContentRefused("no"))
    draw()
    ImageGenerator().regenerate_scene(3, "frames", prompt="delta")
    before = manifest.stat()
    draw()
    assert (manifest.stat().st_ino, manifest.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    draw(size="96x64")
    assert manifest.stat().st_mtime_ns != before.st_mtime_ns


def test_a_manifest_that_cannot_be_written_is_told(write_scenes, scripted, monkeypatch) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise StorageError(f"cannot write {path}: No space left on device")

    write_scenes(1)
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.manifest.write_atomically", refuse)
    report = draw()
    assert outcomes(report) == ["drawn"]
    assert str(report.stopped_by) == "cannot write frames/manifest.json: No space left on device"
    assert report.exit_code is ExitCode.SCENES_FAILED


def test_something_else_in_the_manifest_s_place_stops_a_run_before_anything_is_sent(write_scenes, scripted) -> None:
    write_scenes(1)
    Path("frames/manifest.json").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"^frames/manifest.json should be a file, and is something else"):
        draw()
    assert scripted.calls == []


def test_off_the_main_thread_a_run_works_too(write_scenes, scripted) -> None:
    import threading

    write_scenes(2)
    reports = []
    thread = threading.Thread(target=lambda: reports.append(draw()))
    thread.start()
    thread.join(timeout=60)
    assert outcomes(reports[0]) == ["drawn", "drawn"]
