"""What a YAML parser complains of, in the words of somebody who has to mend it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

TAB = "a tab stands in the indentation; use spaces"
COLON = "a colon followed by a space needs quotes around the text"
INDENT = "the indentation does not fit the lines above; use their column, or put quotes around the text"
STARTS = "a text that starts with {char!r} needs quotes around it"
NAME = "a field's name must be text; put quotes around a text that starts with a bracket"
SECOND = "a second document starts here; keep one document in a file"
# What the parser says, what to tell the user, and whether the place to show is the parser's context (where the
# troubled text starts) instead of where it gave up. The first match counts.
COMPLAINTS = (
    (r"tab character|'\\t'", TAB, False),
    (r"scanning an (alias|anchor)", STARTS, True),
    (r"found unexpected", "the quote that opens here is never closed; close it where the text ends", True),
    (r"could not find", "a colon and a space are missing after a field's name, or a text is not indented enough", True),
    (r"block scalar", "a text after {char!r} starts on the next line, indented; or put quotes around it", True),
    (r"incompatible", "this version of YAML is unknown; take the line out", False),
    (r"escape|hexdecimal", r"a backslash in double quotes starts an escape; write \\, or use single quotes", False),
    (r"\btag\b|directive", STARTS, True),
    (r"cannot start|(keys|entries) are not allowed|node content", STARTS, False),
    (r"block collection", "this line does not fit the list above; start an entry with '- ', or indent a field", False),
)


class Place(NamedTuple):
    """A line and a column, counted from 1."""

    line: int
    column: int


def at(mark: Any) -> Place:
    """Turn the parser's mark into a place."""
    return Place(mark.line + 1, mark.column + 1)


def _char(lines: list[str], mark: Any) -> str:
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""


def explain(exc: Any, lines: list[str], last: Any) -> tuple[Place, str]:
    """Turn the parser's complaint into the place to look at and what to write there."""
    problem = f"{getattr(exc, 'context', None)}: {getattr(exc, 'problem', exc)}"
    here = getattr(exc, "problem_mark", None) or last.end_mark
    start = getattr(exc, "context_mark", None) or here
    if "mapping values" in problem:
        return _explain_colon(lines, here)
    if "expected ',' or" in problem:
        return _explain_bracket(lines, start, here)
    if "document start" in problem:
        return at(here), SECOND if getattr(last, "explicit", False) else INDENT
    if "while parsing a block" in problem and (found := _explain_rest(lines, here, last)):
        return found
    what, from_start = next(((w, f) for pattern, w, f in COMPLAINTS if re.search(pattern, problem)), (INDENT, False))
    mark = start if from_start else here
    char = _char(lines, mark)
    return at(mark), TAB if char == "\t" else what.format(char=char)


def _explain_bracket(lines: list[str], start: Any, here: Any) -> tuple[Place, str]:
    """Explain what went wrong between brackets that open at ``start``."""
    char = _char(lines, here)
    if char == ":" and here.line == start.line:
        return at(here), COLON
    opener = f"the {_char(lines, start)!r} that opens"
    if not char:
        return at(start), f"{opener} here is never closed; close it, or put quotes around the text"
    opener = f"{opener} in line {start.line + 1}, column {start.column + 1}"
    return at(here), f"{opener} misses a comma or its end before this; add it, or put quotes around the text"


def _explain_colon(lines: list[str], here: Any) -> tuple[Place, str]:
    """Tell a colon inside a text from a line that is indented too deep and from ``id:1``."""
    if re.search(r":\s", lines[here.line][: here.column]):
        return at(here), COLON
    number, above = next(((n, lines[n]) for n in range(here.line - 1, -1, -1) if lines[n].strip()), (0, ""))
    if found := re.match(r"[\s-]*(\w+:)(?=\S)(?!.*:(\s|$))", above):
        return Place(number + 1, found.end() + 1), f"a space is missing after {found[1]!r}; write {found[1] + ' '!r}"
    column = len(lines[here.line]) - len(lines[here.line].lstrip()) + 1
    return Place(here.line + 1, column), INDENT


def _explain_rest(lines: list[str], here: Any, last: Any) -> tuple[Place, str] | None:
    """Explain what follows a quoted text, a bracket or an alias on its line."""
    begin, end = last.start_mark, last.end_mark
    if end.line != here.line or (begin.line, begin.column) == (end.line, end.column):
        return None
    if type(last).__name__ == "AliasEvent":
        return at(begin), STARTS.format(char="*")
    close = lines[end.line][end.column - 1]
    if getattr(last, "style", close) not in {"'", '"', "]", "}"}:
        return None
    if begin.line != end.line:
        return at(begin), (
            f"the quote that opens here ends in line {end.line + 1}, column {end.column}, and more text follows;"
            " close it where the text ends"
        )
    inside = {"'": ", and write '' for a ' inside it", '"': ', and write \\" for a " inside it'}.get(close, "")
    return at(here), f"text stands after the closing {close}; put quotes around the whole text{inside}"
