"""A picture of one native size serves every resolution of its shape, for nothing."""

from __future__ import annotations

import pytest

from novaclips.plugin import legal_size
from scripted import Scripted
from visuals.drawing import draw, outcomes, plan


@pytest.fixture
def sized(scripted, monkeypatch):
    """Have the scripted provider ask for a native size that follows the resolution."""

    def identity(self, request):
        width, height = legal_size(request.size, step=16)
        return {"model": "script-1", "size": f"{width}x{height}", "options": dict(request.options)}

    monkeypatch.setattr(Scripted, "identity", identity)
    return scripted


def test_a_smaller_resolution_is_fitted_again_from_the_original(write_scenes, sized) -> None:
    write_scenes(2)
    draw(size="1920x1080")
    assert plan(size="1280x720")[0].reason == "resolution changed: fitted again from the original, free"
    sized.forget()
    assert outcomes(draw(size="1280x720")) == ["fitted", "fitted"]
    assert outcomes(draw(size="1280x720")) == ["fresh", "fresh"]
    assert outcomes(draw(size="1920x1080")) == ["fitted", "fitted"]
    assert sized.calls == []


def test_a_larger_resolution_is_fitted_again_too_and_the_plan_says_so(write_scenes, sized) -> None:
    write_scenes(1)
    draw(size="1280x720")
    assert plan(size="1920x1080")[0].reason == (
        "resolution changed: fitted again from the original, free, but enlarged from 1280x720; regenerate draws it at"
        " full size"
    )


def test_another_shape_is_drawn_anew(write_scenes, sized) -> None:
    write_scenes(1)
    draw(size="1920x1080")
    (scene,) = plan(size="1080x1920")
    assert (scene.sends, scene.reason) == (True, "resolution changed")


def test_another_prompt_is_drawn_anew_whatever_the_resolution(write_scenes, sized) -> None:
    write_scenes({1: "a harbour"})
    draw(size="1920x1080")
    write_scenes({1: "a river"})
    (scene,) = plan(size="1280x720")
    assert (scene.sends, scene.reason) == (True, "prompt changed, resolution changed")


def test_a_take_stays_chosen_when_the_resolution_changes(write_scenes, sized) -> None:
    from novaclips.visuals.image_generator import ImageGenerator

    write_scenes(1)
    draw(size="1920x1080")
    ImageGenerator("scripted", "none").regenerate_scene(1, "frames", prompt="a better harbour")
    sized.forget()
    (result,) = draw(size="1280x720")
    assert (result.prompt_used, sized.calls) == ("a better harbour", [])


def test_another_native_size_at_the_same_resolution_says_what_changed(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.identity["size"] = "1024x1024"
    draw()
    scripted.identity["size"] = "1536x1024"
    assert plan()[0].reason == "size changed"


def test_an_amount_of_pixels_serves_another_amount(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.identity |= {"size": "2K", "aspect": "16:9"}
    draw(size="1920x1080")
    scripted.identity["size"] = "1 MP"
    assert plan(size="1280x720")[0].reason == "resolution changed: fitted again from the original, free"


def test_a_size_with_a_name_of_its_own_is_bought_for_itself(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.identity["size"] = "landscape"
    draw(size="1920x1080")
    scripted.identity["size"] = "portrait"
    assert plan(size="1080x1920")[0].sends


def test_a_picture_that_no_frame_shows_any_more_serves_other_resolutions_too(write_scenes, sized) -> None:
    write_scenes({1: "a harbour"})
    draw(size="1920x1080")
    write_scenes({1: "a river"})
    draw(size="1920x1080")
    write_scenes({1: "a harbour"})
    sized.forget()
    assert outcomes(draw(size="1280x720")) == ["fitted"]
    assert sized.calls == []
