"""With ``--json`` stdout belongs to the document, whatever plugins print."""

from __future__ import annotations

import json

import pytest

from cli.command_line import run

PRINTS = """
    import sys
    import threading
    from pathlib import Path

    from novaclips.plugin import (
        BaseOutputWriter, BasePromptEnhancer, ImageProviderSpec, OutputWriterSpec, PromptEnhancerSpec, hookimpl
    )
    from scripted import Scripted

    print("at import")

    class Loud(Scripted):
        def __init__(self):
            print("at create")

        def identity(self, request):
            print("at identity")
            return super().identity(request)

        def estimate(self, request):
            print("at estimate")

        def notices(self, request):
            print("at notices")
            return ()

        def open(self):
            sys.stdout.write("at open\\n")
            sys.stdout.flush()

        def generate(self, request):
            print("at generate", flush=True)
            thread = threading.Thread(target=print, args=("on a thread",))
            thread.start()
            thread.join()
            return super().generate(request)

        def close(self):
            print("at close")

    class Night(BasePromptEnhancer):
        def enhance(self, prompt):
            print("at enhance")
            return prompt

    class WebP(BaseOutputWriter):
        extension = ".webp"

        def encode(self, frame, file):
            print("at encode")
            frame.image.save(file, "WEBP")

    @hookimpl
    def novaclips_image_providers():
        print("at hook")
        yield ImageProviderSpec(name="loud", summary="Prints", create=lambda settings: Loud())

    @hookimpl
    def novaclips_prompt_enhancers():
        yield PromptEnhancerSpec(name="loud", summary="Prints", create=lambda settings: Night())

    @hookimpl
    def novaclips_output_writers():
        yield OutputWriterSpec(name="loud", summary="Prints", create=lambda settings: WebP())
"""
LOUD = ("--provider", "loud", "--enhancer", "loud", "--writer", "loud", "--resolution", "192x108")


@pytest.fixture(autouse=True)
def loud(scripted, site, write_scenes) -> None:
    points = {f"{kind}-loud": "loud" for kind in ("provider", "enhancer", "writer")}
    site.install("novaclips-provider-loud", entry_points=points, modules={"loud.py": PRINTS})
    write_scenes(3)


@pytest.mark.parametrize(
    "command",
    [
        ["visuals", "generate", *LOUD],
        ["visuals", "generate", "--dry-run", *LOUD],
        ["visuals", "status", *LOUD],
        ["styles", "list"],
        ["plugins", "list"],
        ["plugins", "check"],
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_what_plugins_print_goes_to_stderr_beside_a_document(command) -> None:
    done = run(*command, "--json")
    json.loads(done.stdout)
    assert "at import" in done.stderr


def test_every_method_of_a_plugin_may_print_beside_a_document() -> None:
    done = run("visuals", "generate", *LOUD, "--json")
    assert len(json.loads(done.stdout)["scenes"]) == 3
    places = ("create", "identity", "estimate", "notices", "open", "generate", "close", "enhance", "encode", "hook")
    assert [place for place in places if f"at {place}\n" not in done.stderr] == []
    assert "on a thread\n" in done.stderr


def test_what_plugins_print_goes_to_stderr_beside_the_document_of_an_error() -> None:
    done = run("visuals", "generate", *LOUD, "--budget", "1", "--json")
    assert json.loads(done.stdout)["error"]["type"] == "ConfigError"


def test_without_a_document_a_plugin_prints_where_it_likes() -> None:
    assert "at open\n" in run("visuals", "generate", *LOUD).stdout
