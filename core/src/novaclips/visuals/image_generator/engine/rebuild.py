"""The ledger that survives: what it lost is found again beside the originals and in the manifest."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.engine.ledger import Attempt, Bought, DamagedLedger, Ledger
from novaclips.visuals.image_generator.engine.manifest import Chronicle, check_format, read_chronicle
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.own_files import JOURNALS, check_own_files
from novaclips.visuals.image_generator.engine.planner import Memory, untouched
from novaclips.visuals.image_generator.engine.records import Lazy


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
    check_own_files(folder)
    check_format(folder)
    ledger: Ledger | None = None
    damage: DamagedLedger | None = None
    if database.exists():
        try:
            recalled = _read(database, originals, folder, writing=writing)
        except DamagedLedger as error:
            damage = error
        else:
            ledger = recalled.ledger
            if ledger is not None and not ledger.is_empty():
                return recalled
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


def _read(database: Path, originals: Originals, folder: Path, *, writing: bool) -> Recalled:
    """Open a ledger and read it, with what lies on the disk and is not in it."""
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(Ledger(database) if writing else Ledger.for_reading(database))
        said: tuple[str, ...] = ()
        if writing:
            ledger.check()
            if not ledger.is_empty():
                said = _enter_unknown(ledger, originals, folder)
        memory = Memory.of(ledger)
        if not writing:
            memory = replace(memory, bought=Lazy(lambda: _bought(ledger, originals)))
        stack.pop_all()
        return Recalled(ledger, memory, said)


def _bought(ledger: Ledger, originals: Originals) -> dict[str, Bought]:
    """List what was bought, as the ledger has it and as the notes beside the originals have it."""
    found = ledger.bought()
    notes, _ = originals.notes(ledger.noted())
    for note in notes:
        known = found.get(note.key)
        if note.state != "received":
            continue
        if known is None or known.received <= note.started or not originals.has(known.original):
            found[note.key] = note.bought
    return found


def _enter_unknown(ledger: Ledger, originals: Originals, folder: Path) -> tuple[str, ...]:
    """Enter the pictures that lie on the disk and that the ledger does not know, and say so.

    A killed run may have noted them and not entered them any more. If that explains not all of them, the ledger is an
    older one than the folder, and the manifest knows better than it which takes were chosen and which frames are there.
    """
    notes, _ = originals.notes(ledger.noted())
    if not notes:
        return ()
    open_ends = {attempt.key: (number, attempt.started) for number, attempt in ledger.unfinished().items()}
    unknown = []
    for note in notes:
        number, started = open_ends.pop(note.key, (0, 0.0))
        if number and note.started >= started and note.state == "unusable":
            ledger.receive_unusable(number, note.bought, note.error or "")
        elif number and note.started >= started:
            ledger.receive(number, note.bought)
        else:
            unknown.append(note)
    if not unknown:
        return ()
    ledger.adopt(unknown)
    chronicle = read_chronicle(folder)
    picks = ledger.picks()
    for place, override in chronicle.picks.items():
        if place not in picks or picks[place].take < override.take:
            ledger.pick(*place, override)
    frames = ledger.frames()
    for record in chronicle.frames:
        if frames.get((record.scene, record.writer)) != record and untouched(folder / record.file, record):
            ledger.put_frame(record)
    pictures = "1 picture" if len(unknown) == 1 else f"{len(unknown)} pictures"
    return (f"the ledger {ledger.path} did not know {pictures} that were bought and are there; now it does",)


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
