"""The wheels: what is in them, and that they work in a clean environment, core alone and then with a plugin."""

from __future__ import annotations

import ast
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from functools import cached_property
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from clean_environment import Environment, sizes

ROOT = Path(__file__).parents[2]
MEMBERS = {folder.name: folder for folder in [ROOT / "core", *sorted((ROOT / "plugins").glob("novaclips-*"))]}
PLUGINS = [name for name in MEMBERS if name != "core"]
STYLES = "novaclips-style-presets"

every_member = pytest.mark.parametrize("member", MEMBERS)
every_plugin = pytest.mark.parametrize("member", PLUGINS)


@dataclass(frozen=True)
class Wheel:
    """A built wheel beside the folder that it was built from."""

    path: Path
    folder: Path

    @cached_property
    def names(self) -> set[PurePosixPath]:
        """Every file in it."""
        with zipfile.ZipFile(self.path) as archive:
            return {PurePosixPath(name) for name in archive.namelist()}

    @property
    def package(self) -> str:
        """The name of its import package."""
        (source,) = (self.folder / "src").iterdir()
        return source.name

    def read(self, name: str) -> bytes:
        """Read the one file whose path ends so."""
        (path,) = (path for path in self.names if path.match(name))
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(str(path))

    @property
    def metadata(self) -> Message:
        """What it says about itself; the text is the readme."""
        return message_from_bytes(self.read("*.dist-info/METADATA"))

    @property
    def requirements(self) -> dict[str, Requirement]:
        """What it needs, without extras, by name."""
        found = map(Requirement, self.metadata.get_all("Requires-Dist", []))
        return {requirement.name: requirement for requirement in found if requirement.marker is None}


@pytest.fixture
def wheel(member: str, built: Path) -> Wheel:
    """The wheel of a test's member."""
    folder = MEMBERS[member]
    name = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    (path,) = built.glob(f"{name.replace('-', '_')}-*.whl")
    return Wheel(path, folder)


# What is in a wheel.


@every_member
def test_wheel_holds_its_own_package_and_nothing_else(wheel):
    tops = {path.parts[0] for path in wheel.names}

    assert tops == {wheel.package, f"{'-'.join(wheel.path.stem.split('-')[:2])}.dist-info"}


@every_member
def test_wheel_holds_every_file_of_the_package_and_no_stray_one(wheel):
    source = wheel.folder / "src"
    files = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    expected = {PurePosixPath(path.as_posix()) for path in files if "__pycache__" not in path.parts}

    inside = {path for path in wheel.names if path.parts[0] == wheel.package}

    assert inside == expected
    assert {path.suffix or path.name for path in inside} <= {".py", ".yaml", ".typed", ".tmpl", ".ttf", ".txt"}


@every_member
def test_wheel_holds_no_tests(wheel):
    assert [path for path in wheel.names if "tests" in path.parts or path.name.startswith(("test_", "conftest"))] == []


@every_member
def test_wheel_is_typed(wheel):
    assert PurePosixPath(wheel.package, "py.typed") in wheel.names


@every_member
def test_wheel_holds_the_licence_that_it_names(wheel):
    fonts = any(path.suffix == ".ttf" for path in wheel.names)

    assert wheel.metadata["License-Expression"] == ("Apache-2.0 AND OFL-1.1" if fonts else "Apache-2.0")
    assert b"Apache License" in wheel.read("*.dist-info/licenses/LICENSE")
    if fonts:
        assert b"Source Sans Pro" in wheel.read("*.dist-info/licenses/NOTICE")
        assert b"SIL OPEN FONT LICENSE" in wheel.read("typefaces/OFL.txt")


@every_member
def test_wheel_shows_its_readme(wheel):
    readme = (wheel.folder / "README.md").read_text(encoding="utf-8")

    assert wheel.metadata["Description-Content-Type"] == "text/markdown"
    assert wheel.metadata.get_payload(decode=True).decode().strip() == readme.strip()
    assert wheel.metadata["Summary"]


@every_member
def test_version_of_the_metadata_is_that_of_the_package(wheel):
    module = ast.parse(wheel.read(f"{wheel.package}/__init__.py"))
    (version,) = (
        ast.literal_eval(statement.value)
        for statement in module.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__version__"
    )

    assert wheel.metadata["Version"] == version


@pytest.mark.parametrize("member", [STYLES])
def test_wheel_of_the_presets_holds_their_styles(wheel):
    assert b"photorealistic:" in wheel.read("novaclips_style_presets/styles.yaml")


@every_plugin
def test_plugin_bounds_novaclips_below_and_above(wheel, built):
    (core,) = built.glob("novaclips-*.whl")
    version = Version(core.name.split("-")[1])
    bounds = wheel.requirements["novaclips"].specifier

    assert version in bounds
    assert Version("0.0.1") not in bounds
    assert Version(f"{version.major}.{version.minor + 1}") not in bounds


@every_plugin
def test_entry_points_follow_from_the_name_of_the_distribution(wheel):
    lines = wheel.read("*.dist-info/entry_points.txt").decode().split()

    assert lines == ["[novaclips]", wheel.folder.name.removeprefix("novaclips-"), "=", f"{wheel.package}.plugin"]


@pytest.mark.parametrize("member", ["core"])
def test_core_needs_no_plugin(wheel):
    assert [name for name in wheel.requirements if name.startswith("novaclips")] == []


# That they work where nothing else is.


@pytest.fixture(scope="session")
def core_alone(make_environment: Callable[..., Environment]) -> Environment:
    """An environment in which core is installed and stays alone."""
    return make_environment()


STORYBOARD = ("visuals", "generate", "--provider", "storyboard", "--resolution", "322x182")


def test_core_alone_draws_a_storyboard(core_alone, write_scenes, tmp_path):
    write_scenes(2)

    code, out, err = core_alone.novaclips(*STORYBOARD)

    assert (code, err) == (0, "")
    assert "style: none (no presets are installed; pip install novaclips-style-presets)\n" in out
    assert sizes(tmp_path / "frames") == {"scene-001.png": (322, 182), "scene-002.png": (322, 182)}


def test_core_alone_answers_a_missing_provider_with_the_pip_command(core_alone, write_scenes, tmp_path):
    write_scenes(1)

    code, _, err = core_alone.novaclips("visuals", "generate", "--provider", "openai")

    assert (code, err) == (
        2,
        "error: provider 'openai' is not installed; run: pip install novaclips-provider-openai\n",
    )
    assert not (tmp_path / "frames").exists()


def test_core_alone_has_no_styles_and_says_how_to_get_them(core_alone):
    assert core_alone.novaclips("styles", "list") == (
        0,
        "",
        "no style pack is installed; run: pip install novaclips-style-presets\n",
    )


def test_core_alone_finds_its_plugins_healthy(core_alone):
    code, out, err = core_alone.novaclips("plugins", "check")

    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [["ok", "provider-storyboard"], ["ok", "writer-png"]]


def test_presets_work_once_they_are_installed_without_any_other_change(make_environment, write_scenes, tmp_path):
    environment = make_environment()
    write_scenes(1)
    noir = (*STORYBOARD, "--style", "noir")
    before = environment.novaclips(*noir)

    environment.install(STYLES)

    assert (before[0], before[2]) == (
        2,
        "error: unknown style 'noir'; installed: none; more styles: pip install novaclips-style-presets\n",
    )
    code, out, err = environment.novaclips("styles", "list")
    assert (code, err) == (0, "")
    assert "noir" in {line.split()[0] for line in out.splitlines()}
    code, out, err = environment.novaclips(*noir)
    assert (code, err) == (0, "")
    assert "style: noir (--style)\n" in out
    assert sizes(tmp_path / "frames") == {"scene-001.png": (322, 182)}


@pytest.mark.parametrize("name", ["openai", "replicate"])
def test_a_provider_works_with_core_alone_beside_it(make_environment, write_scenes, tmp_path, name):
    environment = make_environment()
    environment.install(f"novaclips-provider-{name}")
    write_scenes(2)

    code, out, err = environment.novaclips("plugins", "check")
    assert (code, err) == (0, "")
    assert f"ok       provider-{name} from novaclips-provider-{name}" in out

    generate = ("novaclips", "visuals", "generate", "--provider", name, "--resolution", "1280x720")
    code, out, err = environment.run("python", "-m", "novaclips.testing.server", "--", *generate)
    assert code == 0
    assert err.startswith("rehearsal: 2 requests, 2 billed, 0 of them billed twice, at most ")
    assert f"provider: {name} (--provider)\n" in out
    assert sizes(tmp_path / "frames") == {"scene-001.png": (1280, 720), "scene-002.png": (1280, 720)}


@pytest.mark.parametrize(("name", "variable"), [("openai", "OPENAI_API_KEY"), ("replicate", "REPLICATE_API_TOKEN")])
def test_a_provider_without_its_key_says_where_to_get_one(make_environment, write_scenes, tmp_path, name, variable):
    environment = make_environment()
    environment.install(f"novaclips-provider-{name}")
    write_scenes(50)

    code, _, err = environment.novaclips("visuals", "generate", "--provider", name)

    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"error: provider '{name}' needs {variable}; get a key at https://")
    assert not (tmp_path / "frames").exists()
