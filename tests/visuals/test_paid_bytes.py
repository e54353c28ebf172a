"""Bytes first: what a service sent is on the disk before anything that its words, a plugin or a number can break."""

from __future__ import annotations

import hashlib
import io
import json
import math
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from cli.command_line import run
from novaclips.errors import BadImage
from novaclips.plugin import Cost, GeneratedImage, JobImageProvider
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from scripted import Scripted, picture
from visuals.drawing import draw, outcomes, plan, states

HIDDEN = Path("frames/.novaclips")
LEDGER = HIDDEN / "ledger.sqlite3"
ENTRIES = ("--provider", "scripted", "--style", "none", "--resolution", "192x108")


def drawn(format: str, size: tuple[int, int] = (192, 108)) -> bytes:  # noqa: A002 - Pillow's word
    return picture("x", size, format)


def kept() -> list[Path]:
    return sorted(path for path in HIDDEN.glob("quarantine/*/*") if path.suffix != ".json")


UNUSABLE = {
    "TIFF": (drawn("TIFF"), "tif"),
    "BMP": (drawn("BMP"), "bmp"),
    "JPEG XL": (b"\xff\x0a" + bytes(100), "jxl"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "heic"),
    "a web page": (b"\n<!DOCTYPE html><html><title>Sign in</title></html>", "html"),
    "an error as JSON": (b'{"error": "try later"}', "bin"),
    "junk": (bytes(range(256)), "bin"),
    "one byte": (b"x", "bin"),
    "half a PNG": (drawn("PNG")[:100], "png"),
    "half a JPEG": (drawn("JPEG")[:400], "jpg"),
    "only the start of a WebP": (drawn("WEBP")[:16], "webp"),
    "a tracking pixel": (drawn("GIF", (1, 1)), "gif"),
}


@pytest.mark.parametrize(("data", "ending"), UNUSABLE.values(), ids=UNUSABLE)
def test_bytes_that_cannot_be_used_are_kept_named_booked_and_not_bought_again(write_scenes, scripted, data, ending):
    write_scenes(2)
    scripted.on(1, GeneratedImage(data=data, cost=Cost(Decimal("0.04")), metadata={"id": "abc"}))
    report = draw()
    digest = hashlib.sha256(data).hexdigest()
    path = HIDDEN / "quarantine" / digest[:2] / f"{digest}.{ending}"
    assert outcomes(report) == ["failed", "drawn"]
    assert path.read_bytes() == data
    assert not list(HIDDEN.glob(f"originals/*/{digest}*"))
    assert report[0].reason.endswith(f"; kept as {path}, and not bought again unasked: --retry-unusable buys it again")
    (note,) = (json.loads(one.read_text(encoding="utf-8")) for one in path.parent.glob("*.json"))
    assert (note["scene"], note["cost_usd"], note["details"]["metadata"]) == (1, "0.04", {"id": "abc"})
    with Ledger(LEDGER) as ledger:
        assert ledger.booked() == Decimal("0.04")
    scripted.forget()
    assert states(plan()) == ["unusable", "fresh"]
    assert outcomes(draw()) == ["failed", "fresh"]
    assert scripted.calls == []
    assert outcomes(draw(retry_unusable=True)) == ["drawn", "fresh"]
    assert scripted.scenes == [1]
    assert path.read_bytes() == data


def test_the_command_line_says_what_came_and_what_to_do(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, drawn("TIFF"))
    result = run("visuals", "generate", *ENTRIES)
    assert result.exit_code == 1
    (path,) = kept()
    assert (
        f"it is TIFF; ask the service for one of PNG, JPEG, WEBP, GIF, AVIF; kept as {path}, and not" in result.stderr
    )
    again = run("visuals", "generate", *ENTRIES)
    assert "1 scene: 1 came unusable, left alone" in again.stdout
    assert "what came cannot be used: the answer" in run("visuals", "status", *ENTRIES).stdout
    assert run("visuals", "generate", "--retry-unusable", *ENTRIES).exit_code == 0
    assert len(scripted.calls) == 2


def test_regenerate_after_it_is_an_order_to_send_it_again(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, drawn("PNG"), drawn("TIFF"))
    draw()
    with pytest.raises(BadImage):
        ImageGenerator().regenerate_scene(1, "frames")
    assert outcomes(draw()) == ["fresh"]
    assert ImageGenerator().regenerate_scene(1, "frames").ok
    assert [call.take for call in scripted.calls] == [0, 1, 1]


def test_a_lost_ledger_forgets_nothing_that_was_set_apart(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, GeneratedImage(data=drawn("TIFF"), cost=Cost(Decimal("0.04"))))
    draw()
    LEDGER.unlink()
    Path("frames/manifest.json").unlink()
    assert outcomes(draw()) == ["failed"]
    assert len(scripted.calls) == 1
    with Ledger(LEDGER) as ledger:
        assert ledger.booked() == Decimal("0.04")


def test_what_becomes_readable_is_used(write_scenes, scripted, monkeypatch) -> None:
    """As an AVIF does once Pillow has a decoder for it."""
    write_scenes(1)
    with monkeypatch.context() as patch:

        def no_decoder(data):
            raise BadImage("the answer cannot be unpacked here: this Pillow has no AVIF")

        patch.setattr("novaclips.visuals.image_generator.engine.buy.sniff", no_decoder)
        patch.setattr("novaclips.visuals.image_generator.engine.originals.verify", no_decoder)
        assert outcomes(draw()) == ["failed"]
        assert outcomes(draw()) == ["failed"]
    (path,) = kept()
    assert plan()[0].reason == "no frame yet: fitted from the original, free"
    assert outcomes(draw()) == ["fitted"]
    assert len(scripted.calls) == 1
    assert not path.exists()
    assert Originals(HIDDEN / "originals").has(f"{path.parent.name}/{path.name}")
    assert outcomes(draw(size="96x64")) == ["fitted"]


def test_a_damaged_original_that_is_restored_from_a_backup_is_used_again(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    (original,) = HIDDEN.glob("originals/*/*.png")
    data = original.read_bytes()
    original.write_bytes(data[:-20] + b"flipped" + data[-13:])
    assert outcomes(draw(size="96x64")) == ["failed"]
    original.write_bytes(data)
    assert outcomes(draw(size="96x64")) == ["fitted"]
    assert original.read_bytes() == data
    assert len(scripted.calls) == 1


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_two_flipped_bytes_never_come_into_a_frame(write_scenes, scripted, format) -> None:  # noqa: A002 - Pillow's word
    image = Image.effect_noise((192, 108), 60).convert("RGB")
    file = io.BytesIO()
    image.save(file, format)
    write_scenes(1)
    scripted.on(1, file.getvalue())
    draw()
    (original,) = (path for path in HIDDEN.glob("originals/*/*") if path.suffix != ".json")
    data = bytearray(original.read_bytes())
    for place in (len(data) // 2, len(data) // 2 + 50):
        data[place] ^= 0x01
    original.write_bytes(data)
    (result,) = draw(size="96x64")
    assert "is damaged: its bytes are not those that came" in result.reason
    assert kept()[0].read_bytes() == bytes(data)


# What is said of the picture.


class Deaf(GeneratedImage):
    """A plugin's own kind, which leaves everything as it is."""

    def __post_init__(self) -> None:
        pass


class Hostile(GeneratedImage):
    @property
    def metadata(self):
        raise RuntimeError("not today")


def nonsense(**values: object) -> GeneratedImage:
    """Make an answer whose values nobody has checked."""
    image = Deaf(data=picture("x"))
    for name, value in values.items():
        object.__setattr__(image, name, value)
    return image


SAID = {
    "a lone surrogate in the revised prompt": GeneratedImage(
        data=picture("x"), metadata={"revised_prompt": "fox\ud83e"}
    ),
    "the same, unchecked": nonsense(metadata={"revised_prompt": "fox \ud83e"}),
    "NaN": nonsense(metadata={"score": math.nan, "more": [math.inf]}),
    "a number beyond 63 bits": nonsense(seed=2**80, metadata={"n": 10**400}),
    "a text without end": nonsense(metadata={"text": "x" * 10**7}),
    "a date": nonsense(metadata={"at": datetime(2026, 1, 1)}),  # noqa: DTZ001 - as a plugin has it
    "bytes in metadata": nonsense(metadata={"thumbnail": b"\xff"}),
    "nested without end": nonsense(metadata=json.loads("[" * 500 + "]" * 500)),
    "a model that is a number": nonsense(model=123),
    "a seed that is a text": nonsense(seed="abc"),
    "a cost that is a float": nonsense(cost=0.04),
    "a cost that is no number": nonsense(cost=SimpleNamespace(usd=Decimal("NaN"))),
    "warnings that are a text": nonsense(warnings="rounded"),
    "warnings that are numbers": nonsense(warnings=(1, None)),
    "no metadata at all": nonsense(metadata=None),
    "no fields at all": Deaf.__new__(Deaf),
    "metadata that raises": Hostile.__new__(Hostile),
    "a NUL in a warning": nonsense(warnings=("a\0b",)),
}
for answer in SAID.values():
    object.__setattr__(answer, "data", picture("x"))


@pytest.mark.parametrize("answer", SAID.values(), ids=SAID)
def test_nothing_that_is_said_of_a_picture_costs_it(write_scenes, scripted, answer) -> None:
    write_scenes(2)
    scripted.on(1, answer)
    assert outcomes(draw()) == ["drawn", "drawn"]
    assert (HIDDEN / "originals" / Originals(Path()).name(picture("x"), "png")).exists()
    document = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert len(document["frames"]) == 2
    LEDGER.unlink()
    Path("frames/scene-001.png").unlink()
    assert outcomes(draw()) == ["fitted", "fresh"]
    assert len(scripted.calls) == 2
    assert draw().notes == ()


def test_what_was_left_out_is_said_with_the_provider_and_the_place(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, nonsense(model=123, metadata={"made": {"at": object()}}))
    (said,) = draw().warnings
    assert said.endswith(
        "what provider 'scripted' answered as model, metadata.made.at cannot be written down; left out"
    )


@pytest.mark.parametrize(
    "answer",
    [
        bytearray(picture("x")),
        memoryview(picture("x")),
        io.BytesIO(picture("x")),
        {"image": picture("x"), "seed": 3},
        (picture("x"), {"seed": 3}),
        SimpleNamespace(content=picture("x"), status_code=200),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_bytes_in_another_wrapping_are_kept_used_and_complained_about(write_scenes, scripted, answer) -> None:
    write_scenes(1)
    scripted.on(1, answer)
    report = draw()
    assert outcomes(report) == ["drawn"]
    (said,) = report.warnings
    assert f"what provider 'scripted' answered is no GeneratedImage, but {type(answer).__name__}" in said
    assert outcomes(draw()) == ["fresh"]


@pytest.mark.parametrize("answer", [b"", "text", 3, {"url": "x"}, []], ids=repr)
def test_an_answer_without_bytes_fails_its_scene_alone(write_scenes, scripted, answer) -> None:
    write_scenes(2)
    scripted.on(1, lambda _: answer)
    (first, second) = draw()
    assert (str(first.outcome), str(second.outcome)) == ("failed", "drawn")
    assert ("the answer (0 bytes) is not a picture" if answer == b"" else "it answered with") in first.reason


@pytest.mark.parametrize("error", [RuntimeError("bug"), MemoryError(), RecursionError(), KeyError("MPO")], ids=repr)
def test_a_decoder_that_falls_over_costs_no_bytes(write_scenes, scripted, monkeypatch, error) -> None:
    def broken(data):
        raise error

    write_scenes(1)
    with monkeypatch.context() as patch:
        patch.setattr("novaclips.visuals.image_generator.engine.buy.sniff", broken)
        (result,) = draw()
    assert result.reason.startswith(f"the answer cannot be read: {type(error).__name__}")
    assert kept()[0].read_bytes() == picture("a picture of 1|None|0")
    assert outcomes(draw()) == ["fitted"]


def test_bytes_are_on_the_disk_before_anybody_looks_at_them(write_scenes, scripted, monkeypatch) -> None:
    seen = []

    def look(data):
        seen.extend(path.read_bytes() for path in HIDDEN.glob("originals/*/*.png"))
        raise BadImage("no")

    write_scenes(1)
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.buy.sniff", look)
    draw()
    assert seen == [picture("a picture of 1|None|0")]


def test_an_error_text_with_a_lone_surrogate_ends_one_scene(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(1, BadImage("what is \ud83e?"))
    report = draw()
    assert outcomes(report) == ["failed", "drawn"]
    assert json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["missing"][0]["scene"] == 1
    assert states(plan()) == ["missing", "fresh"]


def test_the_jobs_answer_is_kept_like_any_other(write_scenes, scripted, monkeypatch) -> None:
    class Jobs(JobImageProvider, Scripted):
        def submit(self, request):
            return f"job-{request.scene_id}"

        def collect(self, job_id):
            return drawn("TIFF") if job_id == "job-1" else b""

        def cancel(self, job_id):
            raise AssertionError(job_id)

    monkeypatch.setattr("scripted.Scripted", Jobs)
    write_scenes(1)
    assert outcomes(draw()) == ["failed"]
    assert len(kept()) == 1
    with Ledger(LEDGER) as ledger:
        assert ledger.jobs() == {}
    assert states(plan()) == ["unusable"]
