"""Files of other programs that lie where scenes.yaml should: what they are, and what to do with them.

Only asked when a file could not be used. Looks at the first bytes and at names of fields; converts nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from novaclips.untrusted.pictures import is_picture

HEAD: Final = 65_536  # bytes that are looked at
EXAMPLE: Final = "- {id: 1, visual: {prompt: A river}}"
HEADER: Final = re.compile(r"[\w #./()-]{1,40}")  # a name of a column
COLUMNS: Final = frozenset(
    {
        "id",
        "name",
        "title",
        "image",
        "duration",
        "seconds",
        "notes",
        "time",
        "start",
        "end",
        "camera",
        "location",
        "style",
    }
)

CUES: Final = (
    "write a scene for each picture, with the words that are said as its narration: "
    "- {id: 1, narration: ..., visual: {prompt: A river}}"
)
SEEN: Final = f"write a scene for each picture, and what is seen as its prompt: {EXAMPLE}"
WORDS: Final = f"save its words as plain text (UTF-8), a scene for each picture: {EXAMPLE}"
NOT_WORDS: Final = f"it holds no scenes; write them into a text file: {EXAMPLE}"
ROWS: Final = f"write a scene for each row: {EXAMPLE}"

# How files start that hold no plain text; then what is inside a ZIP archive.
STARTS: Final[Sequence[tuple[bytes, str, str]]] = (
    (b"%PDF-", "a PDF document", WORDS),
    (b"{\\rtf", "an RTF document", WORDS),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)", WORDS),
    (b"bplist", "a binary property list", WORDS),
    (b"SQLite format 3\0", "an SQLite database", NOT_WORDS),
    (b"\x1f\x8b", "a gzip archive", f"unpack it; {NOT_WORDS}"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", f"unpack it; {NOT_WORDS}"),
    (b"Rar!", "a RAR archive", f"unpack it; {NOT_WORDS}"),
    (b"\x1aE\xdf\xa3", "a video (Matroska, WebM)", NOT_WORDS),
    (b"OggS", "a sound or video file (Ogg)", NOT_WORDS),
    (b"ID3", "a sound file (MP3)", NOT_WORDS),
    (b"fLaC", "a sound file (FLAC)", NOT_WORDS),
    (b"\x7fELF", "a program", NOT_WORDS),
    (b"MZ", "a program", NOT_WORDS),
)
ZIP: Final = b"PK\x03\x04"
INSIDE: Final[Sequence[tuple[bytes, str]]] = (
    (b"opendocument.text", "an OpenDocument text (.odt)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"opendocument", "an OpenDocument file"),
    (b"epub+zip", "an e-book (EPUB)"),
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"ppt/", "a PowerPoint presentation (.pptx)"),
)

# How texts start; a scenes.yaml with a slip of the pen must match none. No pattern can match one text in two ways, so
# that none takes long over a text that was made for it.
TEXTS: Final[Sequence[tuple[str, str, str]]] = (
    (r"WEBVTT(?:\s|$)", "a WebVTT subtitle file", CUES),
    (r"(?:\d+[ \t]*\n)?[ \t]*\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->", "a SubRip subtitle file (SRT)", CUES),
    (r"\d{1,3}:\d\d:\d\d[.,]\d+,\d{1,3}:\d\d:\d\d[.,]\d+", "a YouTube subtitle file (SBV)", CUES),
    (r"(?i:\[script info\])", "an Advanced SubStation subtitle file (ASS, SSA)", CUES),
    (r"(?:\[[a-z]+:[^\]\n]*\][ \t]*\n)*\[\d{1,3}:\d\d[.:]\d+\]", "a file of timed lyrics (LRC)", CUES),
    (r"(?i:title:[^\n]*\n+(?:fcm:|\d{3,6}\s))", "an edit decision list (EDL)", SEEN),
    (r"#EXTM3U", "a playlist (M3U)", NOT_WORDS),
    (r"#!", "a script", NOT_WORDS),
    (
        r"(?:[ \t]*(?:[#;][^\n]*)?\n)*(?:\[\[?[\w .\"'-]+\]\]?[ \t]*\n|[\w-]+ *= *[\"'\[{\d])",
        "a TOML or INI file",
        SEEN,
    ),
)
# Lines of which one tells.
LINES: Final[Sequence[tuple[str, str, str]]] = (
    (r"^\.?(?:INT|EXT|EST|INT\.? ?/ ?EXT|I/E)[. ] *\S", "a Fountain screenplay", SEEN),
    (
        r"^(?:#{2,6} \S|# \S[^\n]*\n\n?[^\W\d_][^:\n]*$|```|\|[^\n]+\|[ \t]*$|\*\*\S|!\[|[-*] \[[ x]\] )",
        "a Markdown document",
        SEEN,
    ),
)
# What stands before the first element of XML, and the name of that.
PROLOGUE: Final = re.compile(r"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->)*", re.DOTALL)
ELEMENT: Final = re.compile(r"<(?:!doctype\s+)?(?:[a-z_][\w.-]*:)?([a-z_][\w.-]*)[\s/>]", re.IGNORECASE)
ELEMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "finaldraft": ("a Final Draft screenplay (FDX)", SEEN),
    "fcpxml": ("a Final Cut timeline (FCPXML)", SEEN),
    "xmeml": ("a timeline (Final Cut 7 XML)", SEEN),
    "tt": ("a TTML subtitle file", CUES),
    "html": ("a web page (HTML)", WORDS),
    "head": ("a web page (HTML)", WORDS),
    "body": ("a web page (HTML)", WORDS),
    "svg": ("a drawing (SVG)", NOT_WORDS),
}
# The fields of a scenes.yaml: where a line has one, the file is meant as one, whatever else is in it.
OURS: Final = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?:\{[ \t]*)?[\"']?(?:scenes|id|visual|prompt)[\"']?[ \t]*:", re.MULTILINE
)

# Documents that names of their top fields tell.
BEATS: Final = "make a scene of each beat: visual: {prompt: ...} for imagePrompt, narration for text"
DOCUMENTS: Final[Sequence[tuple[Collection[str], str, str]]] = (
    (("$mulmocast",), "a MulmoScript", BEATS),
    (("beats",), "a MulmoScript", BEATS),
    (("boards",), "a Storyboarder project", "make a scene of each board: visual: {prompt: ...} for action"),
    (("OTIO_SCHEMA",), "an OpenTimelineIO timeline", "make a scene of each clip"),
    (("nodes", "links"), "a ComfyUI workflow", "write what its prompts say as prompts of scenes"),
)  # fmt: skip
# Names under which other programs keep their list.
LISTS: Final = (
    "shots", "frames", "segments", "panels", "slides", "clips", "units", "video_units", "videoUnits", "cues", "steps",
    "chapters", "sections", "parts", "storyboard", "story", "images", "pictures", "prompts", "items", "entries", "data",
    "timeline", "script", "project", "film", "movie", "video",
)  # fmt: skip
IDS: Final = (
    "scene_id", "sceneId", "scene_number", "sceneNumber", "scene_no", "scene_index", "scene", "shot_id", "shotId",
    "shot_number", "shotNumber", "shot", "frame_id", "frame", "panel", "beat", "number", "no", "num", "nr", "idx",
    "index", "uid", "order", "#",
)  # fmt: skip
PROMPTS: Final = (
    "visual_prompt", "visualPrompt", "image_prompt", "imagePrompt", "prompt", "positive_prompt", "img_prompt",
    "text_prompt", "video_prompt", "visual_description", "visualDescription", "visual_desc", "image_description",
    "imageDescription", "ff_desc", "first_frame", "firstFrame", "keyframe", "backdrop", "description", "action",
)  # fmt: skip
SAID: Final = (
    "narration", "voiceover", "voice_over", "voiceOver", "vo", "narrative_summary", "narrator", "dialogue",
    "audio_desc", "script", "speech", "spoken", "text",
)  # fmt: skip


def kind_of(head: bytes) -> str:
    """Say what a file is whose first bytes these are, and what to do; empty where it is nothing that is known."""
    if (found := _kind_of_bytes(head)) is None and b"\0" not in head:
        found = _kind_of_text(head.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    return _said(*found) if found else ""


def document_of(names: Collection[str]) -> tuple[str, str] | None:
    """Tell a document by the names of its top fields: the field that tells, and what to do."""
    for fields, what, do in DOCUMENTS:
        if all(name in names for name in fields):
            return next(iter(fields)), _said(what, f"{do}: {EXAMPLE}")
    return None


def renamed(entries: Sequence[Mapping[str, Any]]) -> str:
    """Say which fields of other programs' scenes become which of ours; empty where they have none of either."""
    names = list(dict.fromkeys(name for entry in entries for name in entry))
    if "visual" in names:
        return ""
    number = next((name for name in IDS if name in names), "") if "id" not in names else ""
    prompt = next((name for name in PROMPTS if name in names), "")
    said = next((name for name in SAID if name in names and name != prompt), "")
    if not number and (not prompt or (prompt == "prompt" and len(entries) == 1)):
        return ""
    parts = [
        f"id for {number!r}" if number else "" if "id" in names else "an id",
        f"visual: {{prompt: ...}} for {prompt!r}" if prompt else "a visual",
        f"narration for {said!r}" if said and said != "narration" else "",
    ]
    return ", ".join(filter(None, parts))


def is_home_assistant(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether these are the scenes of a home that Home Assistant runs: its file has the same name."""
    return any("entities" in entry for entry in entries) and not any("visual" in entry for entry in entries)


def _said(what: str, do: str) -> str:
    return f"this is {what}, and no scenes.yaml; {do}"


def _kind_of_bytes(head: bytes) -> tuple[str, str] | None:
    if is_picture(head):
        return "a picture", f"name it under references of a scene: {EXAMPLE}"
    if head.startswith(ZIP):
        what = next((what for mark, what in INSIDE if mark in head), "")
        return (what, WORDS) if what else ("a ZIP archive", f"unpack it; {NOT_WORDS}")
    if head[4:8] == b"ftyp" or head.startswith(b"RIFF"):
        return "a video or sound file", NOT_WORDS
    for start, what, do in STARTS:
        if head.startswith(start):
            return what, do
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:2]  # which its reader tells
    return ("a file of no text", NOT_WORDS) if b"\0" in head and not is_utf16 else None


def _kind_of_text(text: str) -> tuple[str, str] | None:
    if _is_json_lines(text):
        return "a file of JSON lines", f"put its lines into one list, between [ and ]: {EXAMPLE}"
    if OURS.search(text):
        return None
    if found := ELEMENT.match(text, PROLOGUE.match(text).end()):  # type: ignore[union-attr]  # it matches any text
        return ELEMENTS.get(found[1].casefold(), ("an XML file", SEEN))
    text = text.strip()
    for pattern, what, do in TEXTS:
        if re.match(pattern, text):
            return what, do
    if table := _table(text):
        return table
    return next(((what, do) for pattern, what, do in LINES if re.search(pattern, text, re.MULTILINE)), None)


def _is_json_lines(text: str) -> bool:
    lines = [line for line in text.splitlines()[:3] if line.strip()]
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines[:2])
    except (ValueError, RecursionError):
        return False


def _table(text: str) -> tuple[str, str] | None:
    """Tell a table by its first two rows: as many cells in both, and a header of short names."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if text[:1] in {"", "-", "{", "[", "#", "<"}:
        return None
    for separator, what in (("\t", "a table (TSV)"), (",", "a table (CSV)"), (";", "a table (CSV)")):
        try:
            header, *rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
        except csv.Error:
            continue
        names = [cell.strip() for cell in header]
        if len(names) > 1 and rows and len(rows[0]) == len(names) and all(map(HEADER.fullmatch, names)):
            lower = dict.fromkeys(name.casefold() for name in names)
            fields = renamed([lower, lower])
            if fields or separator == "\t" or COLUMNS.intersection(lower):
                return what, f"make a scene of each row, with {fields}: {EXAMPLE}" if fields else ROWS
    return None
