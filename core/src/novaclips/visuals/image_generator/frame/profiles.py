"""ICC profiles made of numbers, for pictures that bring numbers instead."""

from __future__ import annotations

import struct
from itertools import pairwise

from novaclips.visuals.image_generator.frame.essence import Encoding

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

D50: Vector = (0.9642, 1.0, 0.8249)
# Bradford's cone response, by which colours under another white are brought to that of profiles (ICC.1, annex E).
BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
VERSION = 0x04300000
FIXED = 65536
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1
HEADER_BYTES = 128


def profile_of(encoding: Encoding) -> bytes:
    """Write a display profile: three primaries and one curve."""
    curve = _curve(encoding.gamma)
    tags = {f"{name}XYZ".encode(): _xyz(column) for name, column in zip("rgb", _columns(encoding), strict=True)}
    tags |= {b"wtpt": _xyz(D50)} | {f"{name}TRC".encode(): curve for name in "rgb"}
    start = HEADER_BYTES + 4 + 12 * len(tags)
    contents = [content + b"\0" * (-len(content) % 4) for content in tags.values()]
    offsets = [start]
    for content in contents:
        offsets.append(offsets[-1] + len(content))
    table = b"".join(
        struct.pack(">4sII", name, offset, end - offset)
        for name, (offset, end) in zip(tags, pairwise(offsets), strict=True)
    )
    header = struct.pack(">I4xI4s4s4s12x4s28x", offsets[-1], VERSION, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    header += b"".join(_fixed(value) for value in D50)
    return b"".join((header.ljust(HEADER_BYTES, b"\0"), struct.pack(">I", len(tags)), table, *contents))


def _columns(encoding: Encoding) -> Matrix:
    """Work out red, green and blue as XYZ under the white of profiles."""
    points = list(zip(encoding.primaries[::2], encoding.primaries[1::2], strict=True))
    white, *colours = (_of_point(x, y) for x, y in points)
    shares = _times(_inverse(_transposed(_matrix(colours))), white)
    to_cones = BRADFORD
    scale = [one / other for one, other in zip(_times(to_cones, D50), _times(to_cones, white), strict=True)]
    back = _inverse(to_cones)

    def adapted(colour: Vector, share: float) -> Vector:
        cones = _times(to_cones, _scaled(colour, (share, share, share)))
        return _times(back, _scaled(cones, (scale[0], scale[1], scale[2])))

    return _matrix([adapted(colour, share) for colour, share in zip(colours, shares, strict=True)])


def _of_point(x: float, y: float) -> Vector:
    return x / y, 1.0, (1 - x - y) / y


def _matrix(rows: list[Vector]) -> Matrix:
    return rows[0], rows[1], rows[2]


def _transposed(matrix: Matrix) -> Matrix:
    return _matrix(list(zip(*matrix, strict=True)))


def _times(matrix: Matrix, vector: Vector) -> Vector:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _scaled(vector: Vector, by: Vector) -> Vector:
    return vector[0] * by[0], vector[1] * by[1], vector[2] * by[2]


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return _matrix([(x / determinant, y / determinant, z / determinant) for x, y, z in rows])


def _xyz(vector: Vector) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in vector)


def _curve(gamma: float | None) -> bytes:
    kind, numbers = (3, SRGB_CURVE) if gamma is None else (0, (gamma,))
    return struct.pack(">4s4xH2x", b"para", kind) + b"".join(_fixed(value) for value in numbers)


def _fixed(value: float) -> bytes:
    """Write a number with sixteen bits behind the point."""
    return struct.pack(">i", max(-(2**31), min(round(value * FIXED), 2**31 - 1)))
