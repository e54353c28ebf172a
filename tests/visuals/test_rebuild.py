"""A ledger that is damaged or gone loses no picture and changes no frame."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import ContentRefused, OutcomeUnknown
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.rebuild import set_aside
from scripted import Scripted, picture
from visuals.drawing import draw, outcomes, plan, states

HIDDEN = Path("frames/.novaclips")
LEDGER = HIDDEN / "ledger.sqlite3"
REFUSED = "refused, and not sent again unchanged: no"


@pytest.fixture
def project(write_scenes, scripted):
    """Five scenes: one redrawn twice with other words, two with the same words, one refused, one that has a price."""
    write_scenes({1: "alpha", 2: "beta", 3: "alpha", 4: "gamma", 5: "delta"})
    scripted.on(4, ContentRefused("no"))
    scripted.on(5, GeneratedImage(data=picture("delta"), cost=Cost(Decimal("0.25")), warnings=("rounded",)))
    draw()
    ImageGenerator().regenerate_scene(2, "frames", prompt="a better beta", seed=3)
    ImageGenerator().regenerate_scene(2, "frames")
    draw()
    scripted.forget()
    return scripted


def garbage() -> None:
    LEDGER.write_bytes(b"not a database, but long enough to look like one" * 40)


def truncated() -> None:
    LEDGER.write_bytes(LEDGER.read_bytes()[:5000])


def headless() -> None:
    LEDGER.write_bytes(bytes(100) + LEDGER.read_bytes()[100:])


def holed() -> None:
    data = LEDGER.read_bytes()
    LEDGER.write_bytes(data[:4096] + bytes(range(256)) * 16 + data[8192:])


def emptied() -> None:
    LEDGER.write_bytes(b"")


def deleted() -> None:
    LEDGER.unlink()


def files() -> dict[str, tuple[int, bytes]]:
    """Every frame and original, with the time it was written."""
    paths = [*Path("frames").glob("*.png"), *(HIDDEN / "originals").rglob("*.*")]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


@pytest.mark.parametrize("damage", [garbage, truncated, headless, holed, emptied, deleted])
def test_after_a_loss_an_unchanged_project_sends_nothing_and_rewrites_nothing(project, damage) -> None:
    before = files()
    with Ledger(LEDGER) as ledger:
        facts = (ledger.bought(), ledger.without_picture(), ledger.picks(), ledger.frames(), ledger.booked())
    damage()
    report = draw()
    assert outcomes(report) == ["fresh", "fresh", "fresh", "refused", "fresh"]
    assert project.calls == []
    assert files() == before
    with Ledger(LEDGER) as ledger:
        assert (
            ledger.bought(),
            ledger.without_picture(),
            ledger.picks(),
            ledger.frames(),
            ledger.booked(),
        ) == facts
    assert draw().notes == ()


@pytest.mark.parametrize("damage", [garbage, truncated, headless, holed])
def test_a_damaged_ledger_is_set_aside_and_the_user_hears_of_it(project, damage) -> None:
    damage()
    damaged = LEDGER.read_bytes()
    (note,) = draw().notes
    assert note.startswith("cannot use the ledger frames/.novaclips/ledger.sqlite3: ")
    assert note.endswith(
        "; it was set aside as ledger.damaged-1.sqlite3 and rebuilt from the notes beside the originals and"
        " manifest.json: 5 pictures and 4 frames found"
    )
    assert (HIDDEN / "ledger.damaged-1.sqlite3").read_bytes() == damaged


def test_a_ledger_that_is_gone_is_said_to_be_gone(project) -> None:
    deleted()
    (note,) = draw().notes
    assert note == (
        "the ledger frames/.novaclips/ledger.sqlite3 is gone; rebuilt from the notes beside the originals and"
        " manifest.json: 5 pictures and 4 frames found"
    )
    assert not list(HIDDEN.glob("*damaged*"))


@pytest.mark.parametrize("damage", [garbage, truncated, headless, holed, emptied, deleted])
def test_a_plan_without_a_ledger_says_what_a_run_would_do_and_writes_nothing(project, damage) -> None:
    damage()
    before = {path: path.read_bytes() for path in Path("frames").rglob("*.*") if path.is_file()}
    planned = plan()
    assert states(planned) == ["fresh", "fresh", "fresh", "refused", "fresh"]
    assert planned[3].reason == REFUSED
    (note,) = planned.notes
    assert note.endswith("; the next run rebuilds it: 5 pictures and 4 frames found")
    assert {path: path.read_bytes() for path in Path("frames").rglob("*.*") if path.is_file()} == before


def test_the_sentence_stands_once_on_stderr_and_the_exit_code_stays(project) -> None:
    garbage()
    for command in (["status"], ["status", "--json"], ["generate", "--dry-run"], ["generate"]):
        result = run("visuals", *command, "--provider", "scripted", "--style", "none", "--resolution", "192x108")
        assert result.exit_code == (3 if command == ["generate"] else 0)
        assert result.stderr.count("note: cannot use the ledger") == 1
    assert "cannot use" not in generate().stderr


def test_regenerate_goes_on_with_the_next_take_after_a_loss(project) -> None:
    garbage()
    ImageGenerator().regenerate_scene(2, "frames")
    (call,) = project.calls
    assert (call.take, call.prompt) == (3, "a better beta")


def test_without_a_manifest_the_pictures_are_fitted_again_and_nothing_is_sent(project) -> None:
    deleted()
    Path("frames/manifest.json").unlink()
    report = draw(scenes=[1, 2, 3, 5])
    assert outcomes(report) == ["fitted"] * 4
    assert project.calls == []


def test_without_its_hidden_folder_a_project_is_as_it_was(project) -> None:
    shutil.rmtree(HIDDEN)
    assert outcomes(draw()) == ["fresh", "fresh", "fresh", "refused", "fresh"]
    assert project.calls == []


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("{", 0),
        ("[]", 0),
        ('{"frames": [{"scene": 1}], "missing": []}', 1),
        ('{"frames": {"scene": 1}, "missing": [3], "takes": [{"base": "../x", "occurrence": 0}]}', 3),
    ],
    ids=["cut", "list", "bare", "shapes"],
)
def test_a_damaged_manifest_does_not_stop_the_rebuilding(project, text, left_out) -> None:
    deleted()
    Path("frames/manifest.json").write_text(text)
    (note,) = draw(scenes=[1]).notes[:1]
    said = f"; entries of manifest.json that cannot be understood: {left_out}" if left_out else ""
    assert note.endswith(f"5 pictures and 0 frames found{said}")
    assert project.calls == []


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"original": "ab/other.png"}', '{"original": "../../secret.png"}'],
    ids=["empty", "bare", "list", "other picture", "outside"],
)
def test_a_note_that_cannot_be_read_is_counted(project, text) -> None:
    deleted()
    note = min((HIDDEN / "originals").rglob("*.json"))
    note.write_text(text)
    assert draw().notes[0].endswith("frames found; notes beside originals that cannot be read: 1")
    assert project.calls == []  # the manifest knows the picture as well


def test_equal_bytes_for_two_requests_have_two_notes(write_scenes, scripted) -> None:
    write_scenes({1: "alpha", 2: "beta"})
    scripted.on(1, picture("same"))
    scripted.on(2, picture("same"))
    draw()
    scripted.forget()
    assert len(list((HIDDEN / "originals").rglob("*.png"))) == 1
    assert len(list((HIDDEN / "originals").rglob("*.json"))) == 2
    deleted()
    Path("frames/manifest.json").unlink()
    assert outcomes(draw()) == ["fitted", "fitted"]
    assert scripted.calls == []


def test_an_open_job_survives_the_loss(write_scenes, scripted, monkeypatch) -> None:
    from novaclips.plugin import JobImageProvider
    from scripted import Scripted

    class Jobs(JobImageProvider, Scripted):
        def submit(self, request):
            return f"job-{request.scene_id}"

        def collect(self, job_id):
            raise OutcomeUnknown(f"still drawing {job_id}")

        def cancel(self, job_id):
            raise AssertionError(job_id)

    monkeypatch.setattr("scripted.Scripted", Jobs)
    write_scenes(1)
    draw()
    deleted()
    assert plan()[0].reason == "no frame yet; the service has it as job job-1: collected, not bought again"


def test_names_of_ledgers_set_aside_go_on_counting_and_journals_go_along() -> None:
    for number in (1, 2):
        for suffix in ("", "-wal", "-shm"):
            Path(f"ledger.sqlite3{suffix}").write_text(f"{number}{suffix}")
        assert set_aside(Path("ledger.sqlite3")).name == f"ledger.damaged-{number}.sqlite3"
    assert Path("ledger.damaged-2.sqlite3-wal").read_text() == "2-wal"
    assert not list(Path().glob("ledger.sqlite3*"))


def test_a_journal_left_without_its_ledger_is_set_aside_too(project) -> None:
    deleted()
    Path(f"{LEDGER}-wal").write_bytes(b"what a killed run left" * 300)
    draw()
    assert (HIDDEN / "ledger.damaged-1.sqlite3-wal").exists()
    assert project.calls == []


def test_a_picture_that_was_noted_and_not_entered_is_not_bought_again(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(2)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "receive", lambda self, attempt, bought: None)  # as a kill between the two leaves it
        draw()
    for frame in Path("frames").glob("scene-*.png"):
        frame.unlink()
    scripted.forget()
    assert plan().requests == 0
    assert outcomes(draw()) == ["fitted", "fitted"]
    assert scripted.calls == []
    with Ledger(LEDGER) as ledger:
        assert ledger.unfinished() == {}
        assert len(ledger.attempts()) == 2


def test_an_old_open_end_does_not_take_the_picture_of_a_later_attempt(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    with Ledger(LEDGER) as ledger:
        (attempt,) = ledger.attempts()
        ledger.begin(key=attempt.key, scene=1, provider="scripted", now=attempt.started - 100, reserved=Decimal(1))
    draw()
    with Ledger(LEDGER) as ledger:
        assert sorted(attempt.state for attempt in ledger.attempts()) == ["received", "sent"]


def test_a_manifest_entry_says_all_that_the_ledger_knows_of_its_files(project) -> None:
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    entry = manifest["frames"][1]
    assert entry["written"][0]["file"] == "scene-002.png"
    assert [(take["take"], take["prompt"]) for take in manifest["takes"]] == [(2, "a better beta")]
    assert manifest["missing"][0]["attempt"]["state"] == "refused"


def test_a_note_stands_beside_its_original_and_says_what_it_is(project) -> None:
    notes = [json.loads(path.read_text(encoding="utf-8")) for path in (HIDDEN / "originals").rglob("*.json")]
    (note,) = [note for note in notes if note["scene"] == 5]
    assert (note["provider"], note["cost_usd"], note["details"]["prompt"]) == ("scripted", "0.25", "delta")
    assert note["details"]["warnings"] == ["rounded"]
    assert Originals(HIDDEN / "originals").has(note["original"])


@pytest.mark.parametrize(
    ("answer", "cost"),
    [
        (GeneratedImage(data=picture("alpha"), cost=Cost(Decimal("0.25"))), "0.25"),
        (OutcomeUnknown("no answer"), "0.30"),
    ],
    ids=["drawn", "perhaps billed"],
)
def test_what_equal_scenes_share_is_booked_once(write_scenes, scripted, monkeypatch, answer, cost) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(Decimal("0.30"), upper_bound=True))
    write_scenes(["alpha"] * 3)
    scripted.on(1, answer)
    draw(on_unknown="leave")
    for path in [LEDGER, *HIDDEN.glob("originals/*/*.json")]:
        path.unlink()
    draw(on_unknown="leave")
    with Ledger(LEDGER) as ledger:
        assert ledger.booked() == Decimal(cost)
