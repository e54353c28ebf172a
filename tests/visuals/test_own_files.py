"""A folder's state is its own: links and other programs' databases are refused, and read-only folders are read."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import ConfigError, ExitCode
from novaclips.visuals.image_generator.engine.database import connect_for_writing
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.own_files import check_own_files
from novaclips.visuals.image_generator.engine.schema import APPLICATION_ID
from visuals.drawing import draw, outcomes, plan, states

HIDDEN = Path("frames/.novaclips")
LEDGER = HIDDEN / "ledger.sqlite3"
COMMANDS = {
    "generate": ["generate", "--provider", "scripted"],
    "dry run": ["generate", "--provider", "scripted", "--dry-run"],
    "status": ["status"],
    "regenerate": ["regenerate", "--scene", "1"],
    "prune": ["prune", "--yes"],
}


@pytest.fixture
def project(write_scenes, scripted):
    write_scenes(2)
    draw()
    scripted.forget()
    return scripted


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its inode and bytes."""
    return {str(path): (path.stat().st_ino, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(
    "name",
    [
        ".novaclips",
        ".novaclips/ledger.sqlite3",
        ".novaclips/ledger.sqlite3-wal",
        ".novaclips/ledger.sqlite3-shm",
        ".novaclips/ledger.sqlite3-journal",
        ".novaclips/lock",
        ".novaclips/holder.json",
        ".novaclips/originals",
        ".novaclips/originals/ab",
        ".novaclips/quarantine",
        "manifest.json",
    ],
)
def test_a_link_in_the_place_of_a_state_file_is_refused(project, tmp_path_factory, name, command) -> None:
    outside = tmp_path_factory.mktemp("outside")
    path, target = Path("frames", name), outside / "target"
    if path.is_dir() or path.exists():
        shutil.move(path, target)
    elif path.suffix or path.name in ("lock", "holder.json"):
        target.write_bytes(b"mine")
    else:
        target.mkdir()
    path.symlink_to(target)
    before = snapshot(outside)
    result = run("visuals", *command)
    assert result.exit_code == ExitCode.USAGE
    assert "link" in result.stderr
    assert snapshot(outside) == before
    assert project.calls == []


def test_a_broken_link_is_refused_too(project) -> None:
    (HIDDEN / "lock").unlink()
    (HIDDEN / "lock").symlink_to("/nowhere/at/all")
    with pytest.raises(
        ConfigError, match=r"^frames/.novaclips/lock is a link; novaclips makes none there, and follows"
    ):
        draw()


@pytest.mark.parametrize("name", ["lock", "ledger.sqlite3"])
def test_a_file_with_another_name_elsewhere_is_refused(project, tmp_path_factory, name) -> None:
    mine = tmp_path_factory.mktemp("outside") / "mine"
    mine.write_bytes(b"all my work")
    (HIDDEN / name).unlink()
    (HIDDEN / name).hardlink_to(mine)
    with pytest.raises(ConfigError, match=rf"{name} is a file with another name elsewhere \(a hard link\); put a copy"):
        draw()
    assert mine.read_bytes() == b"all my work"


@pytest.mark.parametrize(
    "name", [".novaclips/ledger.sqlite3", ".novaclips/lock", "manifest.json", ".novaclips/originals"]
)
def test_a_pipe_in_the_place_of_a_state_file_is_refused(project, name) -> None:
    path = Path("frames", name)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="and is something else; look what it is, then delete it"):
        draw()


def foreign(application_id: int, sql: str) -> bytes:
    """Put another program's database in the place of the ledger."""
    HIDDEN.mkdir(parents=True, exist_ok=True)
    LEDGER.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(LEDGER)) as db:
        db.executescript(f"PRAGMA application_id = {application_id}; {sql}")
    return LEDGER.read_bytes()


@pytest.mark.parametrize(
    ("application_id", "sql"),
    [
        (0, "CREATE TABLE photos (name TEXT); INSERT INTO photos VALUES ('mine');"),
        (0, "CREATE TABLE attempt (a); CREATE TABLE pick (a); CREATE TABLE frame (a); CREATE TABLE mine (a);"),
        (0x0F055112, "CREATE TABLE attempt (a); CREATE TABLE pick (a); CREATE TABLE frame (a);"),
        (0, "PRAGMA journal_mode = WAL; PRAGMA user_version = 2; CREATE TABLE places (url TEXT);"),
    ],
    ids=["other tables", "one more table", "another program's mark", "write-ahead mode"],
)
@pytest.mark.parametrize("command", [COMMANDS["generate"], COMMANDS["status"]], ids=["generate", "status"])
def test_another_program_s_database_is_left_as_it_is(write_scenes, scripted, application_id, sql, command) -> None:
    write_scenes(1)
    before = foreign(application_id, sql)
    result = run("visuals", *command)
    assert result.exit_code == ExitCode.USAGE
    assert "ledger.sqlite3 is a database of another program; it was left as it is: move it away" in result.stderr
    assert LEDGER.read_bytes() == before
    assert scripted.calls == []


def test_a_ledger_says_whose_it_is() -> None:
    with Ledger(Path("ledger.sqlite3")), contextlib.closing(sqlite3.connect("ledger.sqlite3")) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert int.from_bytes(Path("ledger.sqlite3").read_bytes()[68:72], "big") == APPLICATION_ID


def test_a_ledger_without_a_mark_is_known_by_its_tables_and_gets_one(project) -> None:
    with Ledger(LEDGER) as ledger:
        ledger._db.executescript("PRAGMA application_id = 0; PRAGMA user_version = 2;")
    assert states(plan()) == ["fresh", "fresh"]
    assert outcomes(draw()) == ["fresh", "fresh"]
    with contextlib.closing(sqlite3.connect(LEDGER)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"


@pytest.mark.parametrize(
    "sql",
    [
        f"DROP TABLE pick; CREATE VIEW pick AS {ENDLESS} SELECT x AS base, x AS occurrence, x AS override FROM n;",
        "CREATE TRIGGER t AFTER INSERT ON attempt BEGIN DELETE FROM pick; END;",
    ],
    ids=["endless view", "trigger"],
)
def test_views_and_triggers_are_damage_and_are_never_run(project, sql) -> None:
    with contextlib.closing(sqlite3.connect(LEDGER)) as db:
        db.executescript(sql)
    (note,) = plan().notes
    assert "it has views or triggers, and novaclips makes none; the next run rebuilds it" in note
    assert outcomes(draw()) == ["fresh", "fresh"]
    assert (HIDDEN / "ledger.damaged-1.sqlite3").exists()
    assert project.calls == []


def test_where_write_ahead_mode_is_refused_another_journal_serves(write_scenes, scripted) -> None:
    path = Path("ledger.sqlite3")
    Path("ledger.sqlite3-shm").mkdir()  # the file that write-ahead mode needs cannot be made
    with Ledger(path) as ledger:
        assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        ledger.begin(key="a" * 64, scene=1, provider="p", now=1)
        with Ledger.for_reading(path) as other:
            assert len(other.attempts()) == 1


def test_a_log_that_is_there_is_read_where_write_ahead_mode_is_refused() -> None:
    path = Path("ledger.sqlite3")
    with Ledger(path) as ledger:
        ledger.begin(key="a" * 64, scene=1, provider="p", now=1)
        shutil.copy(path, "copy.sqlite3")
        shutil.copy("ledger.sqlite3-wal", "copy.sqlite3-wal")
    Path("copy.sqlite3-shm").mkdir()
    with Ledger.for_reading(Path("copy.sqlite3")) as reader:
        assert len(reader.attempts()) == 1
    with contextlib.closing(connect_for_writing(Path("copy.sqlite3"))) as db:
        assert db.execute("SELECT count(*) FROM attempt").fetchone() == (1,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_database_that_cannot_be_opened_says_what_to_do(write_scenes, scripted, monkeypatch) -> None:
    def refuse(path: Path, journal: str) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    write_scenes(1)
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.database._connect", refuse)
    result = generate()
    assert result.exit_code == ExitCode.USAGE
    assert "; nothing was sent: see that the folder can be written and its disk is not full" in result.stderr
    assert "disk I/O error" in result.stderr
    assert "keep the project on a disk of this machine" in result.stderr
    assert scripted.calls == []


@pytest.fixture
def read_only():
    """A finished project of the storyboard's in a folder that takes nothing, and how to run a command there."""
    prefix = []
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root writes into read-only folders, and setpriv is not installed")
        prefix = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    root = Path(tempfile.mkdtemp())
    (root / "planning").mkdir()
    (root / "planning" / "scenes.yaml").write_text("- {id: 1, visual: {prompt: a river}}\n")

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [*prefix, sys.executable, "-m", "novaclips", "visuals", *words, "--project", str(root)]
        return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)

    yield root, command
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(root)


@pytest.mark.parametrize("log", [False, True], ids=["closed", "with a log that a killed run left"])
def test_a_read_only_folder_is_read(read_only, log) -> None:
    root, command = read_only
    assert command("generate", "--provider", "storyboard").returncode == 0
    ledger = root / "frames/.novaclips/ledger.sqlite3"
    if log:
        with Ledger(ledger) as opened:
            opened.put_frame(next(iter(opened.frames().values())))
            log_bytes = ledger.with_name("ledger.sqlite3-wal").read_bytes()
        ledger.with_name("ledger.sqlite3-wal").write_bytes(log_bytes)
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            path.chmod(0o555)
    with pytest.raises(AssertionError):
        assert command("generate", "--provider", "storyboard", "--resolution", "64x64").returncode == 0
    before = snapshot(root)
    for words in (["status", "--json"], ["generate", "--dry-run", "--json", "--provider", "storyboard"]):
        result = command(*words)
        assert result.returncode == 0, result.stderr
        assert [scene["state"] for scene in json.loads(result.stdout)["scenes"]] == ["fresh"]
    assert command("prune", "--dry-run").returncode == 0
    assert snapshot(root) == before


def test_a_state_file_that_cannot_be_looked_at_names_the_folder(tmp_path, monkeypatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "lstat", refuse)
    with pytest.raises(ConfigError, match=r"cannot look at .*: Permission denied; check the folder's permissions"):
        check_own_files(tmp_path)
