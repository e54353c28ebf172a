"""YAML with places: what each mistake is answered."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

from located_yaml.texts import BAD, DIFFERENT, FILE, read, write
from novaclips.errors import ConfigError, ScenesError
from novaclips.located_yaml import MAX_BYTES, load


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_answered_with_its_place_and_what_to_write(content: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(content)
    assert str(caught.value) == f"novaclips.yaml:{message}"


def test_a_missing_file_is_answered_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"^a/b\.yaml: there is no such file; check the name, or write the file$"):
        load(Path("a/b.yaml"))


def test_a_folder_is_answered_with_what_to_do() -> None:
    Path("planning").mkdir()
    with pytest.raises(ConfigError, match=r"^planning: this is a folder; name a file in it$"):
        load(Path("planning"))


def test_a_file_that_may_not_be_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    write("a: 1\n")
    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(ConfigError, match=r"^novaclips\.yaml: cannot be read: Permission denied; check the file$"):
        load(FILE)


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000, "novaclips.yaml/x"], ids=["nul", "long", "below a file"])
def test_a_name_that_no_file_can_have_is_a_config_error(name: str) -> None:
    write("a: 1\n")
    with pytest.raises(ConfigError, match=r"cannot be read: .*; check the file$"):
        load(Path(name))


def test_a_huge_file_is_refused_before_it_is_parsed() -> None:
    with FILE.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ConfigError, match=r"^novaclips\.yaml: the file is larger than 64 MiB; split it$"):
        load(FILE)


def test_the_caller_chooses_the_error_and_the_example() -> None:
    with pytest.raises(ScenesError, match=r"^novaclips\.yaml: the file is empty; write for example - id: 1$"):
        load(write(""), error=ScenesError, example="- id: 1")


def test_an_empty_file_can_be_allowed() -> None:
    assert load(write("# provider: openai\n"), example=None).value is None


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind not in DIFFERENT])
def test_without_libyaml_the_answers_are_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader")
    content, message = BAD[kind]
    with pytest.raises(ConfigError) as caught:
        read(content)
    assert str(caught.value) == f"novaclips.yaml:{message}"
