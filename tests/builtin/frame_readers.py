"""Say as JSON what sd-parsers and sd-prompt-reader find in each of these PNG files; their folder is on the path."""

from __future__ import annotations

import json
import logging
import sys

from sd_parsers import ParserManager
from sd_prompt_reader.image_data_reader import ImageDataReader

logging.disable()


def by_sd_parsers(path: str) -> dict[str, object]:
    info = ParserManager().parse(path)
    if info is None:
        return {}
    (sampler,) = info.samplers
    return {
        "prompt": "".join(prompt.value for prompt in sampler.prompts),
        "negative": "".join(prompt.value for prompt in sampler.negative_prompts),
        "seed": sampler.parameters.get("seed"),
        "steps": sampler.parameters.get("steps"),
        "sampler": sampler.name,
        "model": sampler.model.name if sampler.model else None,
        "size": info.metadata.get("Size"),
    }


def by_sd_prompt_reader(path: str) -> dict[str, object]:
    found = ImageDataReader(path)
    return {
        "prompt": found.positive,
        "negative": found.negative,
        "seed": found.parameter["seed"],
        "steps": found.parameter["steps"],
        "sampler": found.parameter["sampler"],
        "model": found.parameter["model"],
        "size": found.parameter["size"],
        "tool": found.tool,
    }


json.dump([[by_sd_parsers(path), by_sd_prompt_reader(path)] for path in sys.argv[1:]], sys.stdout)
