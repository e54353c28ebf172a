"""Plugins in a run: jobs, writers, enhancers, and what happens when one of them fails."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import ConfigError, PluginError, QuotaExhausted
from novaclips.plugin import Capabilities, GeneratedImage, JobImageProvider
from novaclips.visuals.image_generator import ImageGenerator, PromptEnhancer
from novaclips.visuals.image_generator.engine.ledger import Ledger
from scripted import Scripted, picture, script
from visuals.drawing import draw, outcomes

WRITERS = """
    from pathlib import Path
    from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl

    class WebP(BaseOutputWriter):
        extension = ".webp"
        def encode(self, frame, file):
            if "broken" in frame.text["prompt"]:
                raise ValueError("no such codec")
            frame.image.save(file, "WEBP", lossless=True)

    class OtherPng(WebP):
        extension = ".png"

    @hookimpl
    def novaclips_output_writers():
        yield OutputWriterSpec(name="webp", summary="WebP", create=lambda settings: WebP())
        yield OutputWriterSpec(name="otherpng", summary="PNG again", create=lambda settings: OtherPng())
"""
ENHANCERS = """
    from dataclasses import replace
    from novaclips.plugin import BasePromptEnhancer, PromptEnhancerSpec, hookimpl

    class Night(BasePromptEnhancer):
        def enhance(self, prompt):
            return replace(prompt, text=f"{prompt.text}, at night")

    class Silent(BasePromptEnhancer):
        def enhance(self, prompt):
            return replace(prompt, text=" ")

    @hookimpl
    def novaclips_prompt_enhancers():
        yield PromptEnhancerSpec(name="night", summary="", create=lambda settings: Night())
        yield PromptEnhancerSpec(name="silent", summary="", create=lambda settings: Silent())
"""


@pytest.fixture
def writers(site):
    points = {"writer-webp": "acme_writers", "writer-otherpng": "acme_writers"}
    site.install("novaclips-writer-webp", entry_points=points, modules={"acme_writers.py": WRITERS})


@pytest.fixture
def enhancers(site):
    points = {"enhancer-night": "acme_enhancers", "enhancer-silent": "acme_enhancers"}
    site.install("novaclips-enhancer-night", entry_points=points, modules={"acme_enhancers.py": ENHANCERS})


def test_two_writers_write_the_same_frame(write_scenes, scripted, writers) -> None:
    write_scenes(2)
    assert outcomes(draw(writers=["png", "webp"])) == ["drawn", "drawn"]
    for number in (1, 2):
        with Image.open(f"frames/scene-00{number}.png") as one, Image.open(f"frames/scene-00{number}.webp") as other:
            assert one.size == other.size == (192, 108)
    assert outcomes(draw(writers=["png", "webp"])) == ["fresh", "fresh"]


def test_a_writer_added_later_costs_nothing(write_scenes, scripted, writers) -> None:
    write_scenes(1)
    draw()
    scripted.forget()
    assert outcomes(draw(writers=["png", "webp"])) == ["fitted"]
    assert scripted.calls == []


def test_writers_of_the_same_file_are_refused_before_anything_is_sent(write_scenes, scripted, writers) -> None:
    write_scenes(1)
    with pytest.raises(ConfigError, match=r"writers 'png' and 'otherpng' both write \.png files; choose one"):
        draw(writers=["png", "otherpng"])
    assert scripted.calls == []


def test_a_writer_that_fails_fails_its_scene_alone_and_loses_no_picture(write_scenes, scripted, writers) -> None:
    write_scenes({1: "a broken codec", 2: "a harbour"})
    report = draw(writers=["webp"])
    assert outcomes(report) == ["failed", "drawn"]
    assert report[0].reason == (
        "writer 'webp' is broken: writer-webp from novaclips-writer-webp 1.0: write() raised ValueError: no such codec"
    )
    scripted.forget()
    assert outcomes(draw(writers=["png"])) == ["fitted", "fitted"]
    assert scripted.calls == []


def test_enhancers_work_before_the_style(write_scenes, scripted, enhancers) -> None:
    write_scenes({1: "a harbour"})
    draw(style="minimalist", enhancers=["night"])
    assert scripted.calls[0].prompt == (
        "Clean minimalist design, solid colors, simple shapes, a harbour, at night, high quality, detailed"
    )
    assert PromptEnhancer().enhance("a harbour", "night") == "a harbour, at night"


def test_an_enhancer_that_leaves_nothing_is_named(write_scenes, scripted, enhancers) -> None:
    write_scenes(1)
    with pytest.raises(ConfigError, match="enhancer 'Silent' left nothing of the prompt"):
        draw(enhancers=["silent"])


class Jobs(JobImageProvider, Scripted):
    """The scripted provider as a service that hands out job ids."""

    def submit(self, request):
        return f"job-{request.scene_id}"

    def collect(self, job_id):
        return GeneratedImage(data=picture(job_id))

    def cancel(self, job_id):
        raise AssertionError(job_id)


def test_a_job_s_id_is_in_the_ledger(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(2)
    monkeypatch.setattr("scripted.Scripted", Jobs)
    assert outcomes(draw()) == ["drawn", "drawn"]
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        rows = ledger._reading("SELECT scene, job, state FROM attempt ORDER BY scene")
    assert rows == [(1, "job-1", "received"), (2, "job-2", "received")]


def test_a_job_provider_can_be_called_like_any_other(scripted) -> None:
    from novaclips.plugin import ImageRequest

    assert Jobs().generate(ImageRequest(7, "a harbour")).data == picture("job-7")


def test_a_provider_that_cannot_be_closed_costs_no_report(write_scenes, scripted, monkeypatch, caplog) -> None:
    write_scenes(1)

    def close(self):
        raise OSError("the socket is gone")

    monkeypatch.setattr(Scripted, "close", close)
    assert outcomes(draw()) == ["drawn"]
    assert "provider 'scripted' could not be closed: OSError: the socket is gone" in caplog.text


def test_what_a_provider_cannot_do_is_said(write_scenes, site) -> None:
    write_scenes(1, seed=4, negative_prompt="people", references="[hero.png, hero.png]")
    Path("hero.png").write_bytes(b"\x89PNG\r\n\x1a\n hero")
    source = """
        from scripted import create
        from novaclips.plugin import Capabilities, ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="plain", summary="", create=create)
            yield ImageProviderSpec(name="one", summary="", create=create, capabilities=Capabilities(references=1))
    """
    points = {"provider-plain": "acme_plain", "provider-one": "acme_plain"}
    site.install("novaclips-provider-plain", entry_points=points, modules={"acme_plain.py": source})
    script.__init__()
    assert ImageGenerator("plain", "none").run("planning/scenes.yaml", "frames", "192x108").warnings == [
        "plain: the seed is ignored",
        "plain: the negative prompt is ignored",
        "plain: reference images are ignored",
    ]
    assert ImageGenerator("one", "none").run("planning/scenes.yaml", "other", "192x108").warnings[-1] == (
        "one: only the first 1 reference images are used"
    )


def test_an_exception_in_a_provider_is_the_provider_s_fault(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, ZeroDivisionError("division by zero"))
    report = draw()
    assert isinstance(report[0].error, PluginError)
    assert isinstance(report[0].error.__cause__, ZeroDivisionError)


class Crowd:
    """Counts how many calls are made at once; each lasts until a second one comes, or a moment."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._changed = threading.Condition()

    def answer(self, request):
        with self._changed:
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._now > 1, timeout=0.02)
            self._now -= 1
        return picture(request.prompt)


@pytest.mark.parametrize("workers", [16, None], ids=["16 workers", "as it says"])
def test_a_serial_provider_gets_one_call_at_a_time(write_scenes, scripted, workers) -> None:
    write_scenes(20)
    crowd = Crowd()
    for scene in range(1, 21):
        scripted.on(scene, crowd.answer)
    scripted.capabilities = Capabilities(serial=True, per_minute=math.inf)
    assert set(outcomes(draw(workers=workers))) == {"drawn"}
    assert (crowd.most, len(scripted.calls)) == (1, 20)


def test_in_flight_is_a_hint_that_the_user_may_overrule(write_scenes, scripted) -> None:
    write_scenes(20)
    crowd = Crowd()
    for scene in range(1, 21):
        scripted.on(scene, crowd.answer)
    scripted.capabilities = Capabilities(in_flight=1, per_minute=math.inf)
    draw(workers=16)
    assert crowd.most > 1


def test_a_job_of_a_serial_provider_is_submitted_and_collected_before_the_next(write_scenes, scripted, monkeypatch):
    write_scenes(6)
    crowd = Crowd()
    requests = {}

    class Jobs(JobImageProvider, Scripted):
        def submit(self, request):
            requests[request.prompt] = request
            crowd.answer(request)
            return request.prompt

        def collect(self, job_id):
            return GeneratedImage(data=crowd.answer(requests[job_id]))

        def cancel(self, job_id): ...

    monkeypatch.setattr("scripted.Scripted", Jobs)
    scripted.capabilities = Capabilities(serial=True, per_minute=math.inf)
    assert set(outcomes(draw(workers=6))) == {"drawn"}
    assert crowd.most == 1


def test_who_waits_for_a_serial_provider_is_not_sent_after_a_stop(write_scenes, scripted) -> None:
    write_scenes(6)
    scripted.on(1, QuotaExhausted("no money is left"))
    for scene in range(2, 7):
        scripted.on(scene, QuotaExhausted("no money is left"))
    scripted.capabilities = Capabilities(serial=True, per_minute=math.inf)
    report = draw(workers=6)
    assert len(scripted.calls) == 1
    assert outcomes(report).count("not sent") == 5
