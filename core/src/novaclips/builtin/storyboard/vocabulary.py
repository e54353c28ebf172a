"""The words by which a prompt names what a card can draw, in English and in Russian.

``boat`` is that word and its plural; ``лодк~`` that stem with any ending of a noun or an adjective; ``=leaf`` exactly
that word. ``_`` is a blank or a hyphen, ``*`` any end of a word. Only what is drawn may stand here: a word beside it
("pier" for the sea) would put something on the card that the prompt does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Table = Mapping[str, str]

PLACES: Table = MappingProxyType(
    {
        "city": "city =cities cityscape =downtown skyline skyscraper metropolis megacity"
        " город~ городск~ мегаполис~ небоскреб~",
        "street": "street avenue alley alleyway boulevard town small_town улиц~ переул* бульвар~ городк~ =городок",
        "forest": "forest =woods woodland лес~ лесн~ бор =бору",
        "sea": "sea ocean seaside seashore beach =beaches coast lake bay lagoon =море"
        " =моря =морю =морем =морей =морях морск~ океан~ озер~ залив~ пляж~ побережь~",
        "river": "river riverbank stream_of_water рек~ =речка =речки =речку =речкой =речке",
        "mountain": "mountain mountainside =alps mountain_range =гора =горы =гору =горой =горам =горами =горах на_горе"
        " горн~",
        "hills": "hill hillside rolling_hills холм~ пригорк~ =пригорок",
        "desert": "desert dune =sahara пустын~ дюн~",
        "planet": "planet earth_from_orbit earth_from_space планет~",
        "space": "outer_space deep_space =in_space cosmos galaxy =galaxies interstellar космос~ космическ~ галактик~",
        "gallery": "art_gallery gallery =galleries museum галере~ музе~",
        "room": "room living_room classroom bedroom kitchen bathroom corridor hallway interior =indoors tavern"
        " комнат~ спальн~ кухн~ коридор~ интерьер~ таверн~ класс_школы",
        "field": "field meadow farmland countryside =поле =поля =полю =полем =полей =полях луг~",
    }
)
LIGHTS: Table = MappingProxyType(
    {
        "night": "night midnight moonlight =moonlit =nocturnal =starry nighttime =ночь =ночи =ночью ночн~ полноч~",
        "dusk": "sunset sunrise dusk =dawn twilight golden_hour"
        " evening закат~ рассвет~ сумерк~ =сумерек вечер~ =вечерн*",
    }
)
SKIES: Table = MappingProxyType(
    {
        "sun": "sun sunset sunrise солнц~ закат~ рассвет~",
        "moon": "moon moonlight =moonlit full_moon лун~ =лунн*",
        "stars": "star =starry milky_way night_sky звезд~ звездн~ млечн*_пут* ночн*_неб*",
    }
)
WEATHERS: Table = MappingProxyType(
    {
        "rain": "rain =rainy =raining rainfall rainstorm downpour drizzle дожд~ дождлив~ =ливень ливн~ морос*",
        "snowfall": "=snowing snowfall snowstorm blizzard snowflake falling_snow снегопад~ метел~ вьюг~ снежинк~"
        " идет_снег падает_снег",
        "snow": "snow =snowy =snow-covered snow_capped снег~ снежн~ заснеженн~",
        "fog": "fog =foggy mist =misty haze =hazy туман~ туманн~ дымк~",
    }
)
SUBJECTS: Table = MappingProxyType(
    {
        "person": "=man =woman =boy =girl =lady =gentleman =person =child =kid =baby =toddler =soldier =teacher"
        " =student =pupil =doctor =nurse =scientist =engineer =astronomer =painter =artist =musician =dancer =singer"
        " =actor =barista =chef =cook =waiter =waitress =farmer =fisherman =hiker =tourist =traveler =traveller"
        " =pedestrian =worker =workman =visitor =judge =lawyer =bride =groom =player =footballer =athlete =runner"
        " =cyclist =policeman =firefighter =astronaut =grandmother =grandfather =mother =father =wizard =knight"
        " =monk =priest =prince =princess =photographer =craftsman =blacksmith =carpenter =gardener =shopkeeper =baker"
        " =butcher =sailor =pilot =surgeon =florist =tailor =shepherd =miner =welder =mechanic =plumber =electrician"
        " =programmer =librarian =archaeologist =biologist =chemist =violinist =pianist =guitarist =drummer =conductor"
        " =climber =diver =swimmer =surfer =skier =fencer =boxer =beekeeper =potter =weaver =vendor =salesman =customer"
        " =пекарь =пекаря =пекарем =моряк =моряка =летчик =летчика =хирург =продавец =продавца =пастух =шахтер"
        " =альпинист"
        " =водолаз =библиотекарь =скрипач =скрипачка =пианист =пианистка =официант =официантка"
        " =watchman =fighter human_figure lone_figure small_figure tiny_figure"
        " =человек =человека =человеку =человеком =человеке =мужчина =мужчину =мужчиной =мужчине =женщина =женщину"
        " =женщиной =женщине =девушка =девушку =девушкой =девочка =девочку =девочкой =мальчик =мальчика =мальчиком"
        " =парень =парня =ребенок =ребенка =ребенку =ребенком =старик =старика =старушка =бабушка =бабушку =дедушка"
        " =дедушку =мать =отец =отца =солдат =солдата =учитель =учителя =учительница =ученик =ученика =студент"
        " =студента =студентка =врач =врача =ученый =ученого =инженер =инженера =астроном =астронома =художник"
        " =художника =музыкант =музыканта =бариста =повар =повара =рыбак =рыбака =судья =судью =судьей =невеста"
        " =невесту =жених =жениха =игрок =игрока =спортсмен =рабочий =прохожий =полицейский =космонавт =космонавта"
        " маленьк*_фигур~ крошечн*_фигур~ одинок*_фигур~",
        "people": "=men =women =boys =girls =ladies =people =persons =humans =children =kids =babies =soldiers"
        " =teachers =students =pupils =doctors =nurses =scientists =engineers =astronomers =painters =artists"
        " =musicians =dancers =singers =actors =baristas =chefs =cooks =waiters =farmers =fishermen =hikers =tourists"
        " =travelers =travellers =pedestrians =workers =workmen =visitors =judges =lawyers =players =footballers"
        " =athletes =runners =cyclists =policemen =firefighters =astronauts =adventurers =friends =knights =monks"
        " =family =team young_couple old_couple elderly_couple married_couple happy_couple bridal_couple"
        " couple_in_love =newlyweds =passers-by =bystanders"
        " =bakers =butchers =sailors =pilots =surgeons =shepherds =miners =mechanics =programmers =climbers =divers"
        " =swimmers =surfers =skiers =boxers =beekeepers =vendors =customers =musketeers"
        " =люди =людей =людям =людьми =людях =мужчины =мужчин =женщины =женщин =девушки =девушек =девочки =девочек"
        " =мальчики =мальчиков =парни =парней =дети =детей =детям =детьми =старики =солдаты =учителя =ученики"
        " =учеников =студенты =студентов =врачи =врачей =ученые =ученых =инженеры =рыбаки =игроки =игроков"
        " =спортсмены =рабочие =прохожие =прохожих =туристы =туристов =друзья =друзей =семья =семью =семьи"
        " =команда =команду =молодожены",
        "crowd": "crowd audience spectator =onlookers толп~ =зрители =зрителей =публика =публику",
        "tree": "tree oak дуб~ =дерево =дерева =дереву =деревом =дереве деревь~",
        "conifer": "pine fir spruce fir_tree pine_tree =сосна =сосны"
        " =сосну =сосной =сосен =сосне =ель =ели =елью =елей",
        "boat": "boat rowboat rowing_boat fishing_boat лодк~ =лодок",
        "sailboat": "sailboat sailing_boat sailing_ship yacht парусник~ яхт~",
        "house": "house cottage cabin hut =дом =дома =доме =дому =домом =домов =домах =домам =домами домик~ =изба =избы"
        " =избу =избой =избе хижин~",
        "bird": "bird seagull gull flock_of_birds птиц~ чайк~ =чаек",
        "balloon": "hot_air_balloon воздушн*_шар~",
        "rocket": "rocket ракет~",
    }
)
THINGS: Table = MappingProxyType(
    {
        "leaf": "=leaf autumn_leaves fallen_leaves green_leaves yellow_leaves red_leaves dry_leaves wet_leaves"
        " maple_leaves oak_leaves =лист =листа =листок =листья =листьев =листьями",
        "bloom": "flower sunflower daisy =daisies petal =цветок =цветка =цветком =цветке =цветы =цветов =цветами"
        " =цветах =подсолнух подсолнух~ ромашк~ лепестк~ =лепесток",
        "cup": "cup mug teacup чашк~ =чашек кружк~ =кружек",
        "lens": "camera_lens lens_of_a_camera lens_of_the_camera объектив*_камер~ объектив*_фотоаппарат~ фотообъектив~",
        "drop": "drop droplet raindrop dewdrop waterdrop капл~ =капель капельк~",
        "eye": "eye глаз~",
        "face": "=face =faces =лицо =лица =лицу =лицом =лице",
    }
)
FITTINGS: Table = MappingProxyType(
    {"window": "window окн~ =окон", "lamp": "floor_lamp standard_lamp торшер~ напольн*_ламп~"}
)
FRAMINGS: Table = MappingProxyType(
    {
        "close": "close_up closeup macro_shot =macro detail_shot крупн*_план* =макро макросъемк~",
        "overhead": "overhead top_down top_view flat_lay seen_from_above view_from_above shot_from_above bird's_eye"
        " =aerial drone_shot вид_сверху съемк*_сверху аэросъемк~ с_высоты_птичьего",
        "low": "low_angle worm's_eye seen_from_below shot_from_below"
        " from_ground_level вид_снизу снизу_вверх нижн*_ракурс*",
        "wide": "wide_shot wide_angle wide_view panorama =panoramic establishing_shot long_shot общ*_план* панорам~",
    }
)
AMOUNTS: Table = MappingProxyType(
    {
        "ring": "pie donut doughnut share percentage =долей =доли =доля процент~",
        "line": "line_chart line_graph curve линейн*_график* крив~",
    }
)
WATERS: Table = MappingProxyType(
    {
        "water": "sea ocean coast coastline island lake bay river =море =моря =морем океан~ побереж~ остров~ озер~ рек~"
        " залив~"
    }
)
ROUTES: Table = MappingProxyType(
    {"route": "route itinerary journey trail expedition voyage маршрут~ путешеств* экспедиц~ =путь"}
)

# The same words in another sense: taken out of the prompt before it is read.
OTHER_SENSES = (
    "white_house full_house opera_house coffee_house house_plant houseplant house_music house_cat house_key house_party"
    " green_house cabin_crew airplane_cabin aircraft_cabin cabin_of_a_plane cabin_of_an_airplane dress_circle"
    " family_tree decision_tree christmas_tree palm_tree tree_diagram family_home family_car family_room family_recipe"
    " rocket_salad rocket_science early_bird bird_cage bird_house bird_feeder bird_bath bird_nest bird_table"
    " movie_star rock_star pop_star film_star gold_star star_anise star_player star_chart star_wars star_fruit"
    " field_of_view depth_of_field magnetic_field electric_field football_field soccer_field playing_field field_hockey"
    " force_field text_field field_hospital field_mouse mountain_bike mountain_lion mountain_goat sea_bass sea_salt"
    " sea_lion sea_horse sea_urchin sea_cucumber city_council street_food desert_boots forest_green forest_fruit"
    " black_forest river_otter river_rock"
    " control_room_temperature room_temperature room_service kitchen_table kitchen_knife"
    " white_board window_of_time browser_window app_window dialog_window lamp_post street_lamp"
    " world_cup suction_cup cup_final measuring_cup cup_of_flour cup_of_sugar cup_of_rice lens_flare gold_leaf tea_leaf"
    " leaf_spring leaf_blower drop_shadow drop_zone drop_down price_drop"
    " clock_face watch_face dial_face rock_face cliff_face type_face face_to_face face_the face_a face_an faces_the"
    " faces_a face_down face_up face_mask eye_level eye_contact eye_of_the_storm eye_of_a_needle london_eye fish_eye"
    " pilot_episode ticket_conductor heat_conductor"
    " bird's_eye_chili rain_garden rain_boot rain_coat rain_barrel snow_leopard snow_globe snow_white"
    " snow_crab sun_glasses sun_screen moon_cake baby_elephant baby_shower baby_monitor soldier_ant worker_bee"
    " worker_ant mother_nature mother_board mother_of_pearl mother_tongue father_time father_christmas chess_knight"
    " record_player music_player media_player cd_player mp3_player player_piano snow_man praying_mantis"
    " team_logo cook_book judge_gavel painter_tape night_shade night_stand night_mare evening_dress evening_gown"
    " магнитн*_пол~ футбольн*_пол~ электрическ*_пол~ поле_зрения из_дерева лист_бумаги листа_бумаги лист_металла"
    " кубок_мира цветов_спектра родословн*_дерев~ дерево_решений новогодн*_елк~ снежн*_барс~ белый_дом на_глазах"
    " лицом_к кинозвезд~ рок-звезд~ морск*_удильщик~ морск*_свинк~ морск*_еж~ морск*_гребеш~ горн*_велосипед~"
    " городск*_совет~"
)
