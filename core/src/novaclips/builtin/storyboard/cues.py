"""What a prompt says plainly about place, light, subject and framing: a small table of words, nothing cleverer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Table = Mapping[str, str]

# A word counts where it starts one: "forest" finds "forests", "лес" finds "лесной". A trailing $ wants the whole word.
PLACES: Table = MappingProxyType(
    {
        "city": "city$ cities$ citysc town street courtyard palace skyline skyscraper downtown urban office metropol"
        " building город мегаполис улиц$ улица улице двор$ дворе дворец небоскр офис здани",
        "forest": "forest wood$ woods$ jungle tree$ trees$ park$ grove лес$ леса$ лесу$ лесн дерев джунгл роща"
        " парк$ парке",
        "sea": "sea$ seas$ ocean beach coast harbour harbor lake river wave$ waves$ ship$ boat island water$"
        " море$ моря морск океан пляж берег озер река$ реки$ реке$ реку$ волн корабл лодк остров вода$ воды$"
        " водой$ морем$ рекой$ озёр",
        "mountain": "mountain peak$ peaks$ alps hill$ hills$ cliff valley summit canyon гора$ горы$ горах горн"
        " холм скал"
        " долин вершин каньон",
        "desert": "desert$ dune sahara sand$ пустын дюн песок песк",
        "snow": "snow winter ice$ icy$ arctic glacier frost снег снеж зима$ зимн лед$ лёд$ ледник мороз арктик",
        "space": "space$ galaxy planet orbit cosmos cosmic star$ stars$ rocket moon$ astronaut космос космич"
        " галактик планет"
        " орбит звезд звёзд ракет луна$ луны$",
        "room": "room$ rooms$ interior indoor tavern inn$ hotel corridor hallway gallery museum uffizi salon"
        " shop$ cafe kitchen bedroom classroom studio$ desk$ library table$"
        " комнат интерьер трактир таверн гостиниц коридор галере музе$ музей музея кафе кухн спальн класс$ классе"
        " кабинет студи библиотек стол$ столе",
        "field": "field$ fields$ meadow farm grass garden village countryside поле$ поля$ луг$ ферм трав сад$"
        " саду$ дерев$"
        " деревн сел$ село$",
    }
)
LIGHTS: Table = MappingProxyType(
    {
        "night": "night midnight moonlight moonlit dark$ darkness nocturnal starry ночь ночн ночи темно темн полноч",
        "dusk": "sunset sunrise dusk$ dawn$ twilight golden$ evening закат рассвет сумер вечер",
    }
)
SUBJECTS: Table = MappingProxyType(
    {
        "man": "man$ men$ boy boys workman workmen guard police soldier king prince father grandfather"
        " мужчин мальчик парень парня отец дед$ дедушк солдат полицейск король",
        "woman": "woman women girl lady mother grandmother queen princess женщин девоч девуш мать мама бабушк королев",
        "person": "person people child kid$ kids$ student teacher team worker doctor scientist engineer hero human"
        " crowd family visitor character adventurer goblin face$ faces$ hand$ hands$ finger eye$ eyes$ smile"
        " человек люди людей ребен ребён дети детей учител ученик студент врач команд герой лицо$ лица$ рука$ руки$"
        " глаза$ улыбк",
        "tree": "tree$ trees$ oak$ pine дерево деревь дуб$ сосн",
        "boat": "boat sail ship$ yacht лодк корабл парус яхт",
        "house": "house home$ cabin$ cottage hut$ barn дом$ дома$ домик изба хижин",
        "bird": "bird seagull eagle swan flying птиц чайк орел орёл",
        "balloon": "balloon airship шар$ дирижабл",
        "rocket": "rocket spaceship spacecraft ракет",
    }
)
THINGS: Table = MappingProxyType(
    {
        "leaf": "leaf$ leaves$ raindrop droplet rainwater dew$ листь листок лист$ капл роса$ росы$",
        "bloom": "flower bloom blossom petal цветок цветы цветк лепест",
        "cup": "cup$ mug$ tea$ coffee teapot чашк кружк чай$ чаем кофе",
        "lens": "lens$ camera shutter telescope объектив фотоаппарат камера телескоп",
        "eye": "eye$ eyes$ gaze глаз$ глаза$ взгляд",
        "face": "face$ лицо$ лица$",
    }
)
FRAMINGS: Table = MappingProxyType(
    {
        "close": "close-up closeup macro detail крупн макро",
        "wide": "wide$ wide-angle panorama panoramic aerial drone establishing bird's-eye общий панорам аэро",
    }
)


@dataclass(frozen=True, slots=True)
class Cues:
    """What was found in a prompt; empty where it says nothing. ``also`` is a second place, ``thing`` a close-up."""

    place: str = ""
    light: str = ""
    subject: str = ""
    framing: str = ""
    also: str = ""
    thing: str = ""

    @classmethod
    def read(cls, prompt: str) -> Cues:
        """Find the first word of each table."""
        words = prompt.lower().replace("’", "'")
        place, also = found(PLACES, words)
        light, subject, framing, thing = (found(table, words)[0] for table in (LIGHTS, SUBJECTS, FRAMINGS, THINGS))
        return cls(place, light, subject, framing, also, thing)


def found(table: Table, words: str) -> tuple[str, str]:
    """Return the two entries of the table whose words stand first in the text."""
    hits = [(match.start(), name) for name, spellings in table.items() if (match := pattern(spellings).search(words))]
    names = [name for _, name in sorted(hits)]
    return (*names, "", "")[0], (*names, "", "")[1]


def pattern(spellings: str) -> re.Pattern[str]:
    """Turn a row of the table into one pattern; the re module keeps it compiled."""
    return re.compile(r"\b(?:" + "|".join(re.escape(word).replace(r"\$", r"\b") for word in spellings.split()) + ")")
