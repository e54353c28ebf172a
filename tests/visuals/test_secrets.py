"""A key never shows."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from novaclips.cli import cli
from novaclips.errors import AuthenticationFailed, InvalidRequest
from novaclips.plugin import ImageRequest
from novaclips.visuals.image_generator.engine.secrets import Secrets, scrub
from scripted import Scripted

KEY = "sk-marked-0123456789"


def raised(error: Exception, cause: Exception) -> Exception:
    """Chain two errors as ``raise ... from`` does."""
    error.__cause__ = error.__context__ = cause
    return error


def test_a_key_is_taken_out_of_an_error_and_of_all_behind_it() -> None:
    behind = raised(ValueError(KEY), OSError(401, f"Bearer {KEY} refused"))
    error = raised(AuthenticationFailed(f"wrong key: {KEY}"), behind)
    scrub(error, [KEY])
    assert str(error) == "wrong key: ***"
    text = "".join(traceback.format_exception(error))
    assert KEY not in text
    assert "OSError: [Errno 401] Bearer *** refused" in text


def test_arguments_that_are_no_text_are_kept_where_they_show_nothing() -> None:
    error = OSError(401, {"key": KEY})
    scrub(error, [KEY])
    assert error.args == (401, "{'key': '***'}")


def test_a_stand_in_for_a_key_is_not_looked_for_in_words() -> None:
    error = InvalidRequest("an example of x")
    scrub(error, ["x", ""])
    assert str(error) == "an example of x"


def test_a_service_that_repeats_the_key_does_not_get_it_printed(write_scenes, site, monkeypatch) -> None:
    source = """
        from scripted import create
        from novaclips.plugin import ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="telling", summary="", create=create, key_env=("TELLING_KEY",))
    """
    site.install(
        "novaclips-provider-telling", entry_points={"provider-telling": "telling"}, modules={"telling.py": source}
    )

    def generate(self: Scripted, request: ImageRequest) -> bytes:
        raise raised(InvalidRequest(f"the key {KEY} may not do this"), OSError(401, f"Bearer {KEY}"))

    monkeypatch.setattr(Scripted, "generate", generate)
    monkeypatch.setenv("TELLING_KEY", KEY)
    write_scenes(1)
    result = CliRunner().invoke(
        cli, ["visuals", "generate", "--provider", "telling", "--style", "none", "--debug"], prog_name="novaclips"
    )
    assert "scene 1: failed: the key *** may not do this" in result.stderr
    assert KEY not in result.output
    for path in Path("frames").rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


ODD = 'sk-märked/+ 0123456789"\\x'
SPELLINGS = {
    "plain": KEY,
    "bearer": f"Bearer {KEY}",
    "percent-encoded": quote(ODD, safe=""),
    "in JSON": json.dumps(ODD),
    "in repr": repr(ODD),
    "hexadecimal": KEY.encode().hex(),
    **{
        f"base64 after {len(user)} letters": base64.b64encode(f"{user}:{KEY}{after}".encode()).decode()
        for user in ("", "u", "us", "user")
        for after in ("", ":")
    },
    "base64 for URLs": base64.urlsafe_b64encode(b"~~~~" + KEY.encode()).decode(),
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_key_is_taken_out_in_every_spelling(text):
    hidden = Secrets([KEY, ODD]).hide(f"before {text} after")
    assert KEY[4:] not in hidden
    assert "***" in hidden
    assert (hidden.startswith("before "), hidden.endswith(" after")) == (True, True)
    for encoded in (base64.b64encode(KEY.encode()).decode()[2:-4], KEY.encode().hex()):
        assert encoded not in hidden


@pytest.mark.parametrize("blanks", [" {}", "{}\n", "\t{}\r\n"])
def test_the_space_around_a_key_hides_nothing_of_it(blanks):
    assert Secrets([blanks.format(KEY)]).hide(f"<{KEY}>") == "<***>"


def test_a_login_hides_its_password_alone():
    assert Secrets(["me:password-1"]).hide("me, password-1, me:password-1") == "me, ***, ***"


def test_what_looks_like_a_key_in_the_environment_is_hidden_unasked():
    env = {
        "GITHUB_TOKEN": "ghp_0123456789abcdef", "HTTPS_PROXY": "http://me:proxy-word@proxy:1",
        "SSH_AUTH_SOCK": "/tmp/s/agent.1234",
        "MY_KEY": "short", "LANG": "a-long-locale-name-of-no-secret",
    }  # fmt: skip
    text = " ".join(env.values())
    assert Secrets.of(env).hide(text) == (
        "*** http://me:***@proxy:1 /tmp/s/agent.1234 short a-long-locale-name-of-no-secret"
    )


def test_a_key_is_taken_out_of_groups_notes_and_what_an_error_carries():
    error = InvalidRequest("wrong")
    error.add_note(f"sent {KEY}")
    error.said = f"the key {KEY}"  # type: ignore[attr-defined]
    error.__context__ = ExceptionGroup("two", [OSError(KEY), ValueError("x")])
    error.__context__.__context__ = error  # a ring
    scrub(error, [KEY])
    assert KEY not in "".join(traceback.format_exception(error)) + str(vars(error))


TELLING = """
    import logging
    from novaclips.plugin import *
    from novaclips.testing import pictures
    from novaclips.plugin import hookimpl

    class Telling(JobImageProvider):
        def __init__(self, settings):
            self._key = settings.env["TELLING_KEY"].strip()

        def identity(self, request):
            return {"model": f"m-{self._key}", "options": {self._key: [self._key]}}

        def notices(self, request):
            return [f"ignored: {self._key}"]

        def submit(self, request):
            return f"job-{self._key}-{request.scene_id}"

        def collect(self, job_id):
            assert self._key in job_id
            if job_id.endswith("2"):
                raise OutcomeUnknown(f"{job_id} is lost")
            return GeneratedImage(
                data=pictures.draw("a", (64, 64)), model=self._key, warnings=(f"drawn with {self._key}",),
                metadata={"header": {"Authorization": f"Bearer {self._key}"}, self._key: self._key},
            )

        def cancel(self, job_id):
            pass

        def close(self):
            raise OSError(self._key)

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="telling", summary="", create=Telling, key_env=("TELLING_KEY",))
"""


@pytest.mark.parametrize("flags", [[], ["--json"], ["--dry-run"], ["--dry-run", "--json"]], ids=" ".join)
def test_a_plugin_that_shows_its_key_in_all_it_says_shows_it_nowhere(write_scenes, site, monkeypatch, caplog, flags):
    site.install(
        "novaclips-provider-telling", entry_points={"provider-telling": "telling"}, modules={"telling.py": TELLING}
    )
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TELLING_KEY", f" {KEY}\n")
    write_scenes(2)
    command = ["visuals", "generate", "--provider", "telling", "--style", "none", "--on-unknown", "leave", *flags]
    shown = CliRunner().invoke(cli, command, prog_name="novaclips").output
    shown += CliRunner().invoke(cli, ["visuals", "status"], prog_name="novaclips").output
    assert KEY not in shown + caplog.text
    assert "***" in shown
    assert Path("frames").exists() is ("--dry-run" not in flags)
    for path in Path("frames").rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
        assert KEY not in path.name


def test_a_plugin_that_cannot_be_made_does_not_show_the_key(write_scenes, site, monkeypatch):
    source = """
        from novaclips.plugin import ConfigError, ImageProviderSpec, hookimpl

        def create(settings):
            raise ConfigError("TELLING_KEY=" + settings.env["TELLING_KEY"] + " is wrong")

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="telling", summary="", create=create, key_env=("TELLING_KEY",))
    """
    site.install(
        "novaclips-provider-telling", entry_points={"provider-telling": "telling"}, modules={"telling.py": source}
    )
    monkeypatch.setenv("TELLING_KEY", KEY)
    write_scenes(1)
    result = CliRunner().invoke(cli, ["visuals", "generate", "--provider", "telling"], prog_name="novaclips")
    assert "TELLING_KEY=*** is wrong" in result.output
    assert KEY not in result.output
