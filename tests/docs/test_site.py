"""The documentation site builds, and needs nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import ROOT

# What a browser fetches for a page by itself; a link waits until somebody follows it.
FETCHED = re.compile(r"""<(?:script|img|source|iframe)[^>]*\ssrc=["']?(https?:[^"'\s>]+)|@import|url\(["']?https?:""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_builds_strictly_with_a_page_for_each_page(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_no_page_of_the_site_fetches_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not FETCHED.search(text), page
        for link in re.findall(r"<link[^>]*>", text):
            assert "http" not in link, page


def test_the_site_holds_no_scripts_of_ours(site: Path) -> None:
    assert not list(site.rglob("*.py"))
