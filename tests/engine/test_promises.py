"""The engine's promises, driven by chance: whatever is edited, lost or killed, against a simple model of them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from engine.promised import Look, Promised, Size
from engine.service import DIED, PRICE, Client, Service
from engine.story import EDITS, STYLES, Scene, Story, Take
from novaclips.errors import (
    ContentRefused,
    ExitCode,
    InvalidRequest,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
)
from novaclips.visuals.image_generator import ImageGenerator
from scripted import colour, picture
from visuals.drawing import draw

# Read when the module is loaded: a fixture takes all variables of this kind away while a test runs.
EXAMPLES = int(os.environ.get("NOVACLIPS_EXAMPLES", "60"))
STEPS = 12
PROMPTS = ("alpha", "beta", "gamma", "delta")
TROUBLES = (
    ContentRefused("not this one"),
    InvalidRequest("this scene is at fault"),
    ProviderUnavailable("the service is down"),
    RateLimited("not so fast", retry_after=1.0),
    OutcomeUnknown("the connection broke"),
)
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda data: None,
    "emptied": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "overwritten": lambda data: b"no database" * 1000,
}

Edit = tuple[str, int, str, int | None]
places = st.integers(0, 9)
prompts = st.sampled_from(PROMPTS)
seeds = st.none() | st.integers(1, 3)
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), places, prompts, seeds), min_size=1, max_size=4)
styles = st.sampled_from(sorted(STYLES))
sizes: st.SearchStrategy[Size] = st.sampled_from([(96, 64), (64, 96), (128, 64)])


class Promises(Promised):
    """What a creator does, and what goes wrong meanwhile."""

    @initialize(words=st.lists(prompts, min_size=2, max_size=4), seed=seeds)
    def begin(self, words: list[str], seed: int | None) -> None:
        scenes = [Scene(number, prompt, seed) for number, prompt in enumerate(words, 1)]
        self.story = Story(self.root / "planning" / "scenes.yaml", scenes)
        self.story.save()
        self.check_run()

    # What the creator changes

    @rule(edits=edits)
    def edit(self, edits: list[Edit]) -> None:
        for edit, place, prompt, seed in edits:
            EDITS[edit](self.story, place, prompt, seed)
        self.story.save()

    @rule(style=styles, size=sizes)
    def choose_look(self, style: str, size: Size) -> None:
        self.look = Look(style, size)

    # What goes wrong

    # Two at most: a third lost answer would stop the run.
    @rule(edits=edits, calls=st.integers(0, 2), troubles=st.lists(st.sampled_from(TROUBLES), min_size=1, max_size=2))
    def run_into_trouble(self, edits: list[Edit], calls: int, troubles: list[ProviderError]) -> None:
        self.edit(edits)
        self.service.troubles = dict(enumerate(troubles, len(self.service.orders) + calls))
        self.check_run()

    @precondition(lambda self: self.shown)
    @rule(place=places, what=st.sampled_from(["deleted", "damaged", "painted"]))
    def touch_frame(self, place: int, what: str) -> None:
        scene = sorted(self.shown)[place % len(self.shown)]
        path = self.frame(scene)
        self.edited.pop(scene, None)
        if what == "deleted":
            path.unlink(missing_ok=True)
        elif what == "damaged":
            path.write_bytes(b"no picture")
        else:
            path.write_bytes(picture(what, self.shown[scene][1]) + b"by hand")
            self.edited[scene] = colour(what)

    @precondition(lambda self: self.remembered)
    @rule()
    def delete_manifest(self) -> None:
        (self.frames / "manifest.json").unlink()
        self.remembered = None
        self.forget()

    @precondition(lambda self: self.ledger.exists())
    @rule(how=st.sampled_from(sorted(DAMAGES)))
    def lose_ledger(self, how: str) -> None:
        damaged = DAMAGES[how](self.ledger.read_bytes())
        for path in self.ledger.parent.glob(f"{self.ledger.name}*"):
            path.unlink()
        if damaged is not None:
            self.ledger.write_bytes(damaged)
        self.ledger_is_lost = True
        self.least = len(self.have) * PRICE  # what brought no picture may be forgotten
        self.perhaps_refused |= self.refused  # the manifest remembers some of them
        self.refused.clear()
        self.forget()

    def forget(self) -> None:
        """Know nothing but the originals, when ledger and manifest are both gone."""
        if self.ledger_is_lost and not self.remembered:
            self.story.takes.clear()
            self.shown.clear()
            self.edited.clear()

    # What the creator runs

    @rule(chosen=st.lists(places, max_size=2), retry_refused=st.booleans())
    def run(self, chosen: list[int], retry_refused: bool) -> None:
        self.check_run({self.story.at(place).id for place in chosen}, retry_refused=retry_refused)

    @precondition(lambda self: not self.perhaps_refused)
    @rule(edits=edits, pictures=st.integers(1, 3))
    def run_on_a_budget(self, edits: list[Edit], pictures: int) -> None:
        self.edit(edits)
        self.check_run(pictures=pictures)

    @precondition(lambda self: not self.perhaps_refused and not self.edited)
    @rule(edits=edits, number=st.integers(1, 4))
    def die_in_a_run(self, edits: list[Edit], number: int) -> None:
        self.edit(edits)
        before = self.service.orders
        events, _ = self.service.rehearse(self.to_send(self.story.wanted(self.look.style)), before)
        self.service.dies_at = len(before) + number - 1
        process = multiprocessing.get_context("fork").Process(target=self.generate)
        process.start()
        process.join()
        self.service.dies_at = None
        assert process.exitcode == (DIED if number <= len(events) else 0)
        assert self.service.orders[len(before) :] == [order for order, _ in events[:number]]
        self.ledger_is_lost = False
        self.shown.clear()  # which frames were written before the end nobody knows
        if number <= len(events):
            events[number - 1 :] = [(events[number - 1][0], OutcomeUnknown("killed"))]
        else:
            self.remembered = self.look
        self.learn(events)
        self.check_books()

    @precondition(lambda self: self.remembered)
    @rule(place=places, prompt=st.none() | prompts, seed=seeds)
    def regenerate(self, place: int, prompt: str | None, seed: int | None) -> None:
        look = self.remembered
        wanted = self.story.wanted(look.style)
        now = wanted[place % len(wanted)]
        take = Take(now.take.number + 1, prompt or now.take.prompt, seed)
        new = replace(now, take=take)
        if new.order in self.have:
            return  # test_a_scene_drawn_again_gets_a_new_picture has this case
        generator = self.generator(None, None)
        self.check([new], look.size, lambda: generator.rerun(now.scene.id, self.frames, prompt=prompt, seed=seed))
        if new.order in self.have:
            self.story.takes[now.base] = take

    def teardown(self) -> None:
        """A second run at once has nothing to do."""
        if self.check_run().exit_code in {ExitCode.OK, ExitCode.REFUSED}:
            report = self.check_run()
            assert report.requests == 0
            assert set(report.counts) <= {"fresh", "refused"}


def test_the_engine_keeps_its_promises_whatever_happens(scripted, monkeypatch, tmp_path) -> None:
    def hire(service: Service) -> None:
        monkeypatch.setattr("scripted.Scripted", lambda: Client(service))

    profile = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Promises(tmp_path, hire), settings=profile)


def test_a_scene_drawn_again_gets_a_new_picture(write_scenes, scripted) -> None:
    write_scenes(["alpha"])
    draw()
    ImageGenerator().regenerate_scene(1, "frames", prompt="beta")
    write_scenes(["beta"])
    draw()
    scripted.forget()
    ImageGenerator().regenerate_scene(1, "frames")
    assert scripted.scenes == [1]
