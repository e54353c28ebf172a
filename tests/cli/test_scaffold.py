"""``novaclips plugins new``: what it writes, what it prints, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts import nested
from novaclips.cli import cli
from novaclips.scaffold import KINDS, write_plugin

ROOT = Path(__file__).parents[2]
NAMES = ["acme", "image", "none", "exception", "acme-cloud-3d", "the-picture-machine-of-a-larger-house"]
SHARED = {".gitignore", "README.md", "pyproject.toml", "tests/test_contract.py"}
PACKAGE = {"__init__.py", "plugin.py", "py.typed"}

every_kind = pytest.mark.parametrize("kind", KINDS)


def new(*args: str) -> Result:
    return CliRunner().invoke(cli, ["plugins", "new", *args], prog_name="novaclips")


@pytest.mark.parametrize(
    ("kind", "more"),
    [("provider", {"client.py"}), ("enhancer", set()), ("style", {"styles.yaml"}), ("writer", set())],
    ids=KINDS,
)
def test_files_are_named_by_kind_and_name(tmp_path, kind, more):
    folder = write_plugin(kind, "acme-cloud", tmp_path)

    assert folder == tmp_path / f"novaclips-{kind}-acme-cloud"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == SHARED | {f"src/novaclips_{kind}_acme_cloud/{name}" for name in PACKAGE | more}


@every_kind
def test_project_file_names_package_entry_point_and_bounds(tmp_path, kind):
    folder = write_plugin(kind, "acme-cloud", tmp_path)

    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["name"] == f"novaclips-{kind}-acme-cloud"
    assert project["entry-points"] == {
        "novaclips": {f"{kind}-acme-cloud": f"novaclips_{kind}_acme_cloud.plugin"},
    }
    assert project["dependencies"][0] == "novaclips>=0.1,<0.2"
    assert project["optional-dependencies"] == {"test": ["novaclips[testing]"]}


@every_kind
def test_nothing_of_a_template_is_left_unfilled(tmp_path, kind):
    folder = write_plugin(kind, "acme", tmp_path)

    assert [path for path in folder.rglob("*") if path.is_file() and "$" in path.read_text(encoding="utf-8")] == []


def run(*command: object, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=["rules", "format"])
def test_code_keeps_the_rules_of_this_repository(tmp_path, check):
    for kind in KINDS:
        for name in NAMES:
            write_plugin(kind, name, tmp_path)

    for folder in tmp_path.iterdir():
        run("ruff", *check, "--no-cache", "--config", ROOT / "pyproject.toml", cwd=folder)


def test_code_is_strictly_typed(tmp_path):
    for kind in KINDS:
        for name in NAMES:
            write_plugin(kind, name, tmp_path)
    strict = ("mypy", "--config-file=", "--strict", "--cache-dir", tmp_path / ".mypy_cache")

    run(*strict, *tmp_path.glob("*/src"), cwd=tmp_path)
    for kind in KINDS:
        run(*strict, f"novaclips-{kind}-acme/tests/test_contract.py", cwd=tmp_path)


@pytest.mark.parametrize(
    ("name", "class_name"),
    [("acme", "Acme"), ("acme-cloud-3d", "AcmeCloud3d"), ("image", "ImageProvider"), ("none", "NoneProvider")],
)
def test_class_is_named_by_the_plugin_but_hides_no_other_name(tmp_path, name, class_name):
    folder = write_plugin("provider", name, tmp_path)

    assert f"\nclass {class_name}(BaseImageProvider):\n" in next(folder.rglob("client.py")).read_text(encoding="utf-8")


# The command.


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("provider", "novaclips visuals generate --provider acme"),
        ("enhancer", "novaclips visuals generate --provider storyboard --enhancer acme"),
        ("style", "novaclips visuals generate --provider storyboard --style acme/charcoal"),
        ("writer", "novaclips visuals generate --provider storyboard --writer acme"),
    ],
    ids=KINDS,
)
def test_new_plugin_is_answered_with_the_next_commands(tmp_path, kind, command):
    done = new(kind, "acme")

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"wrote ./novaclips-{kind}-acme; next:",
        "",
        f'pip install -e "./novaclips-{kind}-acme[test]"',
        f"pytest novaclips-{kind}-acme",
        command,
    ]
    assert (tmp_path / f"novaclips-{kind}-acme").is_dir()


def test_new_plugin_goes_into_the_folder_that_is_asked_for(tmp_path):
    done = new("style", "acme", "--into", "мои плагины/2026")

    assert done.stdout.splitlines()[2:4] == [
        'pip install -e "./мои плагины/2026/novaclips-style-acme[test]"',
        "pytest 'мои плагины/2026/novaclips-style-acme'",
    ]
    assert (tmp_path / "мои плагины" / "2026" / "novaclips-style-acme" / "pyproject.toml").is_file()


def test_new_plugin_in_a_folder_by_its_whole_path_is_named_so(tmp_path):
    done = new("writer", "acme", "--into", str(tmp_path))

    assert done.stdout.startswith(f"wrote {tmp_path.as_posix()}/novaclips-writer-acme; next:")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Acme", "write acme"),
        ("Acme Cloud", "write acme-cloud"),
        ("acme_cloud", "write acme-cloud"),
        ("acme--cloud", "write acme-cloud"),
        ("acme-", "write acme"),
        ("../acme", "write acme"),
        ("3d", "write for example acme"),
        ("кадр", "write for example acme"),
        ("", "write for example acme"),
    ],
)
def test_name_that_cannot_be_used_is_answered_with_one_that_can(tmp_path, name, advice):
    done = new("provider", name)

    rule = "a name has lower-case letters, digits and single hyphens, and starts with a letter"
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"error: name {name!r} cannot be used: {rule}; {advice}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "advice"),
    [
        ("provider", "novaclips-provider-foo", "foo"),
        ("provider", "novaclips-foo", "foo"),
        ("writer", "novaclips-writer-night-sky", "night-sky"),
        ("writer", "novaclips-writer-3d", "for example acme"),
    ],
    ids=["whole", "without kind", "two words", "digit first"],
)
def test_name_of_a_distribution_is_answered_with_the_plugins_own(tmp_path, kind, name, advice):
    done = new(kind, name)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: name {name!r} is that of a distribution, which is made from the name; write {advice}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_name_of_a_package_is_answered_with_the_plugins_own():
    assert new("provider", "novaclips_provider_foo").stderr.endswith("; write foo\n")


# The format of a writer.

CONTRACT = """
    import pytest
    from novaclips.testing import OutputWriterContract, WriterCase


    class TestWriter(OutputWriterContract):
        @pytest.fixture
        def case(self):
            return WriterCase({name!r})
"""


@pytest.mark.parametrize(
    ("name", "extension", "file_format"),
    [
        ("acme", ".webp", "WEBP"),
        ("webp", ".webp", "WEBP"),
        ("png", ".png", "PNG"),
        ("jpeg", ".jpg", "JPEG"),
        ("acme-jpg", ".jpg", "JPEG"),
        ("tiff", ".tiff", "TIFF"),
        ("tif", ".tif", "TIFF"),
        ("avif", ".avif", "AVIF"),
        ("bmp", ".bmp", "BMP"),
    ],
)
def test_writer_writes_the_format_of_its_name_and_keeps_the_contract(site, tmp_path, name, extension, file_format):
    folder = write_plugin("writer", name, tmp_path)
    source = next(folder.rglob("plugin.py")).read_text(encoding="utf-8")

    nested.install(site, "writer", name, source)

    assert f'extension = "{extension}"\n' in source
    assert f'frame.image.save(file, "{file_format}"' in source
    if name != "png":  # core's own writer has that name, too
        assert set(nested.run(site, CONTRACT.format(name=name), "-k not test_n").values()) == {"passed"}


def test_provider_says_where_the_variable_of_a_key_is_named(tmp_path):
    folder = write_plugin("provider", "acme-cloud", tmp_path)

    source = next(folder.rglob("plugin.py")).read_text(encoding="utf-8")
    assert '# For a service with a key write here: key_env=("ACME_CLOUD_API_KEY",),\n' in source


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("provier", "did you mean 'provider'? "), ("styles", "did you mean 'style'? "), ("film", "")],
)
def test_unknown_kind_is_answered_with_the_one_that_was_meant(kind, hint):
    done = new(kind, "acme")

    assert (done.exit_code, done.stderr) == (
        2,
        f"error: unknown kind {kind!r}; {hint}kinds: provider, enhancer, style, writer\n",
    )


def test_folder_that_is_there_is_left_alone(tmp_path):
    folder = tmp_path / "novaclips-provider-acme"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")

    done = new("provider", "acme")

    assert (done.exit_code, done.stderr) == (
        2,
        "error: novaclips-provider-acme is there already; choose another name, or another folder with --into\n",
    )
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_folder_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    done = new("provider", "acme", "--into", "file")

    assert (done.exit_code, done.stderr) == (
        2,
        "error: cannot write file/novaclips-provider-acme: Not a directory; choose another folder with --into\n",
    )


def test_disk_that_takes_no_more_leaves_no_half_plugin_behind(tmp_path, monkeypatch):
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    done = new("provider", "acme")

    assert done.stderr == (
        "error: cannot write novaclips-provider-acme: No space left on device; choose another folder with --into\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_name_that_an_installed_plugin_has_is_a_note(site, tmp_path):
    site.install("novaclips-provider-acme", entry_points={"provider-acme": "nothing"}, version="2.1")

    done = new("provider", "acme")

    assert done.exit_code == 0
    assert done.stderr == (
        "note: provider 'acme' is also the name of provider-acme from novaclips-provider-acme 2.1; two plugins of one"
        " name cannot be installed side by side\n"
    )
    assert (tmp_path / "novaclips-provider-acme").is_dir()
