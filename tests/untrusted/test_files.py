"""Files of a project are read with an end."""

import os
from pathlib import Path

import pytest

from novaclips.untrusted.files import NotAFile, read_regular


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    assert read_regular(tmp_path / "a", 4) == b"text"


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"12345")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "large", "zero", "."):
        with pytest.raises(OSError, match=r"it is|it has|directory"):
            read_regular(tmp_path / name, 4)


def test_a_link_is_followed_only_where_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "link").symlink_to("a")
    assert read_regular(tmp_path / "link") == b"text"
    with pytest.raises(NotAFile, match="symbolic link"):
        read_regular(tmp_path / "link", follow=False)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "a")
