"""YAML in many spellings, and YAML with a mistake in it, each with what its reader gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from novaclips.located_yaml import load, plain

FILE = Path("novaclips.yaml")
INDENT = "the indentation does not fit the lines above; use their column, or put quotes around the text"
LIST = "this line does not fit the list above; start an entry with '- ', or indent a field"
COLON = "a colon followed by a space needs quotes around the text"
TAB = "a tab stands in the indentation; use spaces"
NO_COLON = "a colon and a space are missing after a field's name, or a text is not indented enough"
UNUSED = "names what follows and nothing uses the name; put quotes around the text"
BACKSLASH = r"a backslash in double quotes starts an escape; write \\, or use single quotes"
NAME = "a field's name must be text; put quotes around a text that starts with a bracket"
SECOND = "a second document starts here; keep one document in a file"
CLOSE = "close it where the text ends"
NEVER_CLOSED = f"the quote that opens here is never closed; {CLOSE}"
ADD = "add it, or put quotes around the text"
DEEP = "this is nested deeper than 100 levels; write it flatter"


def write(content: str | bytes) -> Path:
    FILE.write_bytes(content.encode() if isinstance(content, str) else content)
    return FILE


def read(content: str | bytes) -> Any:
    return plain(load(write(content)))


def prompt(text: str) -> str:
    return f"- id: 1\n  visual:\n    prompt: {text}\n"


def needs_quotes(char: str) -> str:
    return f"3:13: a text that starts with {char!r} needs quotes around it"


def unknown_tag(tag: str) -> str:
    return f"unknown tag {tag!r}; take it out, or put quotes around a text that starts with '!'"


def bomb(levels: int) -> str:
    first, *rest = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(levels)]
    return "\n".join([first.split(":")[0] + ": &l0 [" + ", ".join("x" * 10) + "]", *rest]) + "\n"


BAD = {
    "unquoted colon": (prompt("Close-up: a river"), f"3:21: {COLON}"),
    "unquoted colon after an address": ("- a: http://b.c/d: e\n", f"1:18: {COLON}"),
    "unquoted colon in braces": ("- {prompt: Close-up: a river}\n", f"1:20: {COLON}"),
    "unquoted colon in a text over two lines": (prompt("a river\n      at night: dark"), f"4:7: {INDENT}"),
    "no space after a colon": ("- id:1\n  visual: a\n", "1:6: a space is missing after 'id:'; write 'id: '"),
    "star": (prompt("*bold* river"), needs_quotes("*")),
    "star and a space": (prompt("* river"), needs_quotes("*")),
    "star and a word": (
        prompt("*bold"),
        "3:13: nothing is named '&bold'; put quotes around a text that starts with '*'",
    ),
    "star and a known name": ("- &b x\n- p: *b river\n", "2:6: a text that starts with '*' needs quotes around it"),
    "ampersand": (prompt("& river"), needs_quotes("&")),
    "ampersand and a word": (prompt("&river and cloud"), f"3:13: '&river' {UNUSED}"),
    "ampersand and nothing else": (prompt("&river"), f"3:13: '&river' {UNUSED}"),
    "at": (prompt("@home river"), needs_quotes("@")),
    "percent": (prompt("%50 river"), needs_quotes("%")),
    "backtick": (prompt("`river`"), needs_quotes("`")),
    "comma": (prompt(", river"), needs_quotes(",")),
    "closing bracket": (prompt("] river"), needs_quotes("]")),
    "question mark": (prompt("? why"), needs_quotes("?")),
    "dash": (prompt("- river"), needs_quotes("-")),
    "exclamation mark": (prompt("!wow river"), f"3:13: {unknown_tag('!wow')}"),
    "exclamation mark and a space": (prompt("! wow"), f"3:13: {unknown_tag('!')}"),
    "exclamation marks": (prompt("!wow!no river"), needs_quotes("!")),
    "text after brackets": (
        prompt("[red] river"),
        "3:19: text stands after the closing ]; put quotes around the whole text",
    ),
    "text after double quotes": (
        prompt('"The river" at night'),
        '3:25: text stands after the closing "; put quotes around the whole text, and write \\" for a " inside it',
    ),
    "apostrophe in single quotes": (
        prompt("'It's night'"),
        "3:17: text stands after the closing '; put quotes around the whole text, and write '' for a ' inside it",
    ),
    "unclosed quote": (prompt('"a river') + prompt("b"), f"3:13: {NEVER_CLOSED}"),
    "unclosed single quote": (prompt("'a river"), f"3:13: {NEVER_CLOSED}"),
    "unclosed quote that another one closes": (
        prompt('"a river') + prompt('"b"'),
        f"3:13: the quote that opens here ends in line 6, column 13, and more text follows; {CLOSE}",
    ),
    "unclosed bracket": (
        "- [a, b\n",
        "1:3: the '[' that opens here is never closed; close it, or put quotes around the text",
    ),
    "wrong bracket": (
        "- {a: b]\n",
        f"1:8: the '{{' that opens in line 1, column 3 misses a comma or its end before this; {ADD}",
    ),
    "text on the line of a block sign": (
        prompt("| river"),
        "3:13: a text after '|' starts on the next line, indented; or put quotes around it",
    ),
    "block that is not indented": ("- prompt: |\n  river\n", f"2:3: {NO_COLON}"),
    "no colon": ("- id: 1\n  title\n  visual: a\n", f"2:3: {NO_COLON}"),
    "backslash": (prompt(r'"C:\path"'), f"3:16: {BACKSLASH}"),
    "half an emoji": (r'- "\ud83d"', f"1:6: {BACKSLASH}"),
    "missing dash": (prompt("a") + "id: 2\n", f"4:1: {LIST}"),
    "entry indented by one": (prompt("a") + " - id: 2\n", f"4:2: {LIST}"),
    "first entry indented more": ("  - id: 1\n- id: 2\n", f"2:1: {INDENT}"),
    "second entry indented more": ("- id: 1\n  - id: 2\n", f"2:3: {INDENT}"),
    "field indented too deep": ("- id: 1\n   visual: a\n", f"2:4: {INDENT}"),
    "field between two columns": (prompt("a") + "   type: b\n", f"4:4: {INDENT}"),
    "tab": ("- id: 1\n\tvisual: a\n", f"2:1: {TAB}"),
    "tab after spaces": ("- id: 1\n  visual:\n  \tprompt: a\n", f"3:3: {TAB}"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "3:1: the field 'a' stands in line 1 already; keep one of them"),
    "duplicate key, one quoted": ('1: a\n"1": b\n', "2:1: the field '1' stands in line 1 already; keep one of them"),
    "list as a key": ("? [a]\n: b\n", f"1:3: {NAME}"),
    "template": ("- p: {{name}}\n", f"1:7: {NAME}"),
    "alias of a list as a key": ("- &a [b]\n- *a : c\n", f"2:3: {NAME}"),
    "python tag": (
        "- !!python/object/apply:os.system [ls]\n",
        "1:3: Python tags are not run; take '!!python/object/apply:os.system' out",
    ),
    "include": ("scenes: !include other.yaml\n", f"1:9: {unknown_tag('!include')}"),
    "tag of another standard": ("- !!set {a}\n", f"1:3: {unknown_tag('!!set')}"),
    "tag of a number on a text": ("- !!int x\n", "1:3: 'x' does not fit its tag !!int; take the tag out"),
    "tag of a text on a list": ("- !!str [a]\n", "1:3: the tag !!str does not fit what follows; take it out"),
    "recursive alias": ("&a [*a]\n", "1:5: '*a' stands inside the value that it names; take it out"),
    "alias bomb": (bomb(9), "6:45: the aliases of this file repeat more than 1,000,000 values; use fewer"),
    "merge of a text": ("<<: a\n", "1:5: '<<' takes in the fields of a mapping; name one, as in <<: *name"),
    "deep list": ("[" * 5000, f"1:101: {DEEP}"),
    "deep aliases": (
        "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 150)),
        f"100:9: {DEEP}",
    ),
    "two documents": ("a: 1\n---\nb: 2\n", f"2:1: {SECOND}"),
    "two documents, the first one ended": ("- a\n...\n- b\n", f"3:1: {SECOND}"),
    "other version": ("%YAML 2.0\n---\na: 1\n", "1:1: this version of YAML is unknown; take the line out"),
    "infinite": ("a: .inf\n", "1:4: '.inf' is not a number that JSON knows; put quotes around a text"),
    "beyond a float": ("a: 1e999\n", "1:4: '1e999' is not a number that JSON knows; put quotes around a text"),
    "nul": ("- a\n- b\0\n", "2:4: the invisible character U+0000 stands here; delete it"),
    "bell after windows line ends": ("- a\r\n- \a\r\n", "2:3: the invisible character U+0007 stands here; delete it"),
    "line separator": ("- a\u2028b\n", "1:4: the invisible character U+2028 stands here; delete it"),
    "latin-1": (b"- a\r\n- b\n- caf\xe9\n", "3: the byte 0xe9 is not UTF-8; save it as UTF-8"),
    "utf-16": ("- a\n".encode("utf-16"), "1: the file is UTF-16 or UTF-32; save it as UTF-8"),
    "utf-16 without a mark": ("- a\n".encode("utf-16-le"), "1: the file is UTF-16 or UTF-32; save it as UTF-8"),
    "utf-32": ("- a\n".encode("utf-32-be"), "1: the file is UTF-16 or UTF-32; save it as UTF-8"),
    "empty": ("", " the file is empty; write for example name: value"),
    "only comments": ("# a\n\n# b\n", " the file is empty; write for example name: value"),
}

GOOD = {
    "1.1 booleans": ("[yes, no, on, off, y, n]", ["yes", "no", "on", "off", "y", "n"]),
    "booleans": ("[true, True, FALSE, tRUE]", [True, True, False, "tRUE"]),
    "nulls": ("[~, null, NULL, nUll, '', ]", [None, None, None, "nUll", ""]),
    "times and dates": ("[12:30, 2026-01-01, 1:2]", ["12:30", "2026-01-01", "1:2"]),
    "integers": ("[5, -3, +4, 007, 0x1F, 0o17, 1_000]", [5, -3, 4, 7, 31, 15, "1_000"]),
    "floats": ("[1.5, .5, 1e3, 1., -0.0, ., 1e, e5]", [1.5, 0.5, 1000.0, 1.0, -0.0, ".", "1e", "e5"]),
    "quotes": ("['5', \"true\", '~']", ["5", "true", "~"]),
    "tags": ("[!!str 5, !!int '5', !!float 5, !!bool 'true', !!null '']", ["5", 5, 5.0, True, None]),
    "tagged collections": ("!!map {a: !!seq [b]}", {"a": ["b"]}),
    "keys are text": ("{1: a, true: b, ~: c, 1.50: d}", {"1": "a", "true": "b", "~": "c", "1.50": "d"}),
    "anchors": ("- &a {b: [1, 2]}\n- *a\n", [{"b": [1, 2]}, {"b": [1, 2]}]),
    "an anchor again": ("[&a 1, *a, &a 2, *a]", [1, 1, 2, 2]),
    "alias as a key": ("- &a k\n- *a : 1\n", ["k", {"k": 1}]),
    "merge": ("- &a {x: 1, y: 2}\n- {<<: *a, y: 3}\n", [{"x": 1, "y": 2}, {"y": 3, "x": 1}]),
    "merge of several": ("{a: &a {x: 1}, <<: [*a, {x: 2, y: 3}]}", {"a": {"x": 1}, "x": 1, "y": 3}),
    "quoted merge": ("{'<<': 1}", {"<<": 1}),
    "byte order mark": ("\ufeffa: b\n", {"a": "b"}),
    "windows line ends": ("a: |\r\n  b\r\n  c\r\n", {"a": "b\nc\n"}),
    "block scalars": ("a: |\n  b: c\n  d # e\nf: >-\n  g\n  h\n", {"a": "b: c\nd # e\n", "f": "g h"}),
    "scripts": ("[Река 🌊, 河流, نهر, नदी, 👩‍🚀]", ["Река 🌊", "河流", "نهر", "नदी", "👩‍🚀"]),
    "directive": ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    "json": ('{\n\t"a": [1, null, "b\\/c"]\n}', {"a": [1, None, "b/c"]}),
    "json with an emoji": (json.dumps({"a": "😀 \\ud83d\\ude00"}), {"a": "😀 \\ud83d\\ude00"}),
    "escape that is no pair": (r"a: \ud83d\ude00", {"a": r"\ud83d\ude00"}),
}  # fmt: skip

# Where libyaml has another opinion on which column to show, on tabs between brackets, or on escapes.
DIFFERENT = {"backslash", "half an emoji", "json"}
