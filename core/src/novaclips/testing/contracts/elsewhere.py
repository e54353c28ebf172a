"""A plugin in another process: with another hash seed, another date and another working folder, as in the next run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Final

import pytest

from novaclips.visuals.image_generator.models import JSON

LATER: Final = 40 * 86_400 + 3_661  # seconds: another year perhaps, another month, day, hour, minute and second
# The clock is another one before anything of the plugin is imported.
ASK: Final = """
import datetime, json, sys, time

now = time.time
time.time = lambda: now() + LATER


class Date(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())


class DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.now()


datetime.date, datetime.datetime = Date, DateTime

from novaclips.discovery import Plugins
from novaclips.plugin import ImageRequest, Prompt, Settings

told = json.load(sys.stdin)


def identities():
    spec = Plugins().provider(told["name"])
    provider = spec.create(Settings(options=told["options"], env=told["env"]))
    requests = [ImageRequest(**request) for request in told["requests"]]
    try:
        return [dict(provider.identity(request)) for request in requests]
    except Exception:  # that it needs to be opened first is another rule's
        provider.open()
        return [dict(provider.identity(request)) for request in requests]


def prompts():
    enhancer = Plugins().style(told["name"]).create(Settings())
    answers = [enhancer.enhance(Prompt(**prompt)) for prompt in told["prompts"]]
    return [[answer.text, answer.negative, answer.palette] for answer in answers]


answer = identities() if "requests" in told else prompts()
print("\\n" + json.dumps(answer, default=repr))
""".replace("LATER", str(LATER))


def ask_elsewhere(told: dict[str, JSON]) -> JSON:
    """Ask an installed plugin in a new process: a provider its identities, an enhancer its prompts, as JSON."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100 - as strings
    env = {**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    with tempfile.TemporaryDirectory() as folder:
        # Fixed arguments, no shell.
        answer = subprocess.run(  # noqa: S603
            [sys.executable, "-c", ASK],
            input=json.dumps(told),
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if answer.returncode:
        pytest.fail(f"in another process it fails: {answer.stderr.strip().rpartition(chr(10))[2]}", pytrace=False)
    return json.loads(answer.stdout.strip().rpartition("\n")[2])


def as_json(value: Any) -> JSON:
    """Return a value as it comes back from another process."""
    return json.loads(json.dumps(value, default=repr))
