"""Values that check themselves: what plugins say about themselves, and what comes back with a picture."""

from __future__ import annotations

import io
import math
from datetime import datetime
from decimal import Decimal

import pytest

from novaclips.checked import being_answered, first
from novaclips.errors import ConfigError, PluginError
from novaclips.plugin import (
    Capabilities,
    Cost,
    GeneratedImage,
    ImageProviderSpec,
    ImageRequest,
    OutputWriterSpec,
    PromptEnhancerSpec,
)
from novaclips.visuals.image_generator.models import complaint
from scripted import Scripted, picture, script
from visuals.drawing import plan


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("in_flight", 0, "Capabilities.in_flight should be a whole number from 1, not 0"),
        ("in_flight", 2.5, "Capabilities.in_flight should be a whole number from 1, not 2.5"),
        ("in_flight", True, "Capabilities.in_flight should be a whole number from 1, not True"),
        ("references", -1, "Capabilities.references should be a whole number from 0, not -1"),
        ("references", "16", "Capabilities.references should be a whole number from 0, not '16'"),
        ("per_minute", -5, "Capabilities.per_minute should be None or a number above 0, not -5"),
        ("per_minute", 0, "Capabilities.per_minute should be None or a number above 0, not 0"),
        ("per_minute", math.nan, "Capabilities.per_minute should be None or a number above 0, not nan"),
        ("per_minute", "60", "Capabilities.per_minute should be None or a number above 0, not '60'"),
        ("seed", "yes", "Capabilities.seed should be True or False, not 'yes'"),
        ("negative_prompt", None, "Capabilities.negative_prompt should be True or False, not None"),
    ],
    ids=lambda value: repr(value) if not isinstance(value, str) else "-",
)
def test_capabilities_that_make_no_sense_are_a_plugin_error_that_names_the_field(field, value, text) -> None:
    with pytest.raises(PluginError) as caught:
        Capabilities(**{field: value})
    assert str(caught.value) == text
    assert caught.value.remedy.startswith("write ")


@pytest.mark.parametrize("pace", [None, 5, 0.5, math.inf])
def test_every_real_pace_is_fine(pace) -> None:
    assert Capabilities(per_minute=pace).per_minute == pace


def make(settings: object) -> object:
    return settings


@pytest.mark.parametrize(
    ("spec", "values", "text"),
    [
        (ImageProviderSpec, {"name": ""}, "ImageProviderSpec.name should be a name, not ''"),
        (ImageProviderSpec, {"name": 3}, "ImageProviderSpec.name should be a name, not 3"),
        (ImageProviderSpec, {"summary": None}, "ImageProviderSpec 'acme': summary should be a line of text, not None"),
        (ImageProviderSpec, {"key_env": "ACME_KEY"}, "ImageProviderSpec 'acme': key_env should be a tuple of names"),
        (ImageProviderSpec, {"key_env": (1,)}, "ImageProviderSpec 'acme': key_env should be a tuple of names"),
        (ImageProviderSpec, {"capabilities": {}}, "ImageProviderSpec 'acme': capabilities should be Capabilities"),
        (ImageProviderSpec, {"create": "acme"}, "ImageProviderSpec 'acme': create should be a function"),
        (PromptEnhancerSpec, {"create": None}, "PromptEnhancerSpec 'acme': create should be a function"),
        (PromptEnhancerSpec, {"style": "noir"}, "PromptEnhancerSpec 'acme': style should be a Style, not 'noir'"),
        (OutputWriterSpec, {"summary": 1}, "OutputWriterSpec 'acme': summary should be a line of text, not 1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_spec_that_makes_no_sense_is_a_plugin_error_that_names_spec_and_field(spec, values, text) -> None:
    with pytest.raises(PluginError, match=r".") as caught:
        spec(**{"name": "acme", "summary": "", "create": make} | values)
    assert str(caught.value).startswith(text)


def test_a_list_of_names_is_as_good_as_a_tuple() -> None:
    assert ImageProviderSpec(name="acme", summary="", create=make, key_env=["ACME_KEY"]).key_env == ("ACME_KEY",)


def test_what_a_module_says_of_itself_is_wrong_at_load_time_and_named_with_its_distribution(site) -> None:
    from novaclips.discovery import Plugins

    code = """
        from novaclips.plugin import Capabilities, ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="acme", summary="", create=print, capabilities=Capabilities(in_flight=0))
    """
    site.install("acme-pictures", entry_points={"provider-acme": "acme_bad"}, modules={"acme_bad.py": code})
    with pytest.raises(PluginError) as caught:
        Plugins().provider("acme")
    assert str(caught.value).startswith("provider 'acme' is broken: provider-acme from acme-pictures ")
    assert str(caught.value).endswith(": Capabilities.in_flight should be a whole number from 1, not 0")


# Money.


@pytest.mark.parametrize(
    ("given", "usd"),
    [
        (Decimal("0.041"), "0.041"),
        (0.04, "0.04"),
        (0.1 + 0.2, "0.30000000000000004"),
        (2, "2"),
        ("0.250", "0.250"),
        (" 1e-3 ", "0.001"),
        (0, "0"),
    ],
    ids=repr,
)
def test_an_amount_counts_as_it_is_written(given, usd) -> None:
    assert str(Cost(given).usd) == usd
    assert isinstance(Cost(given).usd, Decimal)


NO_AMOUNTS = [
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e400"), Decimal(10**7), Decimal(-(10**7))),
    *(math.nan, math.inf, 10**400, True, None, "", "free", [], "1" * 5000),
]


@pytest.mark.parametrize("given", NO_AMOUNTS, ids=lambda value: repr(value)[:20])
def test_what_is_no_amount_is_a_plugin_error(given) -> None:
    with pytest.raises(
        PluginError, match=r"Cost.usd should be an amount of US dollars such as Decimal\('0.04'\), not "
    ):
        Cost(given)


@pytest.mark.parametrize("given", [*NO_AMOUNTS, Decimal("-0.01"), -1, -0.5], ids=lambda value: repr(value)[:20])
def test_a_picture_with_no_amount_for_its_cost_has_a_cost_that_is_unknown(given) -> None:
    with being_answered():
        image = GeneratedImage(data=b"x", cost=Cost(given, upper_bound="no", as_of=3))
    assert (image.cost, image.dropped) == (None, ("cost",))


@pytest.mark.parametrize(
    ("values", "field"),
    [({"upper_bound": 1}, "Cost.upper_bound"), ({"as_of": 2026}, "Cost.as_of")],
    ids=["flag", "day"],
)
def test_a_cost_s_other_fields_are_checked_too(values, field) -> None:
    with pytest.raises(PluginError, match=f"{field} should be "):
        Cost(Decimal(1), **values)


def test_an_estimate_below_zero_is_a_plugin_error_before_anything_is_sent(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(-1))
    with pytest.raises(PluginError, match=r"scripted .*: estimate\(\) should return a Cost of 0 or more, not -1"):
        plan()
    assert script.calls == []


def test_a_wrong_value_made_in_a_call_names_the_plugin_beside_the_field(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost("free"))
    with pytest.raises(PluginError, match=r"^provider 'scripted' is broken: .*: Cost\.usd should be an amount"):
        plan()


# Seeds.


@pytest.mark.parametrize("seed", [-1, 2**63, 10**20, 1.5, "7", True], ids=repr)
def test_a_seed_that_the_ledger_cannot_hold_is_refused_before_the_request(seed) -> None:
    with pytest.raises(ConfigError, match="cannot be used; write a whole number from 0 to 9223372036854775807"):
        ImageRequest(1, "a harbour", seed=seed)


# What comes with a picture.


class Trap(dict):
    def items(self):
        raise RuntimeError("no items here")


@pytest.mark.parametrize(
    ("values", "kept", "dropped"),
    [
        ({"model": 123}, {"model": ""}, ("model",)),
        ({"model": "m" * 10**6}, {"model": "m" * 197 + "..."}, ()),
        ({"model": "gpt\ud83e"}, {"model": "gpt\ufffd"}, ()),
        ({"seed": "abc"}, {"seed": None}, ("seed",)),
        ({"seed": 1.0}, {"seed": None}, ("seed",)),
        ({"seed": 2**63}, {"seed": None}, ("seed",)),
        ({"seed": math.nan}, {"seed": None}, ("seed",)),
        ({"cost": 0.04}, {"cost": None}, ("cost",)),
        ({"cost": "0.04"}, {"cost": None}, ("cost",)),
        ({"warnings": "rounded"}, {"warnings": ("rounded",)}, ("warnings",)),
        ({"warnings": ["rounded"]}, {"warnings": ("rounded",)}, ()),
        ({"warnings": ("rounded", None)}, {"warnings": ("rounded",)}, ("warnings",)),
        ({"warnings": 3}, {"warnings": ()}, ("warnings",)),
        ({"warnings": ("\ud83e",)}, {"warnings": ("\ufffd",)}, ()),
        ({"metadata": {"at": datetime(2026, 1, 1), "ok": 1}}, {"metadata": {"ok": 1}}, ("metadata.at",)),  # noqa: DTZ001
        ({"metadata": {"usage": {"cost": math.nan}}}, {"metadata": {"usage": {}}}, ("metadata.usage.cost",)),
        ({"metadata": {"n": 2**64}}, {"metadata": {}}, ("metadata.n",)),
        ({"metadata": {"words": "\ud83e\udd8a\ud83e"}}, {"metadata": {"words": "\ufffd\ufffd\ufffd"}}, ()),
        ({"metadata": "text"}, {"metadata": {}}, ("metadata",)),
        ({"metadata": None}, {"metadata": {}}, ("metadata",)),
        ({"metadata": Trap(a=1)}, {"metadata": {}}, ("metadata",)),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_cannot_be_written_down_is_left_out_and_the_picture_stays(values, kept, dropped) -> None:
    image = GeneratedImage(data=b"picture", **values)
    assert image.data == b"picture"
    assert {name: getattr(image, name) for name in kept} == kept
    assert image.dropped == dropped


def test_the_complaint_names_the_provider_and_the_places() -> None:
    image = GeneratedImage(data=b"x", model=1, metadata={f"at{n}": object() for n in range(7)})
    (sentence,) = complaint("acme", image.dropped)
    assert sentence == (
        "what provider 'acme' answered as model, metadata.at0, metadata.at1, metadata.at2, metadata.at3 and 3 more"
        " cannot be written down; left out"
    )
    assert complaint("acme", ()) == ()
    assert first(["one", "two"]) == "one, two"


@pytest.mark.parametrize(
    "held",
    [bytearray(b"picture"), memoryview(b"picture"), io.BytesIO(b"picture"), [b"picture"], {"image": b"picture"}],
    ids=lambda value: type(value).__name__,
)
def test_bytes_are_bytes_however_they_are_held(held) -> None:
    assert GeneratedImage(data=held).data == b"picture"


@pytest.mark.parametrize("held", [None, "text", 3, [], {"image": "text"}], ids=repr)
def test_an_answer_without_any_bytes_is_a_plugin_error(held) -> None:
    with pytest.raises(PluginError, match=r"GeneratedImage\.data should be the picture's bytes, not "):
        GeneratedImage(data=held)


def test_a_sound_picture_is_left_as_it_is() -> None:
    data = picture("x")
    image = GeneratedImage(data=data, model="m", seed=0, cost=Cost(Decimal(0)), warnings=("w",), metadata={"a": [1.5]})
    assert image.data is data
    assert (image.model, image.seed, image.cost, image.warnings) == ("m", 0, Cost(Decimal(0)), ("w",))
    assert image.metadata == {"a": [1.5]}
    assert image.dropped == ()
