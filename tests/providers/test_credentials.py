"""Which address may have which key: the weaker source never says where the stronger one's key goes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from novaclips.environment import Environment, environment
from novaclips.errors import ConfigError, MissingKey
from novaclips.plugin import Settings

USUAL = "https://api.acme.example/v1"
KEYS = ("ACME_KEY", "ACME_TOKEN")
SECRET = "acme-0123456789"


def settings(own: dict[str, str], project: dict[str, str], folder: Path) -> Settings:
    """What a provider gets in a project with such a .env, from a shell with such variables."""
    lines = "".join(f"{name}={value}\n" for name, value in project.items())
    (folder / ".env").write_text(lines, encoding="utf-8")
    return Settings(env=environment(folder, own))


def address(given: Settings) -> str:
    return str(given.address("ACME_URL", USUAL, key_env=KEYS, own=("acme.cloud.example",)))


ELSEWHERE = "https://his.host.example/v1"
GO_TOGETHER = {
    "neither": ({}, {}, USUAL),
    "a blank address": ({"ACME_KEY": SECRET}, {"ACME_URL": " "}, USUAL),
    "both from the shell": ({"ACME_KEY": SECRET, "ACME_URL": ELSEWHERE}, {}, ELSEWHERE),
    "both from the project": ({}, {"ACME_KEY": SECRET, "ACME_URL": ELSEWHERE}, ELSEWHERE),
    "the shell's address": ({"ACME_URL": ELSEWHERE}, {"ACME_KEY": SECRET}, ELSEWHERE),
    "an address without a key": ({}, {"ACME_URL": ELSEWHERE}, ELSEWHERE),
    "a blank key in the shell": ({"ACME_KEY": " "}, {"ACME_KEY": SECRET, "ACME_URL": ELSEWHERE}, ELSEWHERE),
    "the service's own host": ({"ACME_KEY": SECRET}, {"ACME_URL": f"{USUAL}/"}, f"{USUAL}/"),
    "a host below it": (
        {"ACME_KEY": SECRET},
        {"ACME_URL": "https://eu.api.acme.example/v1"},
        "https://eu.api.acme.example/v1",
    ),
    "another own host": ({"ACME_KEY": SECRET}, {"ACME_URL": "https://acme.cloud.example"}, "https://acme.cloud.example/"),
    "http on this machine": (
        {},
        {"ACME_KEY": SECRET, "ACME_URL": "http://localhost:8080/v1"},
        "http://localhost:8080/v1",
    ),
    "http by the user's own word": (
        {"ACME_URL": "http://gpu.lan:8080"},
        {"ACME_KEY": SECRET},
        "http://gpu.lan:8080/",
    ),
    "http without a key": ({}, {"ACME_URL": "http://gpu.lan:8080"}, "http://gpu.lan:8080/"),
}  # fmt: skip
PARTED = {
    "the shell's key": ({"ACME_KEY": SECRET}, {"ACME_URL": ELSEWHERE}, "ACME_KEY"),
    "the shell's other key": ({"ACME_TOKEN": SECRET}, {"ACME_URL": ELSEWHERE}, "ACME_TOKEN"),
    "a key in both": ({"ACME_KEY": SECRET}, {"ACME_KEY": "theirs", "ACME_URL": ELSEWHERE}, "ACME_KEY"),
    "this machine": ({"ACME_KEY": SECRET}, {"ACME_URL": "http://127.0.0.1:8080"}, "ACME_KEY"),
    "the own host over http": ({"ACME_KEY": SECRET}, {"ACME_URL": "http://api.acme.example/v1"}, "ACME_KEY"),
    "another port of the own host": ({"ACME_KEY": SECRET}, {"ACME_URL": "https://api.acme.example:444/v1"}, "ACME_KEY"),
    "a host that ends like it": ({"ACME_KEY": SECRET}, {"ACME_URL": "https://evilapi.acme.example"}, "ACME_KEY"),
}


@pytest.mark.parametrize(("own", "project", "place"), GO_TOGETHER.values(), ids=GO_TOGETHER)
def test_a_key_goes_where_a_source_as_strong_as_its_own_says(own, project, place, tmp_path):
    assert address(settings(own, project, tmp_path)) == place


@pytest.mark.parametrize(("own", "project", "key"), PARTED.values(), ids=PARTED)
def test_a_projects_address_never_gets_the_shells_key(own, project, key, tmp_path):
    with pytest.raises(ConfigError) as caught:
        address(settings(own, project, tmp_path))

    text = str(caught.value)
    assert f"ACME_URL is set in {tmp_path / '.env'}, and {key} in the environment: a project does not say" in text
    assert "set ACME_URL in the environment too; else take it out of the file" in text
    assert SECRET not in text


def test_a_key_of_the_project_does_not_travel_for_all_to_read(tmp_path):
    with pytest.raises(ConfigError, match=r"to http://gpu.lan:8080: a key would travel there for all to read; write"):
        address(settings({}, {"ACME_KEY": SECRET, "ACME_URL": "http://gpu.lan:8080"}, tmp_path))


@pytest.mark.parametrize(
    ("url", "shown", "why"),
    [
        ("api.acme.example", "ACME_URL='api.acme.example'", "does not begin with https://"),
        ("ftp://acme.example", "ACME_URL='ftp://acme.example'", "ftp: is not https or http"),
        ("https://user:word@acme.example", "ACME_URL", "it holds a user name"),
        (r"https://evil.example\@api.acme.example", "ACME_URL", "a blank, a control character or a backslash"),
    ],
)
def test_what_is_no_address_is_said_without_a_password_in_it(url, shown, why):
    with pytest.raises(
        ConfigError, match=f"^{re.escape(shown)} is not an address; write it like {USUAL}.*{why}"
    ) as caught:
        address(Settings(env={"ACME_URL": url}))
    assert "word" not in str(caught.value)


def test_what_goes_along_with_a_key_comes_from_a_source_as_strong(tmp_path):
    both = settings({}, {"ACME_KEY": SECRET, "ACME_ORG": " theirs "}, tmp_path)
    assert both.beside_key("ACME_ORG", key_env=KEYS) == "theirs"
    mine = settings({"ACME_KEY": SECRET, "ACME_ORG": "mine"}, {"ACME_ORG": "theirs"}, tmp_path)
    assert mine.beside_key("ACME_ORG", key_env=KEYS) == "mine"
    told = (
        r"ACME_ORG is set in .*, and ACME_KEY in the environment: a project does not say in whose name your key is used"
    )
    with pytest.raises(ConfigError, match=told):
        settings({"ACME_KEY": SECRET}, {"ACME_ORG": "theirs"}, tmp_path).beside_key("ACME_ORG", key_env=KEYS)


@pytest.mark.parametrize("blanks", ["{} ", " {}", "\t{}\n", "{}\r\n"])
def test_the_space_around_a_key_is_not_part_of_it(blanks):
    assert Settings(env={"ACME_KEY": blanks.format(SECRET)}).key("acme", *KEYS) == SECRET


@pytest.mark.parametrize(
    "value", [f"{SECRET}\n{SECRET}", f"{SECRET}\r\nHost: x", f"{SECRET} {SECRET}", f"{SECRET}\0", f"{SECRET}é", "ключ"]
)
def test_a_key_that_no_header_can_carry_is_named_and_not_shown(value):
    with pytest.raises(
        MissingKey, match=r"^ACME_KEY holds a character that no key has; copy the key anew from acme"
    ) as caught:
        Settings(env={"ACME_KEY": value}).key("acme", *KEYS, where="acme.example/keys")
    assert SECRET not in str(caught.value)


def test_each_variable_knows_where_it_was_set(tmp_path):
    env = settings({"A": "1", "B": " ", "C": ""}, {"A": "2", "B": "3"}, tmp_path)
    file = str(tmp_path / ".env")
    assert {name: env.source(name) for name in "ABCD"} == {"A": "the environment", "B": file, "C": "", "D": ""}
    assert dict(env.env) == {"A": "1", "B": "3", "C": ""}


def test_reading_a_project_again_makes_nothing_stronger(tmp_path):
    once = settings({}, {"A": "1"}, tmp_path).env
    assert isinstance(once, Environment)
    assert environment(tmp_path, once).source("A") == str(tmp_path / ".env")


def test_no_value_shows_in_a_repr(tmp_path):
    given = settings({"A": SECRET}, {"B": SECRET}, tmp_path)
    assert SECRET not in f"{given!r} {given.env!r} {given}"
