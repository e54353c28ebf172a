"""Rules E1 to E9: what every prompt enhancer keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pytest

from novaclips.discovery import Spec
from novaclips.hookspecs import PromptEnhancerSpec
from novaclips.style_pack import COLOUR
from novaclips.testing.contracts.at_once import THREADS, at_once
from novaclips.testing.contracts.elsewhere import as_json, ask_elsewhere
from novaclips.testing.contracts.packaging import PackagedContract
from novaclips.testing.network import no_network
from novaclips.visuals.image_generator.enhancers import BasePromptEnhancer, Prompt
from novaclips.visuals.image_generator.models import Settings

HARD: Final = {
    "Cyrillic": Prompt("Маяк в тумане", negative="люди", visual_type="метафора"),
    "emoji": Prompt("🦊 and 👩‍🚀 on the moon 🌕"),
    "a prompt of 20,000 characters": Prompt("a long street, " * 1333),
    "an empty negative prompt": Prompt("A red kite over a harbour", negative=""),
    "several lines": Prompt('A sign that says "100% {off}"\nand nothing else\n'),
}


@dataclass(frozen=True, slots=True)
class EnhancerCase:
    """The prompt enhancer to test: the entry point's name without ``enhancer-``."""

    name: str


def kite(text: str = "A red kite over a harbour", visual_type: str = "metaphor") -> Prompt:
    """Return a prompt of our own each time, so that no test sees what an enhancer did to another's."""
    return Prompt(text, negative="text", visual_type=visual_type, palette=("#101820",))


@pytest.mark.usefixtures("only_loopback")
class PromptEnhancerContract(PackagedContract):
    """The rules of enhancers; a subclass gives the fixture ``case``, which returns an EnhancerCase."""

    kind = "enhancer"

    @pytest.fixture
    def spec(self, specs: tuple[Spec, ...]) -> PromptEnhancerSpec:
        """Return the one spec of the enhancer's name."""
        (spec,) = specs
        assert isinstance(spec, PromptEnhancerSpec)
        return spec

    def test_e1_create_gives_an_enhancer_without_network(self, spec: PromptEnhancerSpec) -> None:
        """``create`` gives a BasePromptEnhancer and connects to nothing."""
        with no_network():
            made = spec.create(Settings())
        assert isinstance(made, BasePromptEnhancer), (
            f"create() should return a BasePromptEnhancer, not {type(made).__name__}"
        )

    def test_e2_same_prompt_gets_same_answer(self, spec: PromptEnhancerSpec) -> None:
        """The same prompt gets the same answer: again, after other prompts, and from another instance."""
        enhancer = spec.create(Settings())
        first = enhancer.enhance(kite())
        assert enhancer.enhance(kite()) == first, "the same prompt got another answer the second time"
        for number in range(10):
            enhancer.enhance(kite(text=f"Kite number {number}", visual_type="diagram"))
        assert enhancer.enhance(kite()) == first, "the same prompt got another answer after other prompts"
        assert spec.create(Settings()).enhance(kite()) == first, (
            "the same prompt got another answer from another instance"
        )

    def test_e3_answer_is_a_prompt_with_words(self, spec: PromptEnhancerSpec) -> None:
        """The answer is a Prompt: words in its text, a text as negative, ``#rrggbb`` colours as palette."""
        answer = spec.create(Settings()).enhance(kite())
        assert isinstance(answer, Prompt), f"enhance() should return a Prompt, not {type(answer).__name__}"
        assert isinstance(answer.text, str), f"the prompt's text is {answer.text!r}"
        assert answer.text.strip(), "the prompt's text is empty"
        assert isinstance(answer.negative, str), f"the negative prompt is {answer.negative!r}"
        assert isinstance(answer.palette, tuple), f"the palette {answer.palette!r} should be a tuple"
        for colour in answer.palette:
            assert COLOUR.fullmatch(colour), f"{colour!r} in the palette should be written '#rrggbb'"

    def test_e4_argument_stays_as_it_is(self, spec: PromptEnhancerSpec) -> None:
        """The prompt that is handed in is the same afterwards."""
        prompt = kite()
        spec.create(Settings()).enhance(prompt)
        assert prompt == kite(), (
            "enhance() changed the prompt that it was given; return dataclasses.replace(prompt, ...)"
        )

    def test_e5_visual_type_is_kept(self, spec: PromptEnhancerSpec) -> None:
        """The visual type goes through unchanged: those that come after need it."""
        enhancer = spec.create(Settings())
        for kind in ("image", "diagram", "схема"):
            answer = enhancer.enhance(kite(visual_type=kind))
            assert answer.visual_type == kind, f"visual type {kind!r} became {answer.visual_type!r}"

    def test_e6_prompts_of_every_sort_are_borne(self, spec: PromptEnhancerSpec) -> None:
        """Cyrillic, emoji, very long prompts, several lines, braces and an empty negative prompt are no trouble."""
        enhancer = spec.create(Settings())
        for what, prompt in HARD.items():
            try:
                answer = enhancer.enhance(replace(prompt))
            # Whatever an enhancer raises is what the rule is about.
            except Exception as exc:  # noqa: BLE001
                pytest.fail(f"{what}: {type(exc).__name__}: {exc}")
            assert answer.text.strip(), f"{what}: nothing is left of the prompt"

    def test_e7_eight_threads_get_their_own_answers(self, spec: PromptEnhancerSpec) -> None:
        """Eight threads at once get what each would get alone."""
        enhancer = spec.create(Settings())

        def enhance(number: int) -> set[Prompt]:
            return {enhancer.enhance(kite(text=f"Kite number {number}")) for _ in range(20)}

        alone = [enhance(number) for number in range(THREADS)]
        together = at_once(enhance)
        assert together == alone, "threads got each other's answers; keep nothing about a prompt on self"

    def test_e8_nothing_is_printed(self, capfd: pytest.CaptureFixture[str], spec: PromptEnhancerSpec) -> None:
        """Making and using the enhancer prints nothing: the output belongs to the command."""
        capfd.readouterr()
        spec.create(Settings()).enhance(kite())
        printed = "".join(capfd.readouterr())
        assert not printed, f"the enhancer printed {printed!r}"

    def test_e9_answer_is_the_same_in_another_process(self, case: EnhancerCase, spec: PromptEnhancerSpec) -> None:
        """The same prompt gets the same answer in another process, with another hash seed, date and working folder."""
        first, second = (spec.create(Settings()).enhance(kite()) for _ in range(2))
        if first != second or not isinstance(first, Prompt):
            return  # in this process, too: that is another rule
        fields = ("text", "negative", "visual_type", "palette")
        prompt = {name: getattr(kite(), name) for name in fields}
        (there,) = ask_elsewhere({"name": case.name, "prompts": [prompt]})
        here = as_json([first.text, first.negative, first.palette])
        assert there == here, f"{there} there and {here} here: the next run would buy every picture again"
