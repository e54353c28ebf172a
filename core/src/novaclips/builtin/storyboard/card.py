"""The card: the drawing, and round it what an editor needs to know of the scene."""

from __future__ import annotations

from PIL import Image

from novaclips.plugin import ImageRequest

from .canvas import Canvas
from .colors import WHITE, contrast, mix, readable
from .compositions import COMPOSITIONS
from .copy import Copy
from .cues import Cues
from .dice import Dice
from .fonts import Fonts
from .kinds import kind_of
from .layout import Box, Layout, arrange, has_narration_room, unit_of
from .palette import LARGE_CONTRAST, Palette, choose
from .panel import Panel
from .stage import Stage
from .text import Block, Room, fit
from .typeset import Typesetter


def draw_card(request: ImageRequest, fonts: Fonts) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the card of a scene at exactly the request's size, and what to install for its words."""
    wide, high = request.size
    words = request.scene_prompt.strip() or request.prompt
    kind = kind_of(request.visual_type)
    cues = Cues.read(words, visual_type=request.visual_type, negative=request.negative_prompt)
    dice = Dice(kind, request.prompt, words, request.seed, request.take)
    palette = choose(request.palette, request.style, cues, dice)
    copy = Copy.of(request, fonts)
    caption = narration(copy, fonts, wide, high)
    layout = arrange(wide, high, bar_height(caption, wide, high))
    image = Image.new("RGB", (wide, high), palette.paper)
    canvas = Canvas(layout.art.width, layout.art.height)
    COMPOSITIONS[kind](Stage.set_up(canvas, palette, dice, cues))
    image.paste(canvas.finished(), (layout.art.left, layout.art.top))
    type_ = Typesetter(image, fonts)
    if layout.words:
        safe_marks(type_, layout, palette, image)
        Panel(image, type_, layout, palette, copy, kind).draw(layout.words)
    else:
        badge(type_, layout.art, palette, copy.number)
    if caption and layout.bar:
        draw_bar(type_, layout, layout.bar, palette, caption)
    return image, copy.warnings


def narration(copy: Copy, fonts: Fonts, wide: int, high: int) -> Block | None:
    """Fit the narration into the width of a card."""
    if not has_narration_room(wide, high):
        return None
    layout = Layout(unit_of(wide, high), Box(0, 0, wide, high), None, None)
    room = Room(
        width=wide - layout.px(60) * 2 - layout.px(40),
        height=high * 0.19,
        largest=layout.type_size(36, 14),
        smallest=layout.type_size(24, 12),
        most_lines=3 if wide > high else 5,
    )
    return fit(copy.narration, fonts, room)


def bar_height(caption: Block | None, wide: int, high: int) -> int:
    """Return the height of the narration's bar; 0 for none."""
    if caption is None:
        return 0
    unit = unit_of(wide, high)
    return round(max(caption.height + 2 * 34 * unit, 132 * unit))


def draw_bar(type_: Typesetter, layout: Layout, bar: Box, palette: Palette, caption: Block) -> None:
    """Set the narration on its bar, a stroke of colour at its start."""
    type_.rectangle(bar.left, bar.top, bar.right, bar.bottom, palette.bar)
    margin, gap = layout.px(60), layout.px(40)
    top = bar.top + (bar.height - caption.height) / 2
    stroke = readable(palette.pop, palette.bar, LARGE_CONTRAST)
    inset = caption.leading * 0.12
    from_right = caption.words.from_right
    x = bar.right - margin - layout.px(7) if from_right else margin
    type_.rectangle(x, top + inset, x + layout.px(7), top + caption.height - inset, stroke)
    left = margin if from_right else margin + gap
    type_.block(caption, left, top, bar.width - margin * 2 - gap, palette.bar_ink, palette.bar_muted)


def safe_marks(type_: Typesetter, layout: Layout, palette: Palette, image: Image.Image) -> None:
    """Draw the corners of the action-safe area, five per cent in, as a viewfinder has them."""
    art, thick = layout.art, max(1, layout.px(2.4))
    aside = round(min(art.width, art.height) * 0.05)
    reach = round(min(art.width, art.height) * 0.045)
    box = art.inset(aside, aside)
    for x, along in ((box.left, 1), (box.right, -1)):
        for y, down in ((box.top, 1), (box.bottom, -1)):
            red, green, blue = image.getpixel((x, y))  # type: ignore[misc]  # an RGB picture's pixel is three numbers
            behind = (red, green, blue)
            color = WHITE if contrast(WHITE, behind) > 1.6 else mix(behind, palette.ramp[0], 0.4)  # noqa: PLR2004
            across = sorted((x, x + along * reach))
            type_.rectangle(across[0], min(y, y + down * thick), across[1], max(y, y + down * thick), color)
            upright = sorted((y, y + down * reach))
            type_.rectangle(min(x, x + along * thick), upright[0], max(x, x + along * thick), upright[1], color)


def badge(type_: Typesetter, area: Box, palette: Palette, number: str) -> None:
    """Set the number on a block in the lower left corner of a card too small for words."""
    edge = min(area.width, area.height)
    size = max(15, round(edge * 0.30))
    while size > 8 and type_.number_size(number, size)[0] > area.width * 0.72:  # noqa: PLR2004 - pixels of type
        size -= 1
    wide, tall = type_.number_size(number, size)
    pad = max(3, round(size * 0.32))
    top = area.bottom - tall - pad * 2
    ground = mix(palette.ramp[0], palette.bar, 0.5)
    type_.rectangle(area.left, top, area.left + wide + pad * 2, area.bottom, ground)
    type_.number(number, size, (area.left + pad, top + pad), readable(palette.bar_ink, ground, 7.0))
