"""The kinds of visual a card can draw, and the words of scenes.yaml that mean them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "diagram": "diagram scheme schematic flowchart network architecture structure mindmap concept anatomy"
        " диаграмма"
        " схема структура",
        "example": "example sample demo demonstration case illustration gallery пример образец иллюстрация",
        "metaphor": "metaphor analogy symbol allegory abstract surreal метафора аналогия символ",
        "chart": "chart graph data infographic statistics stats plot numbers bar pie график данные инфографика"
        " статистика",
        "comparison": "comparison compare versus vs contrast split before after сравнение против",
        "process": "process steps step flow cycle workflow procedure recipe процесс шаги этапы цикл",
        "timeline": "timeline history roadmap sequence chronology dates история хронология",
        "quote": "quote quotation text typography caption definition цитата текст определение",
        "title": "title intro introduction opening outro cover logo ending credits заставка заголовок вступление титр"
        " финал",
        "map": "map route geography location карта маршрут",
        "portrait": "portrait person character face people interview speaker presenter портрет персонаж человек",
        "landscape": "landscape establishing wide panorama scenery aerial environment background пейзаж панорама",
        "close-up": "close-up closeup macro detail object product крупный деталь предмет",
        "screen": "screen ui interface screenshot screencast app website software code экран интерфейс",
        "image": "image picture photo scene изображение картинка фото сцена",
    }
)
KIND_OF: Mapping[str, str] = MappingProxyType({word: kind for kind, words in WORDS.items() for word in words.split()})


def kind_of(visual_type: str) -> str:
    """Return the kind that a visual type means: by the whole of it, else by its first known word, else ``image``."""
    name = visual_type.strip().lower()
    words = name.replace("_", " ").replace("/", " ").replace("-", " ").split()
    return next((KIND_OF[word] for word in (name, "-".join(words), *words) if word in KIND_OF), "image")
