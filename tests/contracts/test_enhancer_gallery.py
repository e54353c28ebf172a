"""The gallery of wrong enhancers: each fails in the test of its rule, and in no other."""

from __future__ import annotations

import pytest

from contracts import nested
from novaclips.testing.contracts.enhancer import PromptEnhancerContract

PLUGIN = """
import itertools
import socket
import sys
import time
from dataclasses import replace

from novaclips.plugin import BasePromptEnhancer, Prompt, PromptEnhancerSpec, hookimpl

made = itertools.count()


class Night(BasePromptEnhancer):
    {body}


@hookimpl
def novaclips_prompt_enhancers():
    yield PromptEnhancerSpec(name="night", summary="Everything at night", create=lambda settings: Night())
"""
CONTRACT = """
import pytest
from novaclips.testing import EnhancerCase, PromptEnhancerContract


class TestNight(PromptEnhancerContract):
    @pytest.fixture
    def case(self):
        return EnhancerCase("night")
"""
HEALTHY = """
    def enhance(self, prompt):
        return replace(prompt, text=f"{prompt.text}, at night")
"""

E1 = "test_e1_create_gives_an_enhancer_without_network"
E2 = "test_e2_same_prompt_gets_same_answer"
E3 = "test_e3_answer_is_a_prompt_with_words"
E4 = "test_e4_argument_stays_as_it_is"
E5 = "test_e5_visual_type_is_kept"
E6 = "test_e6_prompts_of_every_sort_are_borne"
E7 = "test_e7_eight_threads_get_their_own_answers"
E9 = "test_e9_answer_is_the_same_in_another_process"
E8 = "test_e8_nothing_is_printed"

GALLERY = {
    "connects to a service when it is made": (
        E1,
        """
    def __init__(self):
        if next(made) == 0 and "pytest" in sys.modules:
            socket.create_connection(("192.0.2.1", 80), timeout=1)
"""
        + HEALTHY,
    ),
    "gives another answer each time": (
        E2,
        """
    asked = 0

    def enhance(self, prompt):
        if prompt.negative and "number" not in prompt.text:
            self.asked += 1
        return replace(prompt, text=f"{prompt.text}, variation {self.asked}")
""",
    ),
    "remembers the prompts before": (
        E2,
        """
    seen = ""

    def enhance(self, prompt):
        self.seen = prompt.visual_type if prompt.visual_type == "diagram" else self.seen
        return replace(prompt, text=f"{prompt.text}, {self.seen}")
""",
    ),
    "answers by instance": (
        E2,
        """
    def __init__(self):
        self.number = next(made)

    def enhance(self, prompt):
        return replace(prompt, text=f"{prompt.text}, variation {self.number}")
""",
    ),
    "names a colour instead of writing it": (
        E3,
        """
    def enhance(self, prompt):
        return replace(prompt, palette=("navy",))
""",
    ),
    "leaves no words": (
        E3,
        """
    def enhance(self, prompt):
        return replace(prompt, text="" if prompt.text == "A red kite over a harbour" and prompt.negative else "Night")
""",
    ),
    "has no negative prompt at all": (
        E3,
        """
    def enhance(self, prompt):
        return replace(prompt, negative=None)
""",
    ),
    "changes the prompt that it was given": (
        E4,
        """
    def enhance(self, prompt):
        better = replace(prompt, text=f"{prompt.text}, at night")
        object.__setattr__(prompt, "negative", "day")
        return better
""",
    ),
    "forgets the visual type": (
        E5,
        """
    def enhance(self, prompt):
        return Prompt(f"{prompt.text}, at night", negative=prompt.negative)
""",
    ),
    "knows Latin letters alone": (
        E6,
        """
    def enhance(self, prompt):
        prompt.text.encode("latin-1")
        return prompt
""",
    ),
    "fills braces in": (
        E6,
        """
    def enhance(self, prompt):
        return replace(prompt, text=(prompt.text + ", at {time}").format(time="night"))
""",
    ),
    "takes short prompts alone": (
        E6,
        """
    def enhance(self, prompt):
        return replace(prompt, text=prompt.text if len(prompt.text) < 4000 else "")
""",
    ),
    "keeps the prompt on itself": (
        E7,
        """
    def enhance(self, prompt):
        self.text = f"{prompt.text}, at night"
        time.sleep(0.0001)
        return replace(prompt, text=self.text)
""",
    ),
    "chooses by the hash of the text": (
        E9,
        """
    def enhance(self, prompt):
        return replace(prompt, text=f"{prompt.text}, variation {hash(prompt.text)}")
""",
    ),
    "tells the month": (
        E9,
        """
    def enhance(self, prompt):
        return replace(prompt, text=f"{prompt.text}, in month {time.localtime(time.time()).tm_mon}")
""",
    ),
    "prints": (
        E8,
        """
    def enhance(self, prompt):
        print("better!")
        return prompt
""",
    ),
    "prints to stderr when it is made": (
        E8,
        """
    def __init__(self):
        print("ready", file=sys.stderr)
"""
        + HEALTHY,
    ),
}


def install(site, body):
    nested.install(site, "enhancer", "night", PLUGIN.format(body=body.strip()))


TOLD = {
    "changes the prompt that it was given": "the prompt that it was given; return dataclasses.replace(prompt, ...)",
    "keeps the prompt on itself": "threads got each other's answers; keep nothing about a prompt on self",
}


@pytest.mark.parametrize("wrong", GALLERY)
def test_a_wrong_enhancer_fails_in_the_test_of_its_rule(wrong, site, capsys):
    rule, body = GALLERY[wrong]
    install(site, body)

    assert nested.failures(site, CONTRACT) == [rule]
    assert TOLD.get(wrong, "") in capsys.readouterr().out


def test_every_rule_has_a_wrong_enhancer():
    assert {rule for rule, _ in GALLERY.values()} == nested.rules_of(PromptEnhancerContract)


def test_a_healthy_enhancer_passes(site):
    install(site, HEALTHY)

    assert set(nested.run(site, CONTRACT).values()) == {"passed"}


def test_what_is_no_enhancer_is_told_by_its_type(site, capsys):
    install(site, HEALTHY)
    plugin = site.folder / "novaclips_enhancer_night" / "plugin.py"
    plugin.write_text(plugin.read_text().replace("Night(BasePromptEnhancer)", "Night"), encoding="utf-8")

    assert nested.failures(site, CONTRACT) == [E1]
    assert "create() should return a BasePromptEnhancer, not Night" in capsys.readouterr().out


def test_what_fails_in_another_process_alone_is_told(site, capsys):
    install(
        site,
        """
    def enhance(self, prompt):
        if "pytest" not in sys.modules:
            raise OSError("no such file: night.txt")
        return prompt
""",
    )

    assert nested.failures(site, CONTRACT) == [E9]
    assert "in another process it fails: OSError: no such file: night.txt" in capsys.readouterr().out
