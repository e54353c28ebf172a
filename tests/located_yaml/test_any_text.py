"""YAML with places: any text at all loads, or is a ConfigError."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from located_yaml.texts import read
from novaclips.errors import ConfigError

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
JSON_LIKE = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner))
SOUP = st.text(alphabet=st.sampled_from("-:?[]{},#&*!|>'\"%@` \n\t\\ab1<.~x🌊")) | st.text()
WITHOUT_RESET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@WITHOUT_RESET
@given(JSON_LIKE, st.booleans())
def test_what_safe_dump_writes_loads_or_is_a_config_error(data: object, flow: bool) -> None:
    try:
        read(yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow))
    except ConfigError:
        return


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"))
PLAIN = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXTS


@WITHOUT_RESET
@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20))
def test_json_loads_as_what_it_is(data: object) -> None:
    assert read(json.dumps(data, ensure_ascii=False)) == data


@WITHOUT_RESET
@given(SOUP | st.binary())
def test_random_text_loads_or_is_a_config_error(content: str | bytes) -> None:
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    try:
        read(content)
    except ConfigError as exc:
        assert str(exc).startswith("novaclips.yaml:")  # noqa: PT017 - either outcome is right


@WITHOUT_RESET
@given(SOUP)
def test_random_text_without_libyaml_loads_or_is_a_config_error(content: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CLoader", raising=False)
        try:
            read(content.encode("utf-8", "surrogatepass"))
        except ConfigError:
            return
