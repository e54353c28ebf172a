"""Edits of scenes.yaml, with OpenAI's own SDK over a socket: what is sent for them, and what the frames show."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from novaclips.testing import fingerprint, read_fingerprint
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.settings import Timing

SCENES, FRAMES = Path("planning/scenes.yaml"), Path("frames")
STORY = {1: "a spring in the hills", 2: "a river", 3: "a harbour at noon", 4: "the open sea"}


@pytest.fixture
def generator(fault_server) -> Callable[..., ImageGenerator]:
    """Make a generator for a style, whose clock runs ahead so that nobody waits."""

    def generator(style: str = "none") -> ImageGenerator:
        clock = itertools.count(step=1000)
        timing = Timing(sleep=lambda _: None, monotonic=lambda: float(next(clock)))
        return ImageGenerator("openai", style, env=fault_server.env, timing=timing)

    return generator


def sent(fault_server) -> list[str]:
    """The prompts that the service was asked for since the last reset, sorted."""
    return sorted(request.body["prompt"] for request in fault_server.requests)


def shown(size: tuple[int, int] = (320, 180)) -> dict[int, int | None]:
    """Which prompt each frame shows, as the fingerprint in its windows; the frames have exactly this size."""
    found = {}
    for path in sorted(FRAMES.glob("scene-*.png")):
        with Image.open(path) as frame:
            assert frame.size == size
            found[int(path.stem.removeprefix("scene-"))] = read_fingerprint(frame)
    return found


def expected(prompts: dict[int, str]) -> dict[int, int]:
    return {number: fingerprint(prompt) for number, prompt in sorted(prompts.items())}


EDITS = {
    "insert": ({1: STORY[1], 2: "a waterfall", 3: STORY[2], 4: STORY[3], 5: STORY[4]}, ["a waterfall"]),
    "delete": ({1: STORY[1], 2: STORY[3], 3: STORY[4]}, []),
    "reverse": ({1: STORY[4], 2: STORY[3], 3: STORY[2], 4: STORY[1]}, []),
    "swap places in the file": ({3: STORY[3], 1: STORY[1], 4: STORY[4], 2: STORY[2]}, []),
    "rename": ({10: STORY[1], 20: STORY[2], 30: STORY[3], 40: STORY[4]}, []),
    "repeat": ({**STORY, 5: STORY[2]}, []),
    "edit one": (STORY | {3: "a harbour at night"}, ["a harbour at night"]),
    "all at once": ({7: STORY[4], 2: "a mill", 1: STORY[2], 9: "a delta"}, ["a delta", "a mill"]),
}


@pytest.mark.parametrize(("story", "orders"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_sends_exactly_the_scenes_whose_request_changed(
    write_scenes, generator, fault_server, story, orders
) -> None:
    write_scenes(STORY)
    generator().run(SCENES, FRAMES, "320x180")
    assert (sent(fault_server), shown()) == (sorted(STORY.values()), expected(STORY))

    fault_server.reset()
    write_scenes(story)
    plan = generator().plan(SCENES, FRAMES, "320x180")
    report = generator().run(SCENES, FRAMES, "320x180")
    assert (plan.requests, report.requests, sent(fault_server)) == (len(orders), len(orders), orders)
    assert shown() == expected(story)

    generator().run(SCENES, FRAMES, "320x180")
    assert sent(fault_server) == orders


def test_going_back_to_an_earlier_story_sends_nothing(write_scenes, generator, fault_server) -> None:
    for story in (STORY, {1: "a desert"}):
        write_scenes(story)
        generator().run(SCENES, FRAMES, "320x180")
    fault_server.reset()
    write_scenes(STORY)
    generator().run(SCENES, FRAMES, "320x180")
    assert (sent(fault_server), shown()) == ([], expected(STORY))


def test_a_smaller_resolution_sends_nothing(write_scenes, generator, fault_server) -> None:
    write_scenes(STORY)
    generator().run(SCENES, FRAMES, "1920x1080")
    assert shown((1920, 1080)) == expected(STORY)
    fault_server.reset()
    reasons = {planned.reason for planned in generator().plan(SCENES, FRAMES, "1280x720")}
    generator().run(SCENES, FRAMES, "1280x720")
    assert reasons == {"resolution changed: fitted again from the original, free"}
    assert (sent(fault_server), shown((1280, 720))) == ([], expected(STORY))


def test_another_style_makes_every_scene_stale_and_says_so(write_scenes, generator, fault_server) -> None:
    write_scenes(STORY)
    generator("photorealistic").run(SCENES, FRAMES, "320x180")
    fault_server.reset()
    plan = generator("illustration").plan(SCENES, FRAMES, "320x180")
    assert [(str(planned.state), planned.reason) for planned in plan] == [("stale", "style changed")] * len(STORY)
    assert (plan.requests, sent(fault_server)) == (len(STORY), [])

    generator("illustration").run(SCENES, FRAMES, "320x180")
    styled = "Digital illustration, vibrant colors, modern style, {}, high quality, detailed"
    assert shown() == expected({number: styled.format(prompt) for number, prompt in STORY.items()})
