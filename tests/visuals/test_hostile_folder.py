"""A project that somebody sent: no command reads, moves, writes or deletes anything outside it, and no key leaves."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image

from novaclips.visuals.image_generator import ImageGenerator

SECONDS = 60
MINE = (255, 0, 255)  # the colour of the picture that is nobody's affair
SCENES = "- {id: 1, visual: {prompt: a river}}\n- {id: 2, visual: {prompt: a lake}}\n"
COMMANDS = {
    "generate": "visuals generate --provider storyboard --style none --resolution 128x72",
    "dry run": "visuals generate --dry-run --provider storyboard --style none",
    "status": "visuals status",
    "regenerate": "visuals regenerate --scene 1",
    "cost": "visuals cost",
    "prune": "visuals prune --yes",
    "check": "visuals check",
}
OF_NO_PROJECT = {"plugins": "plugins list", "plugins check": "plugins check", "styles": "styles list"}
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x, x FROM n"


class Listener:
    """A host that somebody's project points to; it counts who comes."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as the storyboard leaves it, with two takes of its first scene."""
    root = tmp_path_factory.mktemp("drawn") / "project"
    (root / "planning").mkdir(parents=True)
    (root / "planning" / "scenes.yaml").write_text(SCENES)
    generator = ImageGenerator("storyboard", "none", env={})
    generator.generate_all(root / "planning" / "scenes.yaml", root / "frames", "64x64")
    generator.regenerate_scene(1, root / "frames")
    return root


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What lies beside the project, and is nobody's affair."""
    folder = tmp_path / "outside"
    folder.mkdir()
    Image.new("RGB", (64, 64), MINE).save(folder / "private.png")
    (folder / "private.0123456789abcdef.json").write_text("{}")
    (folder / "authorized_keys").write_text("ssh-ed25519 AAAA mine\n")
    (folder / "scene-001.png").write_bytes((folder / "private.png").read_bytes())
    (folder / "text").write_text("all my work\n")
    with contextlib.closing(sqlite3.connect(folder / "mine.sqlite3")) as db:
        db.executescript("CREATE TABLE mine (a TEXT); INSERT INTO mine VALUES ('b');")
    return folder


@pytest.fixture
def project(tmp_path: Path, drawn: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "project")


def state(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file below a folder: inode, time and bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (stat.st_ino, stat.st_mtime_ns, digest)
    return found


def shows_mine(project: Path) -> list[Path]:
    """The pictures of a project that show what is nobody's affair; its links are not followed."""
    found = []
    for path in project.rglob("*.png"):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(OSError), Image.open(path) as image:
                if MINE in {colour for _, colour in image.convert("RGB").getcolors(2**24) or ()}:
                    found.append(path)
    return found


def run(project: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "novaclips", *command.split()]
    if command.startswith("visuals"):
        words += ["--project", str(project)]
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_PROXY")}
    env = kept | {"OPENAI_API_KEY": "sk-mine", "REPLICATE_API_TOKEN": "r8_mine"} | env
    return subprocess.run(words, cwd=project, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)


def check_every_command(
    project: Path, outside: Path, listener: Listener, commands: Mapping[str, str] = COMMANDS
) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run every command and see that nothing outside was touched, and that nobody was asked."""
    before = state(outside)
    done = {}
    for name, command in commands.items():
        done[name] = run(project, command)
        said = done[name].stdout + done[name].stderr
        assert done[name].returncode in range(6), said
        assert "Traceback" not in said
        assert "ssh-ed25519" not in said
        assert state(outside) == before, name
        assert shows_mine(project) == [], name
    assert listener.connections == 0
    return done


@contextlib.contextmanager
def ledger_of(project: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(project / "frames/.novaclips/ledger.sqlite3")) as db:
        yield db
        db.commit()


def edited(path: Path, edit: Callable[[dict], None]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize("lost", [False, True], ids=["in the ledger", "in notes and manifest"])
def test_the_name_of_an_original_leads_nowhere(project, outside, listener, lost) -> None:
    names = itertools.cycle([f"{outside}/private.png", "../../../../outside/private.png", "ab/../../../../../x.png"])
    for frame in (project / "frames").glob("scene-*.png"):
        frame.unlink()
    with ledger_of(project) as db:
        for (number,) in db.execute("SELECT id FROM attempt").fetchall():
            db.execute("UPDATE attempt SET original = ? WHERE id = ?", (next(names), number))
        db.execute("UPDATE frame SET about = json_set(about, '$.original', ?)", (next(names),))
    for note in (project / "frames/.novaclips/originals").rglob("*.json"):
        edited(note, lambda document: document.update(original=next(names)))
    edited(project / "frames/manifest.json", lambda said: [one.update(original=next(names)) for one in said["frames"]])
    if lost:
        (project / "frames/.novaclips/ledger.sqlite3").unlink()
    check_every_command(project, outside, listener)


@pytest.mark.parametrize("lost", [False, True], ids=["in the ledger", "in the manifest"])
def test_the_name_of_a_frame_leads_nowhere(project, outside, listener, lost) -> None:
    """Whether somebody knows the bytes that lie there (scene 1, which stays) or not (scene 2, which is gone)."""
    mine = outside / "authorized_keys"
    digests = {1: hashlib.sha256(mine.read_bytes()).hexdigest(), 2: "0" * 64}
    files = {1: "../../outside/authorized_keys", 2: str(mine)}
    with ledger_of(project) as db:
        for scene, digest in digests.items():
            change = (files[scene], digest, mine.stat().st_size, scene)
            db.execute("UPDATE frame SET file = ?, digest = ?, size = ? WHERE scene = ?", change)
    if lost:
        (project / "frames/.novaclips/ledger.sqlite3").unlink()

    def edit(document: dict) -> None:
        for entry in document["frames"]:
            scene = entry["scene"]
            entry["written"][0].update(file=files[scene], digest=digests[scene], size=mine.stat().st_size)

    edited(project / "frames/manifest.json", edit)
    (project / "planning/scenes.yaml").write_text("- {id: 1, visual: {prompt: a hill}}\n")
    check_every_command(project, outside, listener)


@pytest.mark.parametrize(
    "links",
    [
        {"frames": "outside"},
        {"frames/.novaclips": "outside"},
        {"frames/.novaclips/ledger.sqlite3": "outside/mine.sqlite3", "frames/.novaclips/lock": "outside/text"},
        {
            "frames/scene-001.png": "outside/private.png",
            "frames/.scene-001.png.new.tmp": "outside/text",
            "frames/.scene-002.png.new.tmp": "outside/new",
            "frames/scene-002.png": "outside/new too",
            "frames/.manifest.json.0a1b2c3d.tmp": "outside/text",
        },
    ],
    ids=["frames", "state", "ledger", "frame"],
)
def test_a_link_leads_nowhere(project, outside, listener, links) -> None:
    for name, target in links.items():
        path = project / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(outside.parent / target)
    check_every_command(project, outside, listener)


def test_an_original_that_is_a_link_is_none(project, outside, listener) -> None:
    for original in (project / "frames/.novaclips/originals").rglob("*.png"):
        original.unlink()
        original.symlink_to(outside / "private.png")
    for frame in (project / "frames").glob("scene-*.png"):
        frame.unlink()
    done = check_every_command(project, outside, listener)
    assert done["generate"].returncode == 0


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("kinds", "commands"),
    [
        ({"frames/manifest.json": device, "frames/scene-001.png": pipe, "frames/scene-002.png": device}, COMMANDS),
        ({"frames/.novaclips/originals/pipe": pipe, "frames/.novaclips/holder.json": pipe}, COMMANDS),
        ({"novaclips.yaml": pipe}, COMMANDS | OF_NO_PROJECT),
        ({"planning/scenes.yaml": device}, COMMANDS),
        ({".env": device}, COMMANDS | OF_NO_PROJECT),
    ],
    ids=["manifest and frames", "state", "settings", "scenes", "environment"],
)
def test_every_command_comes_to_an_end(project, outside, listener, kinds, commands) -> None:
    for name, make in kinds.items():
        make(project / name)
    check_every_command(project, outside, listener, commands)


def test_a_table_without_end_is_not_read(project, outside, listener) -> None:
    with ledger_of(project) as db:
        db.executescript(f"DROP TABLE pick; CREATE VIEW pick (base, occurrence, override) AS {ENDLESS};")
    assert check_every_command(project, outside, listener)["status"].returncode == 0


def test_another_program_s_database_is_left_as_it_is(project, outside, listener) -> None:
    ledger = project / "frames/.novaclips/ledger.sqlite3"
    shutil.copy(outside / "mine.sqlite3", ledger)
    before = ledger.read_bytes()
    check_every_command(project, outside, listener)
    assert ledger.read_bytes() == before


def test_a_manifest_does_not_choose_the_scenes_file(project, outside, listener) -> None:
    other = outside / "planning"
    other.mkdir()
    (other / "scenes.yaml").write_text("- {id: 1, visual: {prompt: my secret film}}\n")
    edited(project / "frames/manifest.json", lambda document: document.update(scenes_file=str(other / "scenes.yaml")))
    done = check_every_command(project, outside, listener)
    assert done["regenerate"].returncode == 0
    assert "secret" not in (project / "frames/manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("provider", ["openai", "replicate"])
def test_no_key_goes_where_a_project_says(project, outside, listener, provider) -> None:
    address = f"http://127.0.0.1:{listener.port}/v1"
    names = ("OPENAI_BASE_URL", "REPLICATE_BASE_URL", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
    (project / ".env").write_text("".join(f"{name}={address}\n" for name in names))
    (project / "novaclips.yaml").write_text(f"provider: {provider}\n")
    (project / "planning/scenes.yaml").write_text("- {id: 1, visual: {prompt: another river}}\n")
    edited(project / "frames/manifest.json", lambda document: document["settings"].update(provider=provider))
    for command in ("visuals generate", "visuals regenerate --scene 1", "visuals status"):
        result = run(project, command)
        assert result.returncode in range(6), result.stderr
        assert "Traceback" not in result.stderr
    assert listener.connections == 0


def test_a_pipe_that_gives_its_secrets_once_serves_a_whole_run(project) -> None:
    os.mkfifo(project / ".env")
    writer = threading.Thread(target=(project / ".env").write_text, args=("NOVACLIPS_RESOLUTION=96x64\n",))
    writer.start()
    result = run(project, COMMANDS["generate"].replace(" --resolution 128x72", ""))
    writer.join(SECONDS)
    assert result.returncode == 0, result.stderr
    with Image.open(project / "frames/scene-001.png") as frame:
        assert frame.size == (96, 64)
