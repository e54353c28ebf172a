"""``kill -9`` at random instants of a run of 40 scenes, again and again, until every frame is there.

NOVACLIPS_KILLS is how many kills there are for the two providers together, NOVACLIPS_SEED throws the dice anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from novaclips.testing import FaultServer, fingerprint, read_fingerprint
from novaclips.visuals.image_generator.engine.ledger import Attempt, Ledger

# Read when the module is loaded: a fixture takes all variables of this kind away while a test runs.
KILLS = int(os.environ.get("NOVACLIPS_KILLS", "10"))
SEED = os.environ.get("NOVACLIPS_SEED", "1")
SCENES = 40
SIZE = (320, 180)
IN_FLIGHT = 4  # what both providers say that their services take well
# A whole run takes about a thousand steps, or three seconds: it is killed five to ten times before it is done.
MOST_STEPS, MOST_SECONDS = 300, 1.5
OPTIONS = {"openai": (), "replicate": ("--option", "megapixels=0.25")}


class Film:
    """A project of 40 scenes, drawn by processes that get killed."""

    def __init__(self, root: Path, provider: str, server: FaultServer) -> None:
        self.frames = root / "frames"
        self.prompts = {number: f"{root.name}, picture {number}" for number in range(1, SCENES + 1)}
        self._root = root
        self._provider = provider
        self._server = server
        scenes = [{"id": number, "visual": {"prompt": prompt}} for number, prompt in self.prompts.items()]
        (root / "planning").mkdir(parents=True)
        (root / "planning" / "scenes.yaml").write_text(json.dumps(scenes), encoding="utf-8")

    def draw(self, kind: str = "seconds", number: float = 600) -> bool:
        """Run in a process with so many steps or seconds to live; return whether it lived to the end."""
        command = [sys.executable, str(Path(__file__).with_name("doomed.py")), kind, str(number)]
        command += ["visuals", "generate", "--provider", self._provider, "--style", "none", "--quiet"]
        command += ["--resolution", "{}x{}".format(*SIZE), *OPTIONS[self._provider]]
        env = os.environ | self._server.env | {"REPLICATE_POLL_INTERVAL": "0.01"}
        done = subprocess.run(command, cwd=self._root, env=env, capture_output=True, text=True, check=False)
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr
        return done.returncode == 0

    def attempts(self) -> list[Attempt]:
        """Read what the ledger knows, in a copy: the next run must find what the killed one left."""
        copy = self._root / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for path in self.frames.glob(".novaclips/ledger.sqlite3*"):
            shutil.copy(path, copy)
        with Ledger(copy / "ledger.sqlite3") as ledger:
            return ledger.attempts()

    def orders(self) -> Counter[str]:
        """Count the orders that the service got, by prompt."""
        bodies = [request.body for request in self._server.requests if request.call]
        # A kill cuts off the body of a request, too; such a one is no order.
        prompts = [body.get("input", body)["prompt"] for body in bodies if isinstance(body, dict)]
        return Counter(prompt for prompt in prompts if prompt in self.prompts.values())

    def check_files(self) -> None:
        """No frame, original, note or manifest is half there."""
        for path in self.frames.glob("scene-*.png"):
            with Image.open(path) as image:
                image.load()
                assert image.size == SIZE, path.name
        for path in self.frames.glob(".novaclips/originals/*/[!.]*"):
            if path.suffix != ".json":
                assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (*self.frames.glob("manifest.json"), *self.frames.glob(".novaclips/originals/*/[!.]*.json")):
            assert json.loads(path.read_text(encoding="utf-8")), path.name

    def check_ledger(self, before: list[Attempt]) -> None:
        """Every order was written down before it went out, nothing was forgotten, and few were in flight."""
        attempts = self.attempts()
        assert len(attempts) >= self.orders().total()
        assert [attempt.started for attempt in attempts[: len(before)]] == [attempt.started for attempt in before]
        assert sum(attempt.state == "sent" for attempt in attempts[len(before) :]) <= IN_FLIGHT

    def check_frames(self) -> None:
        """Every scene has its frame, and each frame shows its own scene."""
        shown = {}
        for number in self.prompts:
            with Image.open(self.frames / f"scene-{number:03d}.png") as image:
                shown[number] = read_fingerprint(image)
        assert shown == {number: fingerprint(prompt) for number, prompt in self.prompts.items()}

    def check_purchases(self) -> int:
        """A scene is bought once, and once more for each kill that met its order unanswered; count the latter."""
        attempts = self.attempts()
        assert {attempt.state for attempt in attempts if attempt.job} <= {"received"}  # collected, all of them
        unanswered = Counter(self.prompts[attempt.scene] for attempt in attempts if attempt.state == "sent")
        assert [prompt for prompt, orders in self.orders().items() if orders > 1 + unanswered[prompt]] == []
        return unanswered.total()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A service that takes a moment for a picture, so that something is in flight at every kill."""
    with FaultServer(latency=0.05) as server:
        yield server


@pytest.mark.parametrize("provider", ["openai", "replicate"])
def test_killed_runs_lose_no_picture_and_buy_at_most_what_was_in_flight(server, tmp_path, provider) -> None:
    # pytest shows what is printed when the test fails, or with -s
    print(f"NOVACLIPS_SEED={SEED} NOVACLIPS_KILLS={KILLS}")  # noqa: T201
    dice = random.Random(f"{SEED} {provider}")
    kills = films = unanswered = 0
    while kills < KILLS // 2:
        films += 1
        film = Film(tmp_path / f"film {films}", provider, server)
        done = False
        while not done:
            before = film.attempts()
            if kills < KILLS // 2:
                done = film.draw(
                    *dice.choice([("steps", dice.randint(1, MOST_STEPS)), ("seconds", dice.uniform(0.1, MOST_SECONDS))])
                )
            else:
                done = film.draw()
            kills += not done
            film.check_files()
            film.check_ledger(before)
        film.check_frames()
        unanswered += film.check_purchases()
    billed = server.counts.billed
    print(f"{provider}: {kills} kills, {films} films, {billed} billed, {unanswered} orders unanswered")  # noqa: T201
    assert 0 <= billed - films * SCENES <= unanswered
