"""Before the first request: who gets it, where, for how much; and who may spend."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from cli.command_line import run
from novaclips.errors import ConfigError
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator import ImageGenerator

PLUGIN = """
    from decimal import Decimal
    from pathlib import Path
    from novaclips.plugin import BaseImageProvider, Cost, ImageProviderSpec, hookimpl
    from novaclips.testing import pictures

    class {cls}(BaseImageProvider):
        host = {host!r}
        host_is_own = "his" not in str(host)

        def identity(self, request):
            return {{"model": request.options.get("model", "small")}}

        def estimate(self, request):
            return {price}

        def generate(self, request):
            with Path("sent").open("a") as file:
                file.write("{name} ")
            return pictures.draw(request.prompt, (64, 64))

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="{name}", summary="", create=lambda settings: {cls}())
"""
CENTS = 'Cost(Decimal("0.4") if request.options.get("model") == "large" else Decimal("0.04"), upper_bound=True)'


@pytest.fixture(autouse=True)
def _plugins(site) -> None:
    for name, host, price in (
        ("mine", "api.mine.example", CENTS),
        ("theirs", "his.host.example:8443", CENTS),
        ("silent", None, "None"),
        ("free", "127.0.0.1:7860", "Cost(Decimal(0))"),
    ):
        source = PLUGIN.format(name=name, cls=name.title(), host=host, price=price)
        site.install(
            f"novaclips-provider-{name}", entry_points={f"provider-{name}": name}, modules={f"{name}.py": source}
        )


def film(*visuals: str) -> None:
    Path("planning").mkdir(exist_ok=True)
    scenes = [
        f"- {{id: {number}, visual: {{prompt: scene {number}, {visual}}}}}" for number, visual in enumerate(visuals, 1)
    ]
    Path("planning/scenes.yaml").write_text("\n".join(scenes), encoding="utf-8")


def draw(*flags: str):
    return run("visuals", "generate", "--style", "none", "--resolution", "64x64", *flags)


def sent() -> list[str]:
    return sorted(Path("sent").read_text(encoding="utf-8").split()) if Path("sent").exists() else []


def test_every_provider_host_model_and_the_sum_at_worst_are_named_before_the_first_request():
    film(
        "", "options: {model: large}", "provider: theirs", "provider: silent", "provider: storyboard", "provider: free"
    )
    Path("novaclips.yaml").write_text("provider: mine", encoding="utf-8")
    result = draw()

    lines = result.stdout.splitlines()
    line = (
        "sends to free at 127.0.0.1:7860: 1 picture of small, free;"
        " mine at api.mine.example: 1 picture of large, at most $0.40, 1 picture of small, at most $0.04;"
        " silent at its own service: 1 picture of small, price unknown;"
        " theirs at his.host.example:8443, not its own service: 1 picture of small, at most $0.04;"
        " in all at most $0.48, and 1 at an unknown price"
    )
    assert line in lines
    assert lines.index(line) < next(number for number, text in enumerate(lines) if text.startswith("[1/"))
    assert sent() == ["free", "mine", "mine", "silent", "theirs"]


def test_stdout_belongs_to_the_document():
    film("")
    result = draw("--provider", "mine", "--json")
    assert "sends to mine at api.mine.example: 1 picture of small, at most $0.04" in result.stderr.splitlines()
    assert "sends to" not in result.stdout


def test_a_quiet_run_names_no_service_but_one_that_somebody_put_in_its_place():
    film("")
    assert draw("--provider", "mine", "--quiet").stderr == ""
    Path("frames").rename("before")
    assert (
        "sends to theirs at his.host.example:8443, not its own service"
        in draw("--provider", "theirs", "--quiet").stderr
    )


def test_what_is_drawn_here_is_sent_nowhere():
    film("")
    result = draw("--provider", "storyboard")
    assert "sends to" not in result.output


def test_a_dry_run_names_them_too():
    film("", "provider: theirs")
    Path("novaclips.yaml").write_text("provider: mine", encoding="utf-8")
    assert "sends to mine at api.mine.example: 1 picture of small" in draw("--dry-run").stdout
    document = json.loads(draw("--dry-run", "--json").stdout)
    assert [(one["provider"], one["host"], one["cost_usd"]) for one in document["sends"]] == [
        ("mine", "api.mine.example", "0.04"),
        ("theirs", "his.host.example:8443", "0.04"),
    ]


def test_a_scene_drawn_again_names_them_too():
    film("")
    draw("--provider", "mine", "--quiet")
    result = run("visuals", "regenerate", "--scene", "1")
    assert "sends to mine at api.mine.example: 1 picture of small, at most $0.04" in result.stderr


def test_with_a_provider_by_hand_no_other_spends_before_a_yes():
    film("", "provider: theirs", "provider: silent", "provider: theirs", "provider: storyboard", "provider: free")
    result = draw("--provider", "mine")

    assert result.exit_code == 2
    assert (
        "scenes 2, 4 ask for provider 'theirs', which may cost money, and this run spends with 'mine' alone; write"
        " --allow theirs (in Python allow=['theirs']), or take the provider out of scenes.yaml; scene 3 asks for"
        " provider 'silent'" in result.stderr
    )
    assert sent() == []
    assert not Path("frames").exists()


@pytest.mark.parametrize("provider", ["storyboard", "free"])
def test_a_free_provider_by_hand_spends_nothing(provider):
    film("", "provider: theirs")
    assert draw("--provider", provider).exit_code == 2
    assert sent() == []


def test_who_is_allowed_by_name_spends():
    film("", "provider: theirs", "provider: silent")
    assert draw("--provider", "mine", "--allow", "theirs").exit_code == 2
    assert sent() == []
    assert draw("--provider", "mine", "--allow", "theirs", "--allow", "silent").exit_code == 0
    assert sent() == ["mine", "silent", "theirs"]


def test_scenes_that_are_not_drawn_need_no_yes():
    film("", "provider: theirs")
    assert draw("--provider", "mine", "--scenes", "1").exit_code == 0
    assert sent() == ["mine"]


def test_what_is_up_to_date_needs_no_yes():
    film("", "provider: theirs")
    draw("--provider", "mine", "--allow", "theirs")
    assert draw("--provider", "mine").exit_code == 0


def test_a_dry_run_says_what_would_need_a_yes():
    film("", "provider: theirs")
    result = draw("--provider", "mine", "--dry-run")
    assert result.exit_code == 0
    assert "note: scene 2 asks for provider 'theirs', which may cost money" in result.stderr


def test_in_python_the_two_calls_work_unattended_and_a_log_line_names_who_spends(caplog):
    film("", "provider: theirs")
    caplog.set_level(logging.INFO, "novaclips")
    report = ImageGenerator(provider="mine", style="none").generate_all("planning/scenes.yaml", "frames", "64x64")
    assert [result.ok for result in report] == [True, True]
    assert "theirs at his.host.example:8443, not its own service: 1 picture of small, at most $0.04" in caplog.text


def test_in_python_an_argument_says_who_may_spend():
    film("", "provider: theirs")
    generator = ImageGenerator(provider="mine", style="none", allow=["mine"])
    with pytest.raises(ConfigError, match=r"scene 2 asks for provider 'theirs', which may cost money, and this run"):
        generator.generate_all("planning/scenes.yaml", "frames", "64x64")
    assert sent() == []


def test_a_host_that_is_no_text_is_the_plugins_mistake(site):
    source = PLUGIN.format(name="odd", cls="Odd", host=7, price="None")
    site.install("novaclips-provider-odd", entry_points={"provider-odd": "odd"}, modules={"odd.py": source})
    film("")
    result = draw("--provider", "odd")
    assert result.exit_code == 2
    assert "host should be text or None, not int" in result.stderr


def test_a_rehearsals_picture_never_stands_for_a_real_one(monkeypatch):
    film("", "provider: storyboard")
    monkeypatch.setenv("NOVACLIPS_REHEARSAL", "1")
    draw("--provider", "free")
    draw("--provider", "free")
    assert sent() == ["free"]
    monkeypatch.delenv("NOVACLIPS_REHEARSAL")
    plan = ImageGenerator(provider="free", style="none").plan("planning/scenes.yaml", "frames", "64x64")
    assert [one.sends for one in plan] == [True, False]


def test_the_rehearsal_server_says_that_it_is_one():
    with FaultServer() as server:
        assert server.env["NOVACLIPS_REHEARSAL"] == "1"
