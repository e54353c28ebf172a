"""A key never shows."""

from __future__ import annotations

import traceback
from pathlib import Path

from click.testing import CliRunner

from novaclips.cli import cli
from novaclips.errors import AuthenticationFailed, InvalidRequest
from novaclips.plugin import ImageRequest
from novaclips.visuals.image_generator.engine.secrets import scrub
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
