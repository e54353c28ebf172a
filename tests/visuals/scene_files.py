"""Files that are a scenes.yaml in many spellings, and files that are none, each with what its reader is told."""

from __future__ import annotations

import json
from dataclasses import dataclass

FULL = """\
# my film
fps: 24
scenes:
  - id: 1
    title: Where the water goes
    narration: Rain falls.
    mood: calm
    visual:
      type: metaphor
      prompt: A river turning into a cloud above a city
      style: illustration
      provider: replicate
      negative_prompt: text, watermark
      seed: 42
      references: [assets/hero.png]
      options: {quality: high, sizes: [1, 2.5, null, true]}
      camera: wide
"""

SAME = {
    "list": "- id: 1\n  visual:\n    prompt: A river\n",
    "mapping": "scenes:\n- id: 1\n  visual: {prompt: A river}\n",
    "other keys around": "a: &p A river\nscenes:\n- id: 1\n  visual: {prompt: *p}\nb: [1]\n",
    "byte order mark": "\ufeff- id: 1\n  visual:\n    prompt: A river\n",
    "windows line ends": "- id: 1\r\n  visual:\r\n    prompt: A river\r\n",
    "nulls": "- {id: 1, title: , narration: ~, visual: {prompt: A river, type: null, style: , provider: ,"
    " negative_prompt: , seed: , references: , options: }}\n",
    "block scalar": "- id: 1\n  visual:\n    prompt: |\n      A river\n",
    "folded": "- id: 1\n  visual:\n    prompt: >\n      A\n      river\n\n",
    "merge": "x: &x {visual: {prompt: A river}}\nscenes:\n- {<<: *x, id: 1}\n",
    "json": json.dumps({"title": "Film", "scenes": [{"id": 1, "visual": {"prompt": "A river"}}]}, indent="\t"),
    "unknown fields beside all known ones": "- id: 1\n  ids: 2\n  visual: {prompt: A river, promt: x, prompt_2: y}\n",
    "number as an unknown field": "- id: 1\n  2: x\n  visual: {prompt: A river}\n",
}

EXAMPLE = "- {id: 1, visual: {prompt: A river}}"
NO_ID = "the scene has no id; write its number, as in id: 1"
NO_PROMPT = "the visual has no prompt; write prompt: A river (a text that starts with # needs quotes)"
NO_VISUAL = "the scene has no visual; write visual: {prompt: A river}"
NO_SCENES = f"the file has no scenes; write for example {EXAMPLE}"
UNDER = "prompt belongs under visual: write visual: {prompt: ...}"
HOME_ASSISTANT = "looks like a Home Assistant scenes.yaml; a novaclips scene has an id and a visual.prompt"
OF_ALL = "is that of all frames: write --resolution 1920x1080, or resolution: 1920x1080 in novaclips.yaml"
REFERENCES = "did you mean 'references'? write references: [assets/hero.png]"
UNDER_OPTIONS = "belongs under options: write options: {{{}: ...}}"


@dataclass(frozen=True)
class Bad:
    """A file, and the complaint about it behind the file's name.

    ``shape`` says that a JSON Schema can see the mistake: fields, types, bounds and patterns. It sees neither how a
    number is spelled nor what is on the disk, compares no scene with another, and guesses no misspelt name.
    """

    content: str | bytes
    message: str
    shape: bool = True


def with_id(text: str) -> str:
    return f"- id: {text}\n  visual: {{prompt: A river}}\n"


def with_visual(text: str) -> str:
    return f"- id: 1\n  visual:\n    prompt: A river\n    {text}\n"


def with_prompt(text: str) -> str:
    return f"- id: 1\n  visual:\n    prompt: {text}\n"


BAD = {
    # id
    "no id": Bad("- visual: {prompt: A river}\n", f"1:3: {NO_ID}"),
    "null id": Bad(with_id(""), f"1:6: {NO_ID}"),
    "quoted id": Bad(with_id('"01"'), '1:7: id must be a whole number: write 1 instead of "01"'),
    "leading zeros": Bad(with_id("007"), "1:7: id must be a whole number: write 7 instead of 007", shape=False),
    "octal id": Bad(with_id("010"), "1:7: id must be a whole number: write 10 instead of 010", shape=False),
    "hexadecimal id": Bad(with_id("0x1F"), "1:7: id must be a whole number: write 31 instead of 0x1F", shape=False),
    "signed id": Bad(with_id("+1"), "1:7: id must be a whole number: write 1 instead of +1", shape=False),
    "float id": Bad(with_id("1.0"), "1:7: id must be a whole number: write 1 instead of 1.0", shape=False),
    "half id": Bad(with_id("1.5"), "1:7: id must be a whole number, as in id: 1; 1.5 is not"),
    "name as id": Bad(with_id("intro"), '1:7: id must be a whole number, as in id: 1; "intro" is not'),
    "path as id": Bad(with_id("../x"), '1:7: id must be a whole number, as in id: 1; "../x" is not'),
    "digits of another script": Bad(with_id("١"), '1:7: id must be a whole number, as in id: 1; "١" is not'),
    "true as id": Bad(with_id("true"), "1:7: id must be a whole number, as in id: 1; true is not"),
    "list as id": Bad(with_id("[1]"), "1:7: id must be a whole number, as in id: 1; a list is not"),
    "negative id": Bad(with_id("-1"), "1:7: id must be a whole number from 0 to 999999; -1 is not"),
    "large id": Bad(with_id("1000000"), "1:7: id must be a whole number from 0 to 999999; 1000000 is not"),
    "duplicate id": Bad(
        with_id("1") + with_id("2") + with_id("1"),
        "5:7: id 1 is the scene's in line 1 already; give each scene a number of its own",
        shape=False,
    ),
    "merged id": Bad(
        "- &a {id: 1, visual: {prompt: A river}}\n- {<<: *a, title: b}\n",
        "2:3: id 1 is the scene's in line 1 already; give each scene a number of its own",
        shape=False,
    ),
    # visual
    "no visual": Bad("- id: 1\n", f"1:3: {NO_VISUAL}"),
    "null visual": Bad("- id: 1\n  visual:\n", f"2:10: {NO_VISUAL}"),
    "visual is text": Bad(
        "- id: 1\n  visual: A river\n",
        "2:11: visual holds fields, and this is text; write visual: {prompt: A river}",
    ),
    "visual is a list": Bad(
        "- id: 1\n  visual: [A river]\n",
        "2:11: visual holds fields, and this is a list; write visual: {prompt: A river}",
    ),
    "prompt without visual": Bad("- id: 1\n  prompt: A river\n", f"2:3: {UNDER}"),
    "prompt beside visual": Bad("- id: 1\n  visual:\n  prompt: A river\n", f"3:3: {UNDER}"),
    "prompt beside a visual with fields": Bad("- id: 1\n  visual:\n    type: a\n  prompt: A river\n", f"4:3: {UNDER}"),
    "seed beside the visual": Bad(
        "- id: 1\n  seed: 4\n  visual: {prompt: A river}\n",
        "2:3: seed belongs under visual; move it there, next to the prompt",
    ),
    "options beside the visual": Bad(
        "- id: 1\n  options: {quality: high}\n  visual: {prompt: A river}\n",
        "2:3: options belongs under visual; move it there, next to the prompt",
    ),
    **{
        f"{field} beside the visual": Bad(f"- id: 1\n  {field}: x\n  visual: {{prompt: A river}}\n", said, shape=False)
        for field, said in {
            "model": "2:3: model belongs under visual: write visual: {options: {model: ...}}",
            "quality": "2:3: quality belongs under visual: write visual: {options: {quality: ...}}",
            "aspectRatio": f"2:3: aspectRatio {OF_ALL}",
            "image_ref": f"2:3: unknown field 'image_ref'; {REFERENCES}",
            "styel": "2:3: unknown field 'styel'; did you mean 'style', under visual?",
            "seeds": "2:3: unknown field 'seeds'; did you mean 'seed', under visual?",
            "negative": "2:3: unknown field 'negative'; did you mean 'negative_prompt', under visual?",
        }.items()
    },
    # fields of a visual that would change the picture, and are none
    **{
        f"{field} in the visual": Bad(
            with_visual(f"{field}: 1"), f"4:5: {field} {UNDER_OPTIONS.format(field)}", shape=False
        )
        for field in (
            "model",
            "quality",
            "n",
            "steps",
            "cfg_scale",
            "cfgScale",
            "CFG scale",
            "guidance",
            "num_inference_steps",
            "sampler_name",
            "scheduler",
            "num_images",
            "background",
            "moderation",
            "output_format",
            "strength",
            "loras",
        )
    },
    **{
        f"{field} in the visual": Bad(with_visual(f"{field}: 1"), f"4:5: {field} {OF_ALL}", shape=False)
        for field in ("aspect_ratio", "aspectRatio", "aspect", "size", "image_size", "width", "height", "resolution")
    },
    **{
        f"{field} in the visual": Bad(
            with_visual(f"{field}: x"), f"4:5: unknown field {field!r}; {REFERENCES}", shape=False
        )
        for field in ("image_ref", "image", "images", "reference_images", "init_image", "imageUrl", "input-image")
    },
    **{
        f"{field} in the visual": Bad(
            with_visual(f"{field}: x"), f"4:5: unknown field {field!r}; did you mean {meant!r}?", shape=False
        )
        for field, meant in {
            "styel": "style",
            "stile": "style",
            "styles": "style",
            "Style": "style",
            "seeds": "seed",
            "sede": "seed",
            "ref": "references",
            "refs": "references",
            "reference": "references",
            "refrences": "references",
            "negative": "negative_prompt",
            "neg_prompt": "negative_prompt",
            "negativePrompt": "negative_prompt",
            "negatve_prompt": "negative_prompt",
            "providor": "provider",
            "optoins": "options",
            "option": "options",
            "tpye": "type",
            "visual_type": "type",
        }.items()
    },
    "titel": Bad(
        "- id: 1\n  titel: x\n  visual: {prompt: A river}\n",
        "2:3: unknown field 'titel'; did you mean 'title'?",
        shape=False,
    ),
    # letters that a terminal obeys
    **{
        f"{name} in a {field}": Bad(
            f'- id: 1\n  visual:\n    prompt: A river\n    {field}: "a{escape}b"\n',
            f"4:{7 + len(field)}: {field} holds the control character U+{code}; take it out",
        )
        for field in ("negative_prompt", "type", "style")
        for name, escape, code in (("CSI", "\\x9b", "009B"), ("escape", "\\e", "001B"), ("NEL", "\\x85", "0085"))
        if field == "negative_prompt" or name == "CSI"
    },
    "OSC in a prompt": Bad(with_prompt('"a\\x9d"'), "3:13: prompt holds the control character U+009D; take it out"),
    "CSI in a title": Bad(
        '- id: 1\n  title: "\\x9b31m"\n  visual: {prompt: A river}\n',
        "2:10: title holds the control character U+009B; take it out",
    ),
    "CSI in an option": Bad(
        with_visual('options: {a: [1, {b: "\\x9b"}]}'),
        "4:26: an option holds the control character U+009B; take it out",
    ),
    "escape in an option's name": Bad(
        with_visual('options: {"\\e": 1}'),
        "4:15: the name of an option holds the control character U+001B; take it out",
    ),
    # prompt
    "no prompt": Bad("- id: 1\n  visual: {type: a}\n", f"2:11: {NO_PROMPT}"),
    "empty visual": Bad("- id: 1\n  visual: {}\n", f"2:11: {NO_PROMPT}"),
    "prompt is a comment": Bad(with_prompt("#1 river"), f"3:12: {NO_PROMPT}"),
    "blank prompt": Bad(with_prompt("'  '"), "3:13: the prompt is blank; write what to draw"),
    "number as prompt": Bad(
        with_prompt("1984"),
        '3:13: prompt must be text, and this is a number; put quotes around it: "1984"',
    ),
    "true as prompt": Bad(
        with_prompt("true"),
        '3:13: prompt must be text, and this is yes or no; put quotes around it: "true"',
    ),
    "list as prompt": Bad(
        with_prompt("[red, river]"),
        "3:13: prompt must be text, and this is a list; put quotes around the whole text",
    ),
    "mapping as prompt": Bad(
        with_prompt("{red}"),
        "3:13: prompt must be text, and this is a mapping; put quotes around the whole text",
    ),
    "long prompt": Bad(with_prompt("x" * 32_001), "3:13: the prompt has 32,001 characters; write at most 32,000"),
    "bell in a prompt": Bad(with_prompt('"a\\a"'), "3:13: prompt holds the control character U+0007; take it out"),
    "comma in braces": Bad(
        "- {id: 1, visual: {prompt: A river, at night}}\n",
        "1:45: 'at night' is cut off by the comma before it; put quotes around the whole text",
        shape=False,
    ),
    "colon in a prompt": Bad(
        with_prompt("Close-up: a river"), "3:21: a colon followed by a space needs quotes around the text", shape=False
    ),
    # slips of the pen
    "promt": Bad("- id: 1\n  visual: {promt: A}\n", "2:12: unknown field 'promt'; did you mean 'prompt'?"),
    "Prompt": Bad("- id: 1\n  visual: {Prompt: A}\n", "2:12: unknown field 'Prompt'; did you mean 'prompt'?"),
    "visuals": Bad("- id: 1\n  visuals: {prompt: A}\n", "2:3: unknown field 'visuals'; did you mean 'visual'?"),
    "ID": Bad("- ID: 1\n  visual: {prompt: A}\n", "1:3: unknown field 'ID'; did you mean 'id'?"),
    "negative-prompt": Bad(
        with_visual("negative-prompt: text"),
        "4:5: unknown field 'negative-prompt'; did you mean 'negative_prompt'?",
        shape=False,
    ),
    "Scenes": Bad("Scenes: []\n", "1:1: unknown field 'Scenes'; did you mean 'scenes'?"),
    # the other fields of a visual
    "signs in type": Bad(with_visual("type: a/b"), "4:11: type 'a/b' must be made of letters, digits and hyphens"),
    "number as type": Bad(
        with_visual("type: 3"),
        '4:11: type must be text, and this is a number; put quotes around it: "3"',
    ),
    "list as title": Bad(
        "- id: 1\n  title: [a]\n  visual: {prompt: A river}\n",
        "2:10: title must be text, and this is a list; put quotes around the whole text",
    ),
    "number as style": Bad(
        with_visual("style: 1920"),
        '4:12: style must be text, and this is a number; put quotes around it: "1920"',
    ),
    "blank style": Bad(
        with_visual("style: ''"),
        "4:12: style must be a name on one line; write it, or take the field out",
    ),
    "provider on two lines": Bad(
        with_visual('provider: "a\\nb"'),
        "4:15: provider must be a name on one line; write it, or take the field out",
    ),
    "text as seed": Bad(with_visual("seed: '42'"), '4:11: seed must be a whole number: write 42 instead of "42"'),
    "negative seed": Bad(
        with_visual("seed: -1"),
        "4:11: seed must be a whole number from 0 to 9223372036854775807; -1 is not",
    ),
    "large seed": Bad(
        with_visual("seed: 9223372036854775808"),
        "4:11: seed must be a whole number from 0 to 9223372036854775807; 9223372036854775808 is not",
    ),
    "options are a list": Bad(
        with_visual("options: [high]"),
        "4:14: options hold fields, and this is a list; write options: {quality: high}",
    ),
    "reference that is not there": Bad(
        with_visual("references: [assets/hero.png, assets/no.png]"),
        "4:35: reference 'assets/no.png' is not a file; write its path from the project's folder",
        shape=False,
    ),
    "reference to a folder": Bad(
        with_visual("references: assets"),
        "4:17: reference 'assets' is not a file; write its path from the project's folder",
        shape=False,
    ),
    "reference outside": Bad(
        with_visual("references: [../hero.png]"),
        "4:18: reference '../hero.png' lies outside the project; copy the picture into the project",
        shape=False,
    ),
    "absolute reference outside": Bad(
        with_visual("references: [/etc/passwd]"),
        "4:18: reference '/etc/passwd' lies outside the project; copy the picture into the project",
        shape=False,
    ),
    "reference on the web": Bad(
        with_visual("references: ['https://example.org/a.png']"),
        "4:18: reference 'https://example.org/a.png' is a web address; save the picture in the project",
    ),
    "reference with a nul": Bad(
        with_visual('references: ["a\\0"]'),
        "4:18: reference 'a\\x00' is not a usable path; write it from the project's folder",
        shape=False,
    ),
    "reference is a mapping": Bad(
        with_visual("references: [{path: a.png}]"),
        "4:18: a reference is the path of a picture, and this is a mapping",
    ),
    "reference is null": Bad(
        with_visual("references: [~]"),
        "4:18: a reference is the path of a picture, and this is nothing",
    ),
    # the file
    "entry is text": Bad(
        "- A river\n",
        f"1:3: a scene has an id and a visual, and this is text; write {EXAMPLE}",
    ),
    "entry is null": Bad("-\n", f"1:2: a scene has an id and a visual, and this is nothing; write {EXAMPLE}"),
    "no list": Bad(
        "title: Film\n",
        f"1:1: the list of scenes is missing; write 'scenes:' and below it {EXAMPLE}",
    ),
    "empty list": Bad("[]\n", f"1:1: {NO_SCENES}"),
    "empty list under scenes": Bad("scenes: []\n", f"1:9: {NO_SCENES}"),
    "null under scenes": Bad("scenes:\n", f"1:8: {NO_SCENES}"),
    "null file": Bad("~\n", f"1:1: {NO_SCENES}"),
    "mapping under scenes": Bad(
        "scenes: {1: a}\n",
        f"1:9: the scenes must be a list, not a mapping; start each with '- ': {EXAMPLE}",
    ),
    "text": Bad("A river\n", f"1:1: the scenes must be a list, not text; start each with '- ': {EXAMPLE}"),
    "home assistant": Bad(
        "- id: '1700000000'\n  name: Romantic\n  entities:\n    light.tv: {state: on}\n- name: Day\n  entities: {}\n",
        f"1:3: {HOME_ASSISTANT}: {EXAMPLE}",
    ),
    "empty file": Bad("# soon\n", f" the file is empty; write for example {EXAMPLE}", shape=False),
    "not utf-8": Bad(b"- id: 1\n  title: caf\xe9\n", "2: the byte 0xe9 is not UTF-8; save it as UTF-8", shape=False),
}
