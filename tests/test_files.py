"""Files that are there whole or not at all, on file systems that refuse one thing or another."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from novaclips.errors import ConfigError, StorageError
from novaclips.files import atomic_writer, is_passing, make_folder, rehearse, write_atomically
from visuals.drawing import draw, outcomes

Refuse = Callable[..., None]


def refusing(number: int) -> Refuse:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def folder_sync_refused(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Refuse the fsync of a folder, as CIFS and FUSE do."""
    fsync = os.fsync

    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", only_files)


def chmod_refused(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    for name in ("chmod", "fchmod"):
        monkeypatch.setattr(os, name, refusing(number))


def rename_refused(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, refusing(number))


def fsync_refused(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "fsync", refusing(number))


REFUSALS = [
    pytest.param(chmod_refused, errno.EPERM, id="chmod on CIFS, exFAT, drvfs"),
    pytest.param(folder_sync_refused, errno.EINVAL, id="fsync of a folder on CIFS"),
    pytest.param(folder_sync_refused, errno.EACCES, id="fsync of a folder on SMB"),
    pytest.param(folder_sync_refused, errno.EIO, id="fsync of a folder on a broken network share"),
    pytest.param(fsync_refused, errno.EINVAL, id="any fsync on FUSE"),
    pytest.param(fsync_refused, errno.ENOSYS, id="any fsync in a container"),
    pytest.param(rename_refused, errno.EPERM, id="rename on FUSE"),
    pytest.param(rename_refused, errno.EXDEV, id="rename across a mount"),
]


@pytest.mark.parametrize(("refused", "number"), REFUSALS)
def test_a_file_system_that_refuses_a_nicety_takes_the_file(tmp_path, monkeypatch, refused, number) -> None:
    refused(monkeypatch, number)
    path = tmp_path / "new" / "picture.png"
    for data in (b"one", b"two"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]
    rehearse(tmp_path)


@pytest.mark.parametrize(("refused", "number"), REFUSALS)
def test_a_run_on_such_a_file_system_buys_each_picture_once(write_scenes, scripted, monkeypatch, refused, number):
    write_scenes(2)
    with monkeypatch.context() as patch:
        refused(patch, number)
        assert outcomes(draw()) == ["drawn", "drawn"]
        assert outcomes(draw()) == ["fresh", "fresh"]
    assert outcomes(draw(size="96x64")) == ["fitted", "fitted"]
    assert len(scripted.calls) == 2


@pytest.mark.parametrize(
    ("refused", "number", "why"),
    [
        (rename_refused, errno.EIO, "Input/output error"),
        (fsync_refused, errno.EIO, "Input/output error"),
        (fsync_refused, errno.ENOSPC, "No space left on device"),
    ],
    ids=["rename", "fsync", "no room at the fsync"],
)
def test_what_is_essential_and_fails_shows_before_anything_is_sent(
    write_scenes, scripted, monkeypatch, refused, number, why
) -> None:
    write_scenes(2)
    Path("frames/.novaclips").mkdir(parents=True)
    refused(monkeypatch, number)
    with pytest.raises(ConfigError, match=f"{why}; nothing was sent, for no picture could be kept; choose another"):
        draw()
    assert scripted.calls == []


def test_a_disk_that_gives_back_other_bytes_shows_in_the_rehearsal(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"other")
    with pytest.raises(StorageError, match=r"cannot write .*: what was written does not come back"):
        rehearse(tmp_path)


def test_a_ledger_that_takes_no_change_shows_before_anything_is_sent(write_scenes, scripted, monkeypatch) -> None:
    from novaclips.visuals.image_generator.engine.ledger import Ledger

    def full(self):
        raise StorageError("cannot use the ledger: database or disk is full")

    write_scenes(1)
    monkeypatch.setattr(Ledger, "rehearse", full)
    with pytest.raises(ConfigError, match="database or disk is full; nothing was sent"):
        draw()
    assert scripted.calls == []


def test_files_have_the_permissions_that_the_user_gives_new_files(tmp_path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "private.png", b"x")
        os.umask(0o002)
        write_atomically(tmp_path / "shared.png", b"x")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"private.png": 0o640, "shared.png": 0o664}


def test_each_new_folder_is_written_into_the_folder_above_it(tmp_path, monkeypatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("novaclips.files.sync_folder", synced.append)
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]


def test_half_a_file_is_never_left_where_a_rename_is_refused(tmp_path, monkeypatch) -> None:
    rename_refused(monkeypatch, errno.EPERM)
    monkeypatch.setattr("novaclips.files._sync", refusing(errno.ENOSPC))
    with pytest.raises(StorageError, match="No space left on device"), atomic_writer(tmp_path / "x", lasting=False):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OSError(errno.EMFILE, "Too many open files"), True),
        (OSError(errno.ENFILE, "Too many open files in system"), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (MemoryError(), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (ValueError("no number"), False),
    ],
    ids=str,
)
def test_which_errors_go_by_when_one_waits(error, passing) -> None:
    behind = StorageError("cannot write")
    behind.__cause__ = error
    assert (is_passing(error), is_passing(behind)) == (passing, passing)
