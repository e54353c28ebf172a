"""The engine's promises, driven by chance: whatever is edited, lost or killed, against a simple model of them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import mul
from typing import get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from engine.promised import Courses, Look, Manner, Promised
from engine.service import DIED, POLICY, Client, Service, Size
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
from novaclips.visuals.image_generator.engine.settings import OnUnknown
from scripted import colour, picture
from visuals.drawing import draw

# Read when the module is loaded: a fixture takes all variables of this kind away while a test runs.
EXAMPLES = int(os.environ.get("NOVACLIPS_EXAMPLES", "60"))
STEPS = 12
PROMPTS = ("alpha", "у моря", "🌊 gamma", "delta")
REFUSAL = ContentRefused("not this one")
NO_ANSWER = OutcomeUnknown("the connection broke")
THROTTLES = [RateLimited("not so fast", retry_after=seconds) for seconds in (None, 1.0, 300.0)]
TROUBLES = (
    REFUSAL,
    NO_ANSWER,
    InvalidRequest("this scene is at fault"),
    ProviderUnavailable("the service is down"),
    *THROTTLES,
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
kinds = st.sampled_from([*sorted(EDITS), "insert", "insert", "reword"])  # what brings new orders more often
edits = st.lists(st.tuples(kinds, places, prompts, seeds), min_size=2, max_size=6)
styles = st.sampled_from(sorted(STYLES))
# The first two are drawn in one size, the third in a smaller one of their shape, the others in another shape.
sizes: st.SearchStrategy[Size] = st.sampled_from([(192, 128), (190, 126), (96, 64), (64, 96), (128, 64)])
storms = st.builds(mul, st.sampled_from(THROTTLES).map(lambda throttle: [throttle]), st.integers(2, POLICY.patience))
troubles = st.lists(st.sampled_from(TROUBLES), max_size=3) | storms | st.just([NO_ANSWER, NO_ANSWER])
courses = st.lists(troubles, min_size=2, max_size=4)
unknowns = st.sampled_from(get_args(OnUnknown))


class Promises(Promised):
    """What a creator does, and what goes wrong meanwhile."""

    @initialize(
        words=st.lists(prompts, min_size=2, max_size=5),
        seed=seeds,
        courses=courses,
        manner=st.builds(Manner, on_unknown=unknowns, pictures=st.none() | st.integers(1, 2)),
    )
    def begin(self, words: list[str], seed: int | None, courses: Courses, manner: Manner) -> None:
        scenes = [Scene(number, prompt, seed) for number, prompt in enumerate(words, 1)]
        self.story = Story(self.root / "planning" / "scenes.yaml", scenes)
        self.story.save()
        self.check_run(manner=manner, courses=courses)

    def edit(self, edits: list[Edit]) -> None:
        for edit, place, prompt, seed in edits:
            EDITS[edit](self.story, place, prompt, seed)
        self.story.save()

    # What goes wrong

    @rule(place=places, what=st.sampled_from(["deleted", "damaged", "painted"]))
    def touch_frame(self, place: int, what: str) -> None:
        scene = self.story.at(place).id
        if scene not in self.shown:
            return  # no precondition: which frames there are after a kill is a matter of chance
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
        self.told.clear()
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
        self.forget()

    # What the creator runs

    @rule(style=styles, size=sizes, on_unknown=unknowns)
    def run_in_another_look(self, style: str, size: Size, on_unknown: str) -> None:
        self.look = Look(style, size)
        self.check_run(manner=Manner(on_unknown=on_unknown))

    @rule(edits=edits, courses=courses, on_unknown=unknowns)
    def run_into_trouble(self, edits: list[Edit], courses: Courses, on_unknown: str) -> None:
        self.edit(edits)
        self.check_run(manner=Manner(on_unknown=on_unknown), courses=courses)

    @rule(edits=edits, courses=courses, on_unknown=unknowns, workers=st.integers(2, 4))
    def run_with_several_workers(self, edits: list[Edit], courses: Courses, on_unknown: str, workers: int) -> None:
        self.edit(edits)
        self.check_run(manner=Manner(on_unknown=on_unknown, workers=workers), courses=courses)

    @rule(chosen=st.lists(places, max_size=2), retry_refused=st.booleans(), on_unknown=unknowns)
    def run(self, chosen: list[int], retry_refused: bool, on_unknown: str) -> None:
        manner = Manner(retry_refused=retry_refused, on_unknown=on_unknown)
        self.check_run({self.story.at(place).id for place in chosen}, manner)

    @rule(edits=edits, courses=courses, on_unknown=unknowns, pictures=st.integers(1, 2))
    def run_on_a_budget(self, edits: list[Edit], courses: Courses, on_unknown: str, pictures: int) -> None:
        self.edit(edits)
        self.check_run(manner=Manner(on_unknown=on_unknown, pictures=pictures), courses=courses)

    @rule(edits=edits, courses=courses, on_unknown=unknowns, number=st.integers(1, 6))
    def die_in_a_run(self, edits: list[Edit], courses: Courses, on_unknown: str, number: int) -> None:
        if self.edited:
            return
        self.edit(edits)
        before = self.service.orders
        manner, everything = Manner(on_unknown=on_unknown), self.wanted(self.look)
        events = self.foretell(everything, manner, courses).events
        self.service.dies_at = len(before) + number - 1
        if events:  # what a run is told to do is written down before it sends anything
            self.remember(self.look, everything)
        run = partial(self.of_now(manner).run, *self.place)
        process = multiprocessing.get_context("fork").Process(target=run)
        process.start()
        process.join()
        self.service.dies_at = None
        dies = number <= len(events)
        assert process.exitcode == (DIED if dies else 0)
        assert self.service.orders[len(before) :] == [order for order, _ in events[:number]]
        self.ledger_is_lost = False
        self.look_at_frames()
        self.learn([*events[: number - 1], (events[number - 1][0], NO_ANSWER)] if dies else events)
        if not dies:
            self.remember(self.look, everything)
        self.check_books()

    @precondition(lambda self: self.remembered)
    @rule(place=places, prompt=st.none() | prompts, seed=seeds, troubles=troubles, on_unknown=unknowns)
    def regenerate(
        self, place: int, prompt: str | None, seed: int | None, troubles: list[ProviderError], on_unknown: str
    ) -> None:
        look, manner = self.remembered, Manner(retry_refused=True, on_unknown=on_unknown)
        everything = self.wanted(look)
        now = everything[place % len(everything)]
        new = replace(now, take=Take(now.take.number + 1, prompt or now.take.prompt, seed, now.scene.seed))
        while self.is_there(new):  # drawn before, for the same words
            new = replace(new, take=replace(new.take, number=new.take.number + 1))
        run = partial(self.generator(None, None, **manner.options).rerun, now.scene.id, self.frames, prompt=prompt)
        self.check([new], look, manner, self.foretell([new], manner, [troubles]), partial(run, seed=seed))
        if self.is_there(new):
            self.story.takes[now.base] = new.take
        self.remember(look, [new if one is now else one for one in everything])

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
