"""Files of other programs in the place of scenes.yaml are called by their name, with what to do."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import ScenesError
from novaclips.untrusted.foreign import BEATS, HEAD, kind_of
from novaclips.visuals.image_generator.scenes import read_scenes

FILE = Path("planning/scenes.yaml")
OTHER = "looks like the scenes of another program;"
EXAMPLE = "- {id: 1, visual: {prompt: A river}}"


@pytest.fixture(autouse=True)
def _planning(_clean_environment: None) -> None:
    FILE.parent.mkdir()


def said_of(content: str | bytes) -> str:
    FILE.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenesError) as caught:
        read_scenes(FILE)
    return str(caught.value).removeprefix("planning/scenes.yaml:")


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
    return packed.getvalue()


def picture(kind: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64)).save(drawn, kind)
    return drawn.getvalue()


SRT = "1\n00:00:01,000 --> 00:00:04,000\nRain falls on the hills.\n\n2\n00:00:04,500 --> 00:00:08,000\nIt runs away.\n"
FOUNTAIN = """\
Title: Where the water goes
Credit: written by
Author: A. Nother

FADE IN:

EXT. HILLS - DAWN

Rain falls. A SHEPHERD, 60, looks up.

SHEPHERD
(quietly)
At last.
"""
FDX = """\
<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<!-- made by hand -->
<FinalDraft DocumentType="Script" Version="5">
  <Content><Paragraph Type="Scene Heading"><Text>EXT. HILLS</Text></Paragraph></Content>
</FinalDraft>
"""
CSV = 'id,title,prompt,duration\n1,Rain,"Rain falls, softly",4\n2,River,A river,5\n'

FILES: dict[str, tuple[str | bytes, str]] = {
    "srt": (SRT, "a SubRip subtitle file (SRT)"),
    "srt of windows": (SRT.replace("\n", "\r\n"), "a SubRip subtitle file (SRT)"),
    "srt with a byte order mark": ("\ufeff" + SRT, "a SubRip subtitle file (SRT)"),
    "srt that is not utf-8": (SRT.replace("hills", "caf\xe9s").encode("latin-1"), "a SubRip subtitle file (SRT)"),
    "vtt": ("WEBVTT\n\n00:01.000 --> 00:04.000\nRain falls.\n", "a WebVTT subtitle file"),
    "sbv": ("0:00:01.000,0:00:04.000\nRain falls.\n", "a YouTube subtitle file (SBV)"),
    "ass": ("[Script Info]\nTitle: Film\n\n[Events]\n", "an Advanced SubStation subtitle file (ASS, SSA)"),
    "lrc": ("[ti:Rain]\n[00:12.00]Rain falls\n", "a file of timed lyrics (LRC)"),
    "ttml": ('<tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>', "a TTML subtitle file"),
    "edl": ("TITLE: FILM\nFCM: NON-DROP FRAME\n\n001  AX V C 00:00:00:00\n", "an edit decision list (EDL)"),
    "fountain": (FOUNTAIN, "a Fountain screenplay"),
    "fountain without a title": (FOUNTAIN[FOUNTAIN.index("EXT.") :], "a Fountain screenplay"),
    "fountain with interiors": ("INT. KITCHEN - NIGHT\n\nA kettle: it sings.\n", "a Fountain screenplay"),
    "final draft": (FDX, "a Final Draft screenplay (FDX)"),
    "fcpxml": ('<?xml version="1.0"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.9"/>\n', "a Final Cut timeline (FCPXML)"),
    "xml": ("<film><scene>Rain: falls</scene></film>", "an XML file"),
    "html": ("<!DOCTYPE html>\n<html><body>Rain: falls</body></html>", "a web page (HTML)"),
    "html without a doctype": ("<html lang='en'>\n<p>a: b: c", "a web page (HTML)"),
    "svg": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "a drawing (SVG)"),
    "csv": (CSV, "a table (CSV)"),
    "csv with semicolons": (CSV.replace(",", ";"), "a table (CSV)"),
    "tsv": (CSV.replace(",", "\t"), "a table (TSV)"),
    "tsv of two columns": ("shot\twords\n1\tRain: falls\n", "a table (TSV)"),
    "markdown": ("# Film\n\nRain falls on the hills.\n\n## Scene 1\n\n- wide: a river\n", "a Markdown document"),
    "markdown of headings": ("# Film\n\n## Rain\n\n## River\n", "a Markdown document"),
    "markdown with front matter": (
        "---\nformat: 1920x1080\n---\n# Film\n\n## Frame 1 - Rain\n\nduration: 4s\n", "a Markdown document"
    ),
    "markdown table": ("| shot | words |\n|---|---|\n| 1 | Rain |\n", "a Markdown document"),
    "toml": ('[film]\ntitle = "Rain"\n\n[[scenes]]\nname = "a"\n', "a TOML or INI file"),
    "toml without a table": ('# film\n\ntitle = "Rain"\n', "a TOML or INI file"),
    "json lines": ('{"id": 1, "prompt": "a"}\n{"id": 2, "prompt": "b"}\n', "a file of JSON lines"),
    "script": ("#!/usr/bin/env python\nimport os: sys\n", "a script"),
    "playlist": ("#EXTM3U\n#EXTINF:4,a\na.ts\n", "a playlist (M3U)"),
    "docx": (archive(**{"[Content_Types].xml": "x", "word__document.xml": "x"}), "a Word document (.docx)"),
    "odt": (archive(mimetype="application/vnd.oasis.opendocument.text"), "an OpenDocument text (.odt)"),
    "xlsx": (archive(**{"[Content_Types].xml": "x", "xl__workbook.xml": "x"}), "an Excel workbook (.xlsx)"),
    "pptx": (archive(ppt__presentation_xml="x"), "a PowerPoint presentation (.pptx)"),
    "epub": (archive(mimetype="application/epub+zip"), "an e-book (EPUB)"),
    "zip": (archive(a="x"), "a ZIP archive"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF document"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office document (.doc, .xls)"),
    "rtf": (b"{\\rtf1\\ansi Rain: falls}", "an RTF document"),
    "gzip": (gzip.compress(b"x"), "a gzip archive"),
    "sqlite": (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
    "png": (picture("PNG"), "a picture"),
    "jpeg": (picture("JPEG"), "a picture"),
    "webp": (picture("WEBP"), "a picture"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\2\0", "a video or sound file"),
    "webm": (b"\x1aE\xdf\xa3\x01\0", "a video (Matroska, WebM)"),
    "large": (b"\0\0\0\x20ftypisom" + bytes(65 * 2**20), "a video or sound file"),
    "bytes": (b"abc\0\1\2\xff", "a file of no text"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "what"), FILES.values(), ids=FILES.keys())
def test_a_file_of_another_kind_is_called_by_its_name(content: str | bytes, what: str) -> None:
    said = said_of(content)
    assert said.startswith(f" this is {what}, and no scenes.yaml; ")
    assert said.endswith((f": {EXAMPLE}", "- {id: 1, narration: ..., visual: {prompt: A river}}"))
    assert "\n" not in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_another_encoding_is_said_to_be(encoding: str) -> None:
    assert said_of(SRT.encode(encoding)) == "1: the file is UTF-16 or UTF-32; save it as UTF-8"


def test_what_holds_no_words_is_said_to_hold_no_scenes() -> None:
    assert said_of(gzip.compress(b"x")) == (
        " this is a gzip archive, and no scenes.yaml; unpack it; it holds no scenes; write them into a text file:"
        f" {EXAMPLE}"
    )


def test_the_columns_of_a_table_are_named() -> None:
    said = said_of("Scene,Description,Voiceover\n1,Rain: falls,Drip\n")
    assert "make a scene of each row, with id for 'scene', visual: {prompt: ...} for 'description', narration" in said


FIELDS = {
    "mulmoscript": (
        {"$mulmocast": {"version": "1.1"}, "beats": [{"text": "Rain falls", "imagePrompt": "Rain"}]},
        f"1:2: this is a MulmoScript, and no scenes.yaml; {BEATS}: {EXAMPLE}",
    ),
    "beats alone": ({"title": "Film", "beats": [{"text": "Rain"}]}, "1:19: this is a MulmoScript"),
    "storyboarder": ({"version": "0.8.0", "boards": [{"uid": "A"}]}, "1:22: this is a Storyboarder project"),
    "otio": ({"OTIO_SCHEMA": "Timeline.1", "tracks": {}}, "1:2: this is an OpenTimelineIO timeline"),
    "comfyui": ({"nodes": [], "links": [], "version": 0.4}, "1:2: this is a ComfyUI workflow"),
    "scene numbers": (
        {"scenes": [{"scene_number": 1, "visual_prompt": "Rain", "narrative_summary": "It rains"}] * 2},
        f"1:13: {OTHER} write id for 'scene_number', visual: {{prompt: ...}} for 'visual_prompt', narration for 'na",
    ),
    "scene ids": (
        [{"scene_id": "S1", "image_prompt": "Rain"}],
        f"1:2: {OTHER} write id for 'scene_id', visual: {{prompt: ...}} for 'image_prompt': {EXAMPLE}",
    ),
    "prompts beside ids": (
        [{"id": "01", "seconds": "12", "title": "t", "prompt": "Rain", "narration": "n"}] * 3,
        f"1:2: {OTHER} write visual: {{prompt: ...}} for 'prompt': {EXAMPLE}",
    ),
    "descriptions": ([{"id": 1, "description": "Rain"}], f"1:2: {OTHER} write visual:"),
    "descriptions alone": ([{"description": "Rain"}] * 2, f"1:2: {OTHER} write an id, visual:"),
    "idx": ([{"idx": 0, "visual_desc": "Rain", "audio_desc": "Drip"}], f"1:2: {OTHER} write id for 'idx'"),
    "shots": (
        {"shots": [{"id": 1, "visual": {"prompt": "Rain"}}]},
        "1:2: the list stands under 'shots'; call it scenes",
    ),
    "frames": (
        {"fps": 24, "frames": [{"frame": 1, "description": "Rain"}]},
        "1:13: the list stands under 'frames'; call it scenes, and write id for 'frame', visual: {prompt: ...} for",
    ),
    "segments": ({"segments": [{"id": 0, "start": 0.0, "text": "Rain"}]}, "1:2: the list stands under 'segments';"),
    "panels": ({"panels": ["Rain"]}, "1:2: the list stands under 'panels'; call it scenes"),
    "inside a project": ({"project": {"scenes": [{"id": 1}]}}, "1:2: the scenes stand inside 'project'; move"),
    "nothing that is known": ({"services": {}}, "1:1: the list of scenes is missing; write 'scenes:' and below it"),
    "home assistant": ([{"id": "1", "name": "a", "entities": {}}], "1:2: looks like a Home Assistant scenes.yaml;"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "said"), FIELDS.values(), ids=FIELDS.keys())
def test_fields_of_other_programs_are_told_with_what_becomes_of_them(document: object, said: str) -> None:
    assert said_of(json.dumps(document)).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("scenes:\n\t- id: 1\n", "2:1: a tab stands in the indentation"),
        ("- id: 1\n  visual: {prompt: Rain: falls}\n", "2:24: a colon followed by a space needs quotes"),
        ("# Film\n## part one\nscenes:\n  - id: 1\n visual: x\n", "5:2: "),
        ("# Film\n\nscenes: []\n", "3:9: the file has no scenes"),
        ("A river\n", "1:1: the scenes must be a list, not text"),
        ("A river, wide\nA cloud, high\n", "1:1: the scenes must be a list, not text"),
        ("# soon\n", " the file is empty"),
        ("", " the file is empty"),
        ("\ufeff", " the file is empty"),
        ("- id: 1\n  title: INT. KITCHEN\n  visual: {prompt: [a}\n", "3:"),
    ],
)
def test_a_scenes_file_with_a_slip_of_the_pen_is_still_one(content: str, said: str) -> None:
    assert said_of(content).startswith(said)


LONG = {
    "blank lines": "\n" * HEAD,
    "spaces": " " * HEAD,
    "blank lines and a number": "1\n" + "\n" * HEAD,
    "comments": "#\n" * (HEAD // 2),
    "xml comments": "<!---->" * (HEAD // 7),
    "open xml comments": "<!--" * (HEAD // 4),
    "brackets": "[a:" * (HEAD // 3),
    "lyrics": "[a:]\n" * (HEAD // 5),
    "bars": "|" * HEAD,
    "dashes": "- " * (HEAD // 2),
    "indented lines": (" " * 50 + "\n") * (HEAD // 51),
    "hashes": "# a\n" * (HEAD // 4),
    "quotes": '"' * HEAD,
    "digits": "1" * HEAD,
    "nested json": "[" * HEAD + "\n" + "[" * 10,
    "title": "title:" + "\n" * HEAD,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    kind_of(text.encode()[:HEAD])
    assert time.process_time() - started < 2
