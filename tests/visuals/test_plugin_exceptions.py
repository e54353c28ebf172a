"""Whatever comes out of a plugin's code fails one scene, or says before anything is sent whose fault it is."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate
from novaclips.builtin.png_writer import PngWriter
from novaclips.errors import BudgetReached, ExitCode, PluginError
from novaclips.plugin import Cost, JobImageProvider
from novaclips.visuals.image_generator.engine.ledger import Ledger
from scripted import Scripted
from visuals.drawing import draw, outcomes, plan

PRICE = Decimal("0.05")
PROVIDER = "provider 'scripted' is broken: provider-scripted from novaclips-provider-scripted 1.0"


class Mute(Exception):
    """An error whose text fails, too."""

    def __str__(self) -> str:
        raise ValueError("no words")


class Odd(BaseException):
    """What no handler of Exception catches."""


RAISED = {
    "an error": (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    "sys.exit": (SystemExit("bye"), "SystemExit: bye"),
    "a cancelled task": (asyncio.CancelledError(), "CancelledError"),
    "the end of a generator": (GeneratorExit(), "GeneratorExit"),
    "the end of an iterator": (StopIteration(3), "StopIteration: 3"),
    "its own Ctrl-C": (KeyboardInterrupt(), "KeyboardInterrupt"),
    "a BaseException": (Odd("odd"), "Odd: odd"),
    "an error without words": (Mute(), "Mute"),
}
raises = pytest.mark.parametrize(("raised", "told"), RAISED.values(), ids=RAISED)
OF_THIS_THREAD = {name: pair for name, pair in RAISED.items() if name != "its own Ctrl-C"}
on_this_thread = pytest.mark.parametrize(("raised", "told"), OF_THIS_THREAD.values(), ids=OF_THIS_THREAD)


@pytest.fixture(autouse=True)
def _in_time(monkeypatch) -> None:
    """End a run that hangs, with a failure."""

    def give_up() -> None:
        faulthandler.dump_traceback()
        os._exit(70)

    watchdog = threading.Timer(120, give_up)
    watchdog.daemon = True
    watchdog.start()
    yield
    watchdog.cancel()


def fail(error: BaseException):
    def method(*_: object):
        raise error

    return method


def booked() -> Decimal:
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        return ledger.booked()


@raises
def test_in_generate_it_fails_the_scene_and_counts_as_perhaps_billed(
    write_scenes, scripted, monkeypatch, raised, told
) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE))
    write_scenes(3)
    scripted.on(2, fail(raised))
    report = draw(budget="0.15", workers=2)
    assert outcomes(report) == ["drawn", "failed", "drawn"]
    assert report[1].reason == f"{PROVIDER}: generate() raised {told}; perhaps the picture was drawn and billed"
    assert isinstance(report[1].error, PluginError)
    assert booked() == 3 * PRICE
    assert plan()[1].reason == f"no frame yet; failed the last time: {report[1].reason}"


def test_the_budget_ends_what_a_broken_plugin_may_cost(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE))
    write_scenes(20)
    for scene in range(1, 21):
        scripted.on(scene, fail(ValueError(f"scene {scene}")))
    report = draw(budget="0.10", workers=1)
    assert isinstance(report.stopped_by, BudgetReached)
    assert (len(scripted.calls), booked()) == (2, 2 * PRICE)


class Jobs(JobImageProvider, Scripted):
    """The scripted provider as a service that hands out job ids."""

    def submit(self, request):
        return f"job-{request.scene_id}"

    def collect(self, job_id):
        raise AssertionError(job_id)

    def cancel(self, job_id):
        raise AssertionError(job_id)


@raises
@pytest.mark.parametrize("method", ["submit", "collect"])
def test_in_a_job_it_fails_the_scene(write_scenes, scripted, monkeypatch, method, raised, told) -> None:
    monkeypatch.setattr("scripted.Scripted", Jobs)
    monkeypatch.setattr(Jobs, method, fail(raised))
    write_scenes(1)
    report = draw()
    assert outcomes(report) == ["failed"]
    assert report[0].reason == f"{PROVIDER}: {method}() raised {told}; perhaps the picture was drawn and billed"


@raises
def test_in_a_writer_it_fails_the_scene_and_loses_no_picture(write_scenes, scripted, monkeypatch, raised, told) -> None:
    write_scenes(1)
    with monkeypatch.context() as patch:
        patch.setattr(PngWriter, "encode", fail(raised))
        report = draw()
    assert outcomes(report) == ["failed"]
    assert report[0].reason.endswith(f"write() raised {told}")
    assert report[0].reason.startswith("writer 'png' is broken: writer-png from novaclips ")
    scripted.forget()
    assert outcomes(draw()) == ["fitted"]
    assert scripted.calls == []


def test_a_writer_that_leaves_no_file_is_named(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    monkeypatch.setattr(PngWriter, "write", lambda *_: None)
    report = draw()
    assert outcomes(report) == ["failed"]
    assert report[0].reason.startswith("writer 'png' is broken: writer-png from novaclips ")
    assert report[0].reason.endswith(": write() left no file")


@on_this_thread
@pytest.mark.parametrize("method", ["identity", "estimate", "notices", "open"])
def test_before_anything_is_sent_it_ends_the_plan(write_scenes, scripted, monkeypatch, method, raised, told) -> None:
    write_scenes(2)
    monkeypatch.setattr(Scripted, method, fail(raised), raising=False)
    result = generate()
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.splitlines()[-1] == f"error: {PROVIDER}: {method}() raised {told}"
    assert scripted.calls == []


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("estimate", 0.04, "estimate() should return a Cost or None, not float"),
        ("notices", 3, "notices() should return sentences, not int"),
        ("notices", [3], "notices() should return sentences, not list"),
        ("identity", 3, "identity() raised TypeError: 'int' object is not iterable"),
    ],
    ids=["a number for a cost", "a number for sentences", "a list of numbers", "a number for an identity"],
)
def test_an_answer_of_the_wrong_kind_is_the_plugin_s_fault(
    write_scenes, scripted, monkeypatch, method, answer, told
) -> None:
    write_scenes(1)
    monkeypatch.setattr(Scripted, method, lambda *_: answer)
    result = generate()
    assert (result.exit_code, result.stderr) == (ExitCode.USAGE, f"error: {PROVIDER}: {told}\n")


ENHANCER = """
    from novaclips.plugin import BasePromptEnhancer, PromptEnhancerSpec, hookimpl

    class Trouble(BasePromptEnhancer):
        def enhance(self, prompt):
            {code}

    @hookimpl
    def novaclips_prompt_enhancers():
        yield PromptEnhancerSpec(name="trouble", summary="", create=lambda settings: Trouble())
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise KeyError('words')", "enhance() raised KeyError: 'words'"),
        ("raise SystemExit(3)", "enhance() raised SystemExit: 3"),
        ("import asyncio; raise asyncio.CancelledError", "enhance() raised CancelledError"),
        ("raise GeneratorExit", "enhance() raised GeneratorExit"),
        ("return prompt.text", "enhance() should return a Prompt, not str"),
        ("return None", "enhance() should return a Prompt, not NoneType"),
    ],
    ids=["an error", "sys.exit", "a cancelled task", "the end of a generator", "a text", "nothing"],
)
def test_an_enhancer_in_trouble_is_named(write_scenes, scripted, site, code, told) -> None:
    site.install(
        "novaclips-enhancer-trouble",
        entry_points={"enhancer-trouble": "acme_trouble"},
        modules={"acme_trouble.py": ENHANCER.format(code=code)},
    )
    write_scenes(1)
    result = generate("--enhancer", "trouble")
    who = "enhancer 'trouble' is broken: enhancer-trouble from novaclips-enhancer-trouble 1.0"
    assert (result.exit_code, result.stderr) == (ExitCode.USAGE, f"error: {who}: {told}\n")
    assert scripted.calls == []


@pytest.mark.parametrize("raised", [SystemExit(3), asyncio.CancelledError(), GeneratorExit()], ids=repr)
def test_a_provider_that_cannot_be_closed_costs_no_report(write_scenes, scripted, monkeypatch, caplog, raised) -> None:
    write_scenes(1)
    monkeypatch.setattr(Scripted, "close", fail(raised))
    assert outcomes(draw()) == ["drawn"]
    assert "provider 'scripted' could not be closed: " in caplog.text


def test_a_mistake_of_novaclips_itself_fails_the_scene_and_is_logged(
    write_scenes, scripted, monkeypatch, caplog
) -> None:
    from novaclips.visuals.image_generator.engine import finish

    write_scenes(2)
    describe = finish.describe

    def mistaken(planned, *rest):
        if planned.scene.id == 1:
            raise LookupError("oh")
        return describe(planned, *rest)

    monkeypatch.setattr(finish, "describe", mistaken)
    report = draw()
    assert outcomes(report) == ["failed", "drawn"]
    assert report[0].reason == "novaclips made a mistake, please report it: LookupError: oh"
    assert "a mistake of novaclips itself" in caplog.text
    assert "in mistaken" in caplog.text
    assert Path("frames/manifest.json").exists()
