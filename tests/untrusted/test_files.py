"""Files of a project are read with an end."""

import os
import threading
from pathlib import Path

import pytest

from novaclips.untrusted.files import NotAFile, TooLarge, is_own_file, read_file_or_pipe, read_regular


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


def test_a_pipe_is_read_to_the_end_of_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"x" * 200_000,))
    writer.start()
    assert read_file_or_pipe(tmp_path / "pipe") == b"x" * 200_000
    writer.join()


def test_a_pipe_into_which_nobody_writes_comes_to_an_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAFile, match="it is a pipe, and nothing was written into it within 0 s"):
        read_file_or_pipe(tmp_path / "pipe", seconds=0.1)


def test_a_pipe_whose_writer_never_ends_comes_to_an_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with open(os.open(tmp_path / "pipe", os.O_RDWR), "wb", buffering=0) as pipe:  # noqa: PTH123
        pipe.write(b"A=1")
        with pytest.raises(NotAFile, match="what writes into it did not come to an end"):
            read_file_or_pipe(tmp_path / "pipe", seconds=0.1)
        pipe.write(b"more than is meant")
        with pytest.raises(TooLarge):
            read_file_or_pipe(tmp_path / "pipe", 4)


def test_only_a_file_in_a_folder_of_its_own_is_ones_own(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").touch()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "folder" / "b").symlink_to("a")
    assert is_own_file(tmp_path / "folder" / "a")
    for name in ("folder/b", "link/a", "folder", "nothing", "folder/a\0"):
        assert not is_own_file(tmp_path / name)
