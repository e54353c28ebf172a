"""What a composition gets to draw with: canvas, colours, chance and cues, and the light of the scene."""

from __future__ import annotations

from dataclasses import dataclass

from .canvas import Canvas
from .colors import BLACK, WHITE, Color, mix
from .cues import Cues
from .dice import Dice
from .palette import Palette


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a place under one light: the sky from top to horizon, then layers from far to near."""

    sky: tuple[Color, ...]
    sun: Color
    far: Color
    middle: Color
    near: Color
    front: Color
    dark: bool = False

    @classmethod
    def day(cls, palette: Palette) -> Light:
        """Light from a pale sky: what is near is dark."""
        deep, shade, middle, soft, light = palette.ramp
        haze = mix(light, WHITE, 0.25)
        return cls(
            (mix(soft, middle, 0.2), soft, haze), mix(light, WHITE, 0.7), mix(soft, middle, 0.4), middle, shade, deep
        )

    @classmethod
    def dusk(cls, palette: Palette) -> Light:
        """Light from low behind: a dark sky above, a bright horizon."""
        deep, shade, middle, soft, light = palette.ramp
        return cls(
            (shade, mix(shade, middle, 0.75), mix(middle, soft, 0.8), mix(soft, light, 0.55)),
            mix(light, WHITE, 0.4),
            mix(middle, shade, 0.25),
            mix(shade, middle, 0.22),
            mix(shade, deep, 0.45),
            mix(deep, BLACK, 0.15),
        )

    @classmethod
    def night(cls, palette: Palette) -> Light:
        """Light of the moon: everything darker than the horizon."""
        deep, shade, middle, _, light = palette.ramp
        return cls(
            (mix(deep, BLACK, 0.25), deep, shade, mix(shade, middle, 0.7)),
            mix(light, palette.pop, 0.18),
            mix(shade, middle, 0.30),
            mix(shade, deep, 0.25),
            mix(deep, shade, 0.25),
            mix(deep, BLACK, 0.45),
            dark=True,
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """A canvas and all that decides what goes on it."""

    canvas: Canvas
    palette: Palette
    dice: Dice
    cues: Cues
    light: Light

    @classmethod
    def set_up(cls, canvas: Canvas, palette: Palette, dice: Dice, cues: Cues) -> Stage:
        """Choose the light that the cues ask for."""
        make = {"night": Light.night, "dusk": Light.dusk}.get(cues.light, Light.night if palette.dark else Light.day)
        return cls(canvas, palette, dice, cues, make(palette))

    def on(self, canvas: Canvas) -> Stage:
        """Return the same stage with another canvas."""
        return Stage(canvas, self.palette, self.dice, self.cues, self.light)

    def across(self, share: float) -> float:
        """Return the x at a share (0 to 1) of the width."""
        return self.canvas.wide * share

    def down(self, share: float) -> float:
        """Return the y at a share (0 to 1) of the height."""
        return self.canvas.high * share
