"""``visuals prune``: what nothing needs any more goes when somebody says so, and nothing else ever does."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from novaclips.cli import cli
from novaclips.cli.leftovers import readable
from novaclips.errors import FolderInUse, StorageError
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.lock import FolderLock
from scripted import picture
from visuals.drawing import draw, outcomes, plan

ORIGINALS = Path("frames/.novaclips/originals")
LEDGER = Path("frames/.novaclips/ledger.sqlite3")


def prune(*arguments: str, **options: object) -> Result:
    return CliRunner().invoke(cli, ["visuals", "prune", *arguments], catch_exceptions=False, **options)


def pictures() -> set[str]:
    return {path.relative_to(ORIGINALS).as_posix() for path in ORIGINALS.rglob("*.png")}


@pytest.fixture
def terminal(monkeypatch) -> None:
    """Make it look as if somebody sat there: click's runner has an input of its own, and no terminal."""
    monkeypatch.setattr("novaclips.cli.leftovers.sys", type("Terminal", (), {"stdin": Terminal()}))


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.fixture
def project(write_scenes, scripted):
    """Four scenes: one reworded, one deleted, one drawn again, one left as it was. Three originals can go."""
    write_scenes({1: "alpha", 2: "beta", 3: "gamma", 4: "delta"})
    scripted.on(1, GeneratedImage(data=picture("first alpha"), cost=Cost(Decimal("0.041"))))
    draw()
    ImageGenerator().regenerate_scene(3, "frames")
    write_scenes({1: "other words than alpha", 3: "gamma", 4: "delta"})
    draw()
    scripted.forget()
    return scripted


def test_a_dry_run_lists_what_can_go_with_all_that_is_known_of_it(project) -> None:
    before = pictures()
    result = prune("--dry-run")
    assert result.exit_code == 0
    header, first, second, third, total, end = result.stdout.splitlines()
    assert header.split() == ["SCENE", "SIZE", "DRAWN", "COST", "PROMPT"]
    assert [row.split()[0] for row in (first, second, third)] == ["1", "2", "3"]
    assert first.split()[-2:] == ["$0.041", "alpha"]
    assert second.split()[-2:] == ["unknown", "beta"]
    assert total.startswith("3 originals, ")
    assert total.endswith("B: no frame shows them, and no chosen take needs them")
    assert end == "nothing was deleted"
    assert pictures() == before


def test_yes_deletes_them_with_their_notes_and_the_project_stays_fresh(project) -> None:
    listed = {original["original"] for original in json.loads(prune("--dry-run", "--json").stdout)["originals"]}
    before = pictures()
    result = prune("--yes")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("deleted: 3 originals, ")
    assert pictures() == before - listed
    assert len(list(ORIGINALS.rglob("*.json"))) == len(pictures()) == 3
    assert outcomes(draw()) == ["fresh"] * 3
    assert prune("--yes").stdout == "nothing to delete: a frame shows every original, or a chosen take needs it\n"
    assert project.calls == []


def test_what_was_pruned_is_marked_and_its_cost_stays_booked(project) -> None:
    prune("--yes")
    with Ledger(LEDGER) as ledger:
        assert sorted(attempt.scene for attempt in ledger.attempts() if attempt.pruned) == [1, 2, 3]
        assert len(ledger.bought()) == 3
        assert ledger.booked() == Decimal("0.041")


def test_going_back_to_words_whose_picture_was_pruned_buys_it_again(project, write_scenes) -> None:
    prune("--yes")
    write_scenes({1: "alpha", 3: "gamma", 4: "delta"})
    assert plan().requests == 1
    draw()
    assert [call.prompt for call in project.calls] == ["alpha"]
    assert outcomes(draw()) == ["fresh"] * 3


def test_a_picture_that_the_next_run_would_use_stays(project, write_scenes) -> None:
    write_scenes({1: "alpha", 2: "beta", 3: "gamma", 4: "delta"})
    Path("frames/scene-003.png").unlink()
    document = json.loads(prune("--yes", "--json").stdout)
    assert [original["scene"] for original in document["originals"]] == [3]
    assert outcomes(draw()) == ["fitted", "fitted", "fitted", "fresh"]
    assert project.calls == []


def test_the_chosen_take_and_the_frames_of_every_shape_stay(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    ImageGenerator().regenerate_scene(1, "frames")
    ImageGenerator().regenerate_scene(1, "frames")
    draw(size="128x72")
    (one, other) = json.loads(prune("--yes", "--json").stdout)["originals"]
    assert (one["scene"], other["scene"]) == (1, 1)
    scripted.forget()
    assert outcomes(draw()) == ["fitted", "fitted"]
    assert scripted.calls == []


def test_json_is_one_document(project) -> None:
    document = json.loads(prune("--yes", "--json").stdout)
    first = document["originals"][0]
    assert document["deleted"] is True
    assert document["bytes"] == sum(original["size"] for original in document["originals"])
    assert (first["scene"], first["prompt"], first["cost_usd"], first["provider"]) == (1, "alpha", "0.041", "scripted")


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_said(project) -> None:
    before = pictures()
    result = prune(input="y\n")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: nothing was deleted: nobody is there to ask; --yes says so, --dry-run only lists\n"
    )
    assert pictures() == before


@pytest.mark.parametrize(("answer", "left", "end"), [("y", 3, "deleted: "), ("n", 6, "nothing was deleted")])
def test_on_a_terminal_it_asks(project, terminal, answer, left, end) -> None:
    result = prune(input=f"{answer}\n")
    assert result.exit_code == 0
    assert result.stdout.count("PROMPT") == 1
    assert "delete them? they were paid for, and would have to be bought again [y/N]" in result.stdout
    assert result.stdout.splitlines()[-1].startswith(end)
    assert len(pictures()) == left


def test_the_question_goes_to_stderr_beside_json(project, terminal) -> None:
    result = prune("--json", input="n\n")
    assert json.loads(result.stdout)["deleted"] is False
    assert "delete them?" in result.stderr


def test_pruning_takes_the_lock_and_a_dry_run_does_not(project) -> None:
    with FolderLock(Path("frames"), lambda: 0.0) as lock:
        lock.take()
        assert prune("--dry-run").exit_code == 0
        result = prune("--yes")
    assert result.exit_code == 2
    assert "error: frames is being drawn by process" in result.stderr
    assert len(pictures()) == 6


def test_a_run_beside_it_hears_that_the_folder_is_being_pruned(project) -> None:
    def meanwhile(leftovers):
        with pytest.raises(FolderInUse, match="frames is being pruned by process"):
            draw()
        return False

    assert not ImageGenerator().prune("frames", meanwhile).deleted


def test_a_picture_that_nobody_knows_is_listed_by_its_name(project) -> None:
    name = f"ab/{'ab' * 32}.png"
    stranger = ORIGINALS / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"12345")
    row = prune("--dry-run").stdout.splitlines()[1]
    assert row.split() == ["-", "5", "B", "-", "unknown", name]
    assert json.loads(prune("--yes", "--json").stdout)["originals"][0]["scene"] is None
    assert not stranger.exists()


@pytest.mark.parametrize(
    "name", ["ab/abcdef.png", "ab/mine.psd", f"ab/{'cd' * 32}.png", f"ab/{'ab' * 32}.exe", f"mine/{'ab' * 32}.png"]
)
def test_a_file_that_is_not_called_like_an_original_is_nobody_s_affair(project, name) -> None:
    stranger = ORIGINALS / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"12345")
    assert len(json.loads(prune("--yes", "--json").stdout)["originals"]) == 3
    assert stranger.read_bytes() == b"12345"


def test_equal_bytes_that_a_frame_shows_stay_whatever_else_they_were_bought_for(write_scenes, scripted) -> None:
    write_scenes({1: "alpha", 2: "beta"})
    scripted.on(1, picture("same"))
    scripted.on(2, picture("same"))
    draw()
    write_scenes({1: "alpha"})
    draw()
    assert prune("--yes").stdout.startswith("nothing to delete")


def test_a_folder_that_was_never_drawn_says_what_to_do_first() -> None:
    result = prune("--yes")
    assert result.exit_code == 2
    assert "frames/manifest.json is not there: make the frames first" in result.stderr


def test_a_lost_ledger_is_rebuilt_before_anything_is_judged(project) -> None:
    LEDGER.unlink()
    result = prune("--yes")
    assert result.stderr.startswith("note: the ledger frames/.novaclips/ledger.sqlite3 is gone; rebuilt from")
    assert len(pictures()) == 3
    assert outcomes(draw()) == ["fresh"] * 3
    assert project.calls == []


def test_a_file_that_cannot_be_deleted_is_named(project, monkeypatch) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:

        def agree(_) -> bool:
            patch.setattr(Path, "unlink", refuse)
            return True

        with pytest.raises(StorageError, match=r"cannot remove frames/.novaclips/originals/.*: Permission denied"):
            ImageGenerator().prune("frames", agree)
    assert prune("--dry-run").stdout.count("\n") == 6


@pytest.mark.parametrize(
    ("size", "text"), [(512, "512 B"), (1400, "1.4 kB"), (2_800_000, "2.8 MB"), (7_300_000_000, "7.3 GB")]
)
def test_sizes_are_written_for_people(size, text) -> None:
    assert readable(size) == text
