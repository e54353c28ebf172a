"""What an answer without a picture says, in whatever shape: its codes, its words, and what was refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from novaclips.untrusted.body import LONGEST_CODE, LONGEST_TEXT, STATUSES, Body, normal
from novaclips.untrusted.text import storable

MAX_BODY: Final = 262_144  # bytes of an answer without a picture that are looked at
SEARCHED: Final = 4_000  # characters in which rows look for their words
SHOWN: Final = 300
SHINGLE: Final = 4  # so many words in a row that the prompt has too are the prompt's

# Patterns are compiled when they are first used: every start imports this module, and few runs meet an error.
# Codes that stand in a text: moderation_blocked, DataInspectionFailed.
_NAMES = r"\b[A-Za-z]{2,30}(?:_[A-Za-z]{1,30}){1,6}\b|\b[A-Z][a-z]{1,30}(?:[A-Z]{1,6}[a-z]{1,30}){1,6}\b"
_TAG = r"<[^<>]{0,500}>"
_LIKE_A_KEY = r"\b(?:sk|r8|hf|gsk|xai|pk)[-_][^\s'\",;)]{3,}|\bBearer\s+[^\s'\",;)]{3,}"
_ADVICE = r"\b(?:try|use|modify|change|adjust|reword|rephrase|revise|edit)\b[\w ,]{0,30}\bprompts?\b"
_EITHER = r"\b(?:input|prompt)s?\b.{0,20}\bor\b.{0,20}\b(?:output|image|picture|content)s?\b"
# What was refused, where only words tell it.
_STAGES: Final = (
    ("reference", r"\b(?:reference|input|uploaded|source|provided|init)[ _](?:image|picture|photo)|\bimage_urls?\b"),
    (
        "picture",
        (
            r"\b(?:generated|resulting|finished|produced|output)\b.{0,20}\b(?:images?|pictures?|content|data|media)\b"
            r"|\b(?:images?|pictures?|output)\b.{0,12}\b(?:filtered|blocked|flagged|moderated|withheld)\b"
            r"|\bnsfw content (?:was )?detected\b|\bcontent moderated\b"
        ),
    ),
    ("prompt", r"\bprompt\b|\binput (?:data|text|content)\b|\brequest moderated\b|\btext input\b"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an answer says.

    ``status`` is the HTTP status, or the one that a gateway wrote into a body of status 200; 0 for what is no HTTP
    answer. ``codes`` and ``types`` are the service's own, as ``normal`` writes them. ``message`` is one line to show;
    rows search ``searched``, which lacks what the prompt says too. ``stage`` is what was refused: prompt, picture,
    reference, or empty where nobody says. ``headers`` have names in small letters. ``is_page`` marks HTML.
    """

    status: int = 0
    codes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    param: str = ""
    message: str = ""
    searched: str = field(default="", repr=False)
    stage: str = ""
    categories: tuple[str, ...] = ()
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_page: bool = False

    @classmethod
    def of(
        cls,
        body: bytes | str,
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        prompt: str = "",
        secrets: Collection[str] = (),
    ) -> Said:
        """Read an answer; never raises. ``prompt`` is what was asked, ``secrets`` are taken out of what is shown."""
        text = body[:MAX_BODY].decode("utf-8", "replace") if isinstance(body, bytes) else body[:MAX_BODY]
        given = {str(name).lower(): str(value)[:200] for name, value in (headers or {}).items()}
        is_page = text[:512].lstrip("\ufeff \t\r\n").startswith("<")
        read = Body("" if is_page else text)
        words = _page_words(text) if is_page else "; ".join(read.texts)
        line = _hidden(" ".join(storable(words, LONGEST_TEXT).split()), secrets)
        searched = without(prompt, line)[:SEARCHED]
        return cls(
            status=read.status if read.status and 0 < status < STATUSES.start else status,
            codes=frozenset(read.codes | _header_codes(given)),
            types=frozenset(read.types),
            param=storable(read.param, LONGEST_CODE),
            message=_cut(line.rstrip(".")),
            searched=searched,
            stage=read.stage or _stage(searched),
            categories=tuple(dict.fromkeys(read.categories))[:20],
            request_id=_hidden(storable(given.get("x-request-id") or read.request_id, LONGEST_CODE), secrets),
            headers={**read.waits, **given},
            is_page=is_page,
        )

    @property
    def mentioned(self) -> frozenset[str]:
        """The codes that stand in the words: gateways put the answer of the service behind them into a text."""
        return frozenset(map(normal, re.findall(_NAMES, self.searched)))


def without(prompt: str, text: str) -> str:
    """Return a text without the words that it repeats of the prompt: a prompt may speak of balance or of safety.

    Four words in a row that stand in the prompt too count as repeated; of a shorter prompt all of it, in quotes.
    """
    asked, said = [word for word in map(_plain, prompt.split()) if word], text.split()
    size = min(SHINGLE, len(asked))
    if not size:
        return text
    known = {tuple(asked[at : at + size]) for at in range(len(asked) - size + 1)}
    words = [_plain(word) for word in said]
    repeated: set[int] = set()
    for at in range(len(said) - size + 1):
        if tuple(words[at : at + size]) in known and (size == SHINGLE or _quoted(said[at : at + size])):
            repeated.update(range(at, at + size))
    return " ".join(word for at, word in enumerate(said) if at not in repeated)


def _plain(word: str) -> str:
    return word.strip(".,;:!?'\"`()[]{}<>\u201c\u201d").lower()


def _quoted(words: list[str]) -> bool:
    return words[0].startswith(("'", '"', "`", "\u201c")) or words[-1].endswith(("'", '"', "`", "\u201d"))


def _cut(line: str) -> str:
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."


def _hidden(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return re.sub(_LIKE_A_KEY, "***", text)


def _page_words(text: str) -> str:
    """Return the title of a page, else its words."""
    text = text[:LONGEST_TEXT]
    low = text.lower()
    start = low.find("<title")
    end = low.find("</title", start)
    if 0 <= start < end and (title := text[low.find(">", start) + 1 : end].strip()):
        return title
    return re.sub(_TAG, " ", text).strip("<> \r\n\t")


def _header_codes(given: Mapping[str, str]) -> set[str]:
    """Return the codes that stand in headers: a challenge of Cloudflare's, an error of AWS or of Azure."""
    codes = {normal(given[name]) for name in ("x-amzn-errortype", "x-ms-error-code") if name in given}
    return codes | ({f"cfmitigated={normal(given['cf-mitigated'])}"} if "cf-mitigated" in given else set())


def _stage(words: str) -> str:
    words = re.sub(_ADVICE, " ", words, flags=re.IGNORECASE)
    if re.search(_EITHER, words, re.IGNORECASE):
        return ""
    return next((stage for stage, pattern in _STAGES if re.search(pattern, words, re.IGNORECASE)), "")
