"""The ledger that survives: what it lost is found again beside the originals and in the manifest."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.engine.ledger import Attempt, DamagedLedger, Ledger
from novaclips.visuals.image_generator.engine.manifest import Chronicle, read_chronicle
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.own_files import JOURNALS
from novaclips.visuals.image_generator.engine.planner import Memory


@dataclass(frozen=True, slots=True)
class Recalled:
    """What an output folder remembers, its ledger where it has one, and what the user should hear about that."""

    ledger: Ledger | None
    memory: Memory
    notes: tuple[str, ...] = ()


def recall(database: Path, originals: Originals, folder: Path, *, writing: bool) -> Recalled:
    """Open and read a folder's ledger; one that is damaged or gone is rebuilt from notes and manifest.

    A damaged file is set aside, never deleted. Without ``writing`` all stays as it is on the disk, and the rebuilt
    ledger lives in memory. ConfigError for a ledger that is whole and cannot be used: locked, newer, another program's.
    """
    ledger: Ledger | None = None
    damage: DamagedLedger | None = None
    if database.exists():
        try:
            ledger, memory = _read(database, originals, writing=writing)
        except DamagedLedger as error:
            damage = error
        else:
            if not ledger.is_empty():
                return Recalled(ledger, memory)
    evidence = Evidence.of(originals, folder)
    if damage is None and not evidence:
        return Recalled(ledger, Memory())
    if ledger is not None:
        ledger.close()
    return _rebuild(database, evidence, damage, writing=writing)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a folder without its ledger: the notes beside the originals, and the manifest."""

    notes: tuple[Attempt, ...]
    unreadable: int
    chronicle: Chronicle

    @classmethod
    def of(cls, originals: Originals, folder: Path) -> Evidence:
        """Read it."""
        notes, unreadable = originals.notes()
        return cls(tuple(notes), unreadable, read_chronicle(folder))

    def __bool__(self) -> bool:
        return bool(self.notes or self.chronicle.attempts)

    def restore(self, ledger: Ledger) -> None:
        """Write it down in an empty ledger; of a picture that has notes, these alone count."""
        noted = {attempt.original for attempt in self.notes}
        told = [attempt for attempt in self.chronicle.attempts if attempt.original not in noted]
        attempts = sorted((*self.notes, *told), key=lambda attempt: attempt.started)
        ledger.restore(attempts, self.chronicle.picks, self.chronicle.frames)

    def sentence(self) -> str:
        """Say how much was found."""
        pictures = len({attempt.original for attempt in (*self.notes, *self.chronicle.attempts) if attempt.original})
        lost = f"; notes beside originals that cannot be read: {self.unreadable}" if self.unreadable else ""
        if self.chronicle.left_out:
            lost += f"; entries of manifest.json that cannot be understood: {self.chronicle.left_out}"
        return f"{pictures} pictures and {len(self.chronicle.frames)} frames found{lost}"


def _read(database: Path, originals: Originals, *, writing: bool) -> tuple[Ledger, Memory]:
    """Open a ledger and read all of it, which shows any damage."""
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(Ledger(database) if writing else Ledger.for_reading(database))
        if writing:
            ledger.check()
        memory = Memory.of(ledger)
        found = _noted_only(ledger, memory, originals)
        if found and writing:
            for number, note in found.items():
                ledger.receive(number, note.bought)
            memory = Memory.of(ledger)
        elif found:
            memory = replace(memory, bought={**memory.bought, **{note.key: note.bought for note in found.values()}})
        stack.pop_all()
        return ledger, memory


def _noted_only(ledger: Ledger, memory: Memory, originals: Originals) -> dict[int, Attempt]:
    """Find the pictures that a killed run had noted and not entered any more, by the number of their attempt."""
    open_ends: dict[str, tuple[int, float]] = {}
    for number, attempt in ledger.unfinished().items():
        known = memory.bought.get(attempt.key)
        if known is None or known.received < attempt.started:
            open_ends[attempt.key] = number, attempt.started
    found = {}
    notes, _ = originals.notes(open_ends) if open_ends else ([], 0)
    for note in notes:
        number, started = open_ends[note.key]
        if note.started >= started:
            found[number] = note
    return found


def _rebuild(database: Path, evidence: Evidence, damage: DamagedLedger | None, *, writing: bool) -> Recalled:
    """Make a ledger of what was found, on the disk or in memory."""
    done = "the next run rebuilds it"
    if writing:
        aside = set_aside(database) if damage or not database.exists() else None
        done = "rebuilt from the notes beside the originals and manifest.json"
        if damage and aside:
            done = f"it was set aside as {aside.name} and {done}"
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(Ledger(database) if writing else Ledger.in_memory(database))
        evidence.restore(ledger)
        memory = Memory.of(ledger)
        stack.pop_all()
    what = damage or f"the ledger {database} is gone"
    return Recalled(ledger, memory, (f"{what}; {done}: {evidence.sentence()}",))


def set_aside(database: Path) -> Path:
    """Give a ledger's files a name out of the way, ``ledger.damaged-1.sqlite3``, and return it."""
    number = 1
    while any(_beside(_aside(database, number), suffix).exists() for suffix in ("", *JOURNALS)):
        number += 1
    aside = _aside(database, number)
    try:
        # The database first: a journal left without its database is set aside by the next run.
        for suffix in ("", *JOURNALS):
            path = _beside(database, suffix)
            if path.exists():
                path.rename(_beside(aside, suffix))
    except OSError as exc:
        raise StorageError(f"cannot set {database} aside: {exc.strerror or exc}") from exc
    return aside


def _aside(database: Path, number: int) -> Path:
    return database.with_name(f"{database.stem}.damaged-{number}{database.suffix}")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
