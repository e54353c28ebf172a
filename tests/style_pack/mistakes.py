"""Files of styles with a mistake in each, and the answer to it behind the file's name."""

from __future__ import annotations

import textwrap

GOOD = 'styles: {dusk: {summary: Evening light, prefix: "At dusk, "}}'


def style(text):
    """A file whose one style, ``dusk``, has these fields."""
    return f"styles:\n  dusk:\n{textwrap.indent(textwrap.dedent(text), '    ')}"


STYLE_FIELDS = "summary, prefix, suffix, negative_prompt, palette, visual_types, exact"
COLOURS = '["#101820", "#d94f30", "#f4efe6"]'
WORDS = 'summary: Evening light\nprefix: "At dusk, "\n'
MISTAKES = {
    "empty file": (
        "# styles will follow\n",
        ": the file is empty; write styles: and under it one entry for each style, by its name",
    ),
    "not a mapping": (
        "- noir\n",
        ": the file must be a mapping, not a list; write fields such as visual_types: and styles:",
    ),
    "no styles": (
        "visual_types: {map: {prompt: from above}}\n",
        ": the file has no 'styles'; write styles: and under it one entry for each style, by its name",
    ),
    "styles empty": (
        "styles: {}\n",
        ":1: styles is empty; write one entry for each style, by its name",
    ),
    "styles as a list": (
        "styles:\n- name: noir\n",
        ":1: styles must be a mapping, not a list; write one entry for each name",
    ),
    "unknown field of the file": (
        f"{GOOD}\nvisual_type: {{}}\n",
        (
            ": the file has an unknown field 'visual_type'; did you mean 'visual_types'? "
            "the fields are visual_types, styles"
        ),
    ),
    "unknown field of a style": (
        style(f"{WORDS}sufix: x"),
        f":2: style 'dusk' has an unknown field 'sufix'; did you mean 'suffix'? the fields are {STYLE_FIELDS}",
    ),
    "unknown field like none": (
        style(f"{WORDS}lens: 50mm"),
        f":2: style 'dusk' has an unknown field 'lens'; the fields are {STYLE_FIELDS}",
    ),
    "unknown field of a visual type": (
        style(f"{WORDS}visual_types:\n  map: {{negative: labels}}"),
        (
            ":6: style 'dusk', visual_types.map has an unknown field 'negative'; did you mean 'negative_prompt'?"
            " the fields are prompt, negative_prompt"
        ),
    ),
    "style is nothing": (
        "styles:\n  dusk:\n",
        ":2: style 'dusk' must be a mapping, not nothing; write fields such as summary: and prefix:",
    ),
    "style is text": (
        "styles: {dusk: At dusk}\n",
        ":1: style 'dusk' must be a mapping, not 'At dusk'; write fields such as summary: and prefix:",
    ),
    "text is a number": (
        style('summary: 8\nprefix: "At dusk, "'),
        ":3: style 'dusk', summary must be text, not 8; write it in quotes",
    ),
    "text is a list": (
        style(f"{WORDS}negative_prompt: [rain, people]"),
        ":5: style 'dusk', negative_prompt must be text, not a list; write it in quotes",
    ),
    "text is a mapping": (
        style(f"{WORDS}suffix: {{a: b}}"),
        ":5: style 'dusk', suffix must be text, not a mapping; write it in quotes",
    ),
    "text of a visual type is a number": (
        f"visual_types:\n  map:\n    prompt: 1\n{GOOD}\n",
        ":3: visual_types.map.prompt must be text, not 1; write it in quotes",
    ),
    "exact is text": (
        style(f"{WORDS}exact: always"),
        ":5: style 'dusk', exact must be true or false, not 'always'; write true, or leave it out",
    ),
    "exact with prompts of its own": (
        style(f"{WORDS}exact: true\nvisual_types: {{map: {{prompt: from above}}}}"),
        ":6: style 'dusk', visual_types has prompts that 'exact: true' never uses; drop one or the other",
    ),
    "visual types as a list": (
        style(f"{WORDS}visual_types: [map]"),
        ":5: style 'dusk', visual_types must be a mapping, not a list; write one entry for each name",
    ),
    "visual type is text": (
        style(f"{WORDS}visual_types: {{map: from above}}"),
        (
            ":5: style 'dusk', visual_types.map must be a mapping, not 'from above';"
            " write fields such as prompt: and negative_prompt:"
        ),
    ),
    "visual type is empty": (
        style(f"{WORDS}visual_types: {{map: {{}}}}"),
        ":5: style 'dusk', visual_types.map is empty; write prompt: or negative_prompt:, or drop it",
    ),
    "bad name": (
        'styles: {Film Noir!: {summary: Shadows, prefix: "Noir, "}}\n',
        ":1: style 'Film Noir!' has a bad name; write 'film-noir': a-z, 0-9 and single hyphens between them",
    ),
    "bad name without a Latin letter": (
        'styles: {ночь: {summary: Тьма, prefix: "Ночь, "}}\n',
        ":1: style 'ночь' has a bad name; write 'night': a-z, 0-9 and single hyphens between them",
    ),
    "name that YAML reads as a truth value": (
        'styles: {off: {summary: Off, prefix: "Off, "}}\n',
        ":1: styles has the name false, which is not text in YAML; write the name in quotes",
    ),
    "name that YAML reads as a number": (
        'styles: {1980: {summary: Big hair, prefix: "In 1980, "}}\n',
        ":1: styles has the name 1980, which is not text in YAML; write the name in quotes",
    ),
    "two styles of one name": (
        "styles:\n  dusk: {summary: A}\n  dawn: {summary: B}\n  dusk: {summary: C}\n",
        ":4: styles has 'dusk' twice (first on line 2); rename one or drop it",
    ),
    "one field twice": (
        style(f"{WORDS}summary: Again"),
        ":5: style 'dusk' has 'summary' twice (first on line 3); rename one or drop it",
    ),
    "no summary": (
        style('prefix: "At dusk, "'),
        ":2: style 'dusk' has no 'summary'; write one line for `novaclips styles list`",
    ),
    "summary of several lines": (
        style('summary: "Evening\\nlight"\nprefix: "At dusk, "'),
        ":3: style 'dusk', summary has several lines; write one line for `novaclips styles list`",
    ),
    "neither prefix nor suffix": (
        style('summary: Evening light\nprefix: " "'),
        ":2: style 'dusk' has neither 'prefix' nor 'suffix'; write the words that go before or after a scene's prompt",
    ),
    "prefix without its last space": (
        style("summary: Evening light\nprefix: At dusk, "),
        ":4: style 'dusk', prefix would stick to the prompt; write \"At dusk, \", in quotes",
    ),
    "prefix without its comma": (
        style("summary: Вечер\nprefix: На закате"),
        ":4: style 'dusk', prefix would stick to the prompt; write \"На закате, \", in quotes",
    ),
    "suffix without its comma": (
        style("summary: Evening light\nsuffix: at dusk"),
        ":4: style 'dusk', suffix would stick to the prompt; write \", at dusk\", in quotes",
    ),
    "palette is one colour": (
        style(f'{WORDS}palette: "#101820"'),
        f":5: style 'dusk', palette must be a list of colours, not '#101820'; write {COLOURS}",
    ),
    "palette is short": (
        style(f'{WORDS}palette: ["#101820", "#ffffff"]'),
        f":5: style 'dusk', palette has 2 colours; write 3 to 5, as in {COLOURS}",
    ),
    "palette is long": (
        style(f"{WORDS}palette: {['#101820'] * 6}"),
        f":5: style 'dusk', palette has 6 colours; write 3 to 5, as in {COLOURS}",
    ),
    "colour without quotes": (
        style(f"{WORDS}palette:\n- #101820\n- #ffffff"),
        ":5: style 'dusk', palette has nothing as colour 1: # starts a comment in YAML; write \"#101820\", in quotes",
    ),
    "colour by name": (
        style(f'{WORDS}palette: ["#101820", navy]'),
        ":5: style 'dusk', palette has 'navy' as colour 2; write something like \"#101820\", in quotes",
    ),
    "colour of three digits": (
        style(f'{WORDS}palette: ["#1a2"]'),
        ":5: style 'dusk', palette has '#1a2' as colour 1; write \"#11aa22\", in quotes",
    ),
    "colour without its hash": (
        style(f"{WORDS}palette: [d94f30]"),
        ":5: style 'dusk', palette has 'd94f30' as colour 1; write \"#d94f30\", in quotes",
    ),
    "colour that YAML reads as a number": (
        style(f"{WORDS}palette: [223344]"),
        ":5: style 'dusk', palette has 223344 as colour 1; write \"#223344\", in quotes",
    ),
    "field that came by a merge key": (
        """styles:
  one: &one {summary: One, prefix: "One, ", visual_types: {map: {prompt: from above}}}
  two: {<<: *one, exact: true}
""",
        ":3: style 'two', visual_types has prompts that 'exact: true' never uses; drop one or the other",
    ),
}
