"""YAML with places: what loads, and where it stands."""

from __future__ import annotations

import contextlib
import gc

import pytest
import yaml

from located_yaml.texts import DIFFERENT, GOOD, read, write
from novaclips.errors import ConfigError
from novaclips.located_yaml import load


@pytest.mark.parametrize(("content", "expected"), GOOD.values(), ids=GOOD.keys())
def test_values_are_those_of_yaml_1_2(content: str, expected: object) -> None:
    found = read(content)
    assert found == expected
    assert repr(found) == repr(expected)  # 1 == True == 1.0


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_every_value_and_key_knows_its_place(start: str) -> None:
    root = load(write(f"{start}a: 1\nb:\n  - Река: 007\n"))
    assert isinstance(root.value, dict)
    (item,) = root.value["b"].value  # type: ignore[misc, union-attr]
    number = item.value["Река"]
    assert (root.line, root.column) == (1, 1)
    assert [(root.value[key].line, root.value[key].column) for key in "ab"] == [(1, 4), (3, 3)]
    assert root.keys == {"a": (1, 1), "b": (2, 1)}
    assert (number.line, number.column, number.value, number.raw) == (3, 11, 7, "007")


def test_aliases_and_merge_keys_share_their_values() -> None:
    first, second, third = load(write("- &a {b: [1]}\n- *a\n- {<<: *a}\n")).value  # type: ignore[misc]
    assert first is second
    assert third.value["b"] is first.value["b"]
    assert third.keys["b"] == (1, 7)


def test_a_file_without_aliases_has_no_limit_of_values() -> None:
    assert len(read("[" + "1," * 1_000_100 + "]")) == 1_000_100


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("content", ["a: 1\n", "a: b: c\n"], ids=["good", "bad"])
def test_the_garbage_collector_is_left_as_it_was(content: str, *, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with contextlib.suppress(ConfigError):
            load(write(content))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_the_parser_in_c_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    parse = yaml.parse
    monkeypatch.setattr(yaml, "parse", lambda text, Loader: used.append(Loader) or parse(text, Loader))  # noqa: N803
    read("a: 1\n")
    assert used == [yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader]


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind not in DIFFERENT])
def test_without_libyaml_the_values_are_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader", raising=False)
    content, expected = GOOD[kind]
    assert read(content) == expected
