"""What goes wrong on the line and with the files themselves, whoever the service is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from novaclips.testing.fault import Fault
from novaclips.testing.messages import SAME_PATH_ELSEWHERE, Answer, Delivery

NOT_A_PICTURE: Final = b"<!doctype html><title>Sign in</title><p>Please sign in to see this picture."
NOT_JSON: Final = b"upstream request timeout"
BOMB_EDGE: Final = 60_000  # pixels: 3.6 billion of them, 10 GB unpacked, from a file of a few bytes
METADATA_URL: Final = "http://169.254.169.254/"


def _faults() -> Iterator[Fault]:
    yield from _orders()
    yield from _pictures()
    yield from _files()


def _orders() -> Iterator[Fault]:
    before = Answer(delivery="dropped")
    yield Fault(
        name="dropped_before",
        protocol="any",
        hits="create",
        summary="the connection is closed before the order is taken",
        instead=before,
    )
    deliveries: tuple[tuple[str, Delivery, str], ...] = (
        ("dropped_after", "dropped", "billed, then the connection is closed without an answer"),
        ("truncated_body", "truncated", "billed, then half of the answer and no more"),
        ("slow_body", "slow", "billed, then the answer in ten pieces with pauses"),
        ("hang", "hang", "billed, then no answer until the client goes"),
        ("dripping_body", "dripping", "billed, then a head, and a blank now and then until the client goes"),
    )
    for name, delivery, summary in deliveries:
        yield _order(name, summary, _delivered(delivery))
    yield _order("wrong_content_type", "a good answer that calls itself text/html", _as_html)
    yield _order("not_json", "billed, then 200 with a line of text", _not_json)


def _pictures() -> Iterator[Fault]:
    for name, summary, spoil in (
        ("not_a_picture", "the picture is a page of HTML", _page),
        ("cut_picture", "the picture ends in its middle", _cut),
        ("bomb", "the picture is a PNG that would unpack to 10 GB", _bomb),
    ):
        yield Fault(name=name, protocol="any", hits="picture", summary=f"{summary}, billed", spoil=spoil)


def _files() -> Iterator[Fault]:
    answers = (
        ("expired", "404 to a download", Answer(status=404, body=b"expired", content_type="text/plain")),
        ("forbidden", "403 to a download", Answer(status=403, body=b"forbidden", content_type="text/plain")),
        ("server_error", "500 to a download", Answer(status=500, body=b"error", content_type="text/plain")),
        ("dropped", "no answer to a download", Answer(delivery="dropped")),
        ("redirect_private", "a redirect to 169.254.169.254", Answer(status=302, headers={"Location": METADATA_URL})),
        (
            "redirect_foreign",
            "a redirect to another port of 127.0.0.1, which has the file",
            Answer(status=302, headers={"Location": SAME_PATH_ELSEWHERE}),
        ),
        (
            "endless",
            "a download that never ends",
            Answer(body=b"\x89PNG\r\n\x1a\n", content_type="image/png", delivery="endless"),
        ),
        (
            "dripping",
            "a download of which a byte comes now and then, without end",
            Answer(content_type="image/png", delivery="dripping"),
        ),
    )
    for name, summary, answer in answers:
        yield Fault(name=f"file_{name}", protocol="any", hits="file", summary=summary, instead=answer)
    changes: tuple[tuple[str, str, Callable[[Answer], Answer]], ...] = (
        ("truncated", "half of a download and no more", _delivered("truncated")),
        ("slow", "a download in ten pieces with pauses", _delivered("slow")),
        ("wrong_type", "the right bytes, called text/html", _as_html),
    )
    for name, summary, change in changes:
        yield Fault(name=f"file_{name}", protocol="any", hits="file", summary=summary, change=change)
    yield Fault(
        name="file_not_a_picture", protocol="any", hits="file", summary="a download that is a page of HTML", spoil=_page
    )


def _order(name: str, summary: str, change: Callable[[Answer], Answer]) -> Fault:
    return Fault(name=name, protocol="any", hits="create", summary=summary, change=change)


def _delivered(delivery: Delivery) -> Callable[[Answer], Answer]:
    return lambda good: replace(good, delivery=delivery)


def _as_html(good: Answer) -> Answer:
    return replace(good, content_type="text/html")


def _not_json(good: Answer) -> Answer:
    return replace(good, status=200, body=NOT_JSON, content_type="text/plain")


def _page(_good: bytes) -> bytes:
    return NOT_A_PICTURE


def _cut(good: bytes) -> bytes:
    return good[: len(good) // 2]


def _bomb(_good: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", BOMB_EDGE, BOMB_EDGE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000_000), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


FAULTS: Final = tuple(_faults())
