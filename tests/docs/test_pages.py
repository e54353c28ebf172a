"""Every page does what it shows, and leads where it points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.pages import ROOT, blocks, pages
from docs.reader import LANGUAGES, NOT_RUN, Reader

every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
with_blocks = pytest.mark.parametrize(
    "page", [page for page in pages() if blocks(page)], ids=lambda page: str(page.relative_to(ROOT))
)


@with_blocks
def test_whoever_does_what_a_page_shows_sees_what_it_shows(page: Path, reader: Reader) -> None:
    if page.is_relative_to(ROOT / "examples" / "third-party"):
        reader.bring(page.parent)
    for block in blocks(page):
        reader.read(block)


@every_page
def test_every_fence_of_a_page_belongs_to_a_block_of_a_language_that_the_reader_knows(page: Path) -> None:
    fences = re.findall(r"^ *(?:```|~~~)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(page))
    for block in blocks(page):
        assert block.file or block.language in LANGUAGES, str(block)


def test_the_python_of_the_readme_draws_every_scene_of_a_fresh_project(reader: Reader) -> None:
    (scenes,), (python,) = blocks("README.md", "yaml"), blocks("README.md", "python")
    (keys,) = [block for block in blocks("README.md", "console") if block.text.startswith("export ")]
    for block in (scenes, keys, python):
        reader.read(block)
    assert reader.output.splitlines() == ["1 drawn frames/scene-001.png", "2 drawn frames/scene-002.png"]


def test_every_word_that_the_reader_does_not_run_is_on_some_page() -> None:
    shown = {
        command.split()[0] for page in pages() for block in blocks(page, "console") for command, _ in block.commands
    }
    assert set(NOT_RUN) <= shown


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), target
