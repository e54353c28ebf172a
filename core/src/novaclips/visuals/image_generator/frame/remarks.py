"""What a user should hear about a picture that is used all the same: too small, cropped, empty."""

from __future__ import annotations

from PIL import Image

from novaclips.visuals.image_generator.frame.fitting import Fit

SOFT = 1.5  # enlarged so many times, a picture looks soft
CROPPED = 0.1  # so much of a picture may be cropped away unsaid: a hand at the edge, not a head
STRETCHED = 1.1
SAMPLE = (64, 64)
ONE_COLOUR = "the picture is one colour only"
TOLERANCE = 3  # levels of 255 that a compressed surface of one colour differs by


def remarks(native: tuple[int, int], size: tuple[int, int], how: Fit) -> tuple[str, ...]:
    """Say in a sentence what becomes of a picture of this size in the frame, where a user would see it."""
    across, down = size[0] / native[0], size[1] / native[1]
    said = []
    scale = {"cover": max, "contain": min, "stretch": max}[how](across, down)
    if scale > SOFT:
        said.append(f"enlarged {scale:.1f} times")
    uneven = max(across, down) / min(across, down)
    if how == "cover" and (lost := 1 - 1 / uneven) > CROPPED:
        said.append(f"{lost:.0%} of it cropped away")
    if how == "stretch" and uneven > STRETCHED:
        said.append(f"stretched {uneven:.1f} times out of its shape")
    if not said:
        return ()
    return (f"the picture has {native[0]}x{native[1]} pixels: {', '.join(said)} for a frame of {size[0]}x{size[1]}",)


def is_one_colour(image: Image.Image) -> bool:
    """Say whether there is nothing to be seen in an RGB picture; looks closely only where a glance shows nothing."""
    return _is_even(image.resize(SAMPLE, Image.Resampling.NEAREST)) and _is_even(image)


def _is_even(image: Image.Image) -> bool:
    return all(most - least <= TOLERANCE for least, most in image.getextrema())  # type: ignore[misc]  # a pair for each channel
