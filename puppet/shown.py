"""What is in a drawing without being asked for, so that words which say it are not called undrawn.

By the name of a set (`sets.SETS`), time of day, kind of thing (`props.KINDS`), age and species. This is the one
claim about pictures that is made by hand: look at them before adding a word.
"""

from __future__ import annotations


def _of(words: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(said.split()) for name, said in words.items()}


SETS = _of(
    {
        "rooftop": "rooftop roof flat terrace low wall parapet water tank skyline city houses buildings chimneys "
        "plants pots string lights antenna sky high",
        "cafe": "cafe coffee wooden wood counter bar round table tables shelf shelves cup cups bottles window tall "
        "lamps hanging plant machine espresso board chalkboard brown",
        "bedroom": "bedroom room bed bedside pillow blanket window curtains desk lamp books plant pictures rug wooden "
        "wood",
        "library": "library books bookshelves shelves shelf wooden wood ladder tall window lamp plant quiet rows",
        "studio": "studio backdrop white plain lights lamps plant",
        "garden": "garden park green trees tree grass lawn path bench wooden lamp lamppost flowers meadow grassy leafy "
        "leaves bushes sunlit",
        "forest": "forest woods wood deep dense green trees tree tall trunks old mossy moss path ferns mushrooms log "
        "fallen undergrowth",
        "harbour": "harbour harbor sea seaside water boats boat sailing lighthouse quay pier wooden planks bollards "
        "lamp rope horizon waves blue",
        "street": "street city town road lamps lamp lampposts streetlamps streetlights houses old windows awning "
        "awnings brick avenue buildings pavement",
        "kitchen": "kitchen cupboards cupboard cabinets stove oven kettle pots pans sink counter worktop window "
        "curtains fridge refrigerator table fruit bowl tiles tiled floor checked plant cosy",
        "living room": "living room sofa couch cushions pictures lamp window curtains rug carpet sideboard books plant",
        "office": "office desk desks computer computers screen screens chairs chair window blinds chart board plant "
        "files filing cabinet drawers modern",
        "classroom": "classroom school blackboard board chalk desks desk rows map clock globe window letters alphabet",
        "railway station": "railway station platform clock sign bench rails tracks line roof lamps house brick "
        "suitcase small country",
        "ship's deck": "ship deck wooden planks rail railing sea ocean water open lifebuoy lifebelt lifeboat "
        "portholes cabin door funnel bridge horizon ropes rigging white",
        "greenhouse": "greenhouse glass iron green frame plants plant pots tomatoes flowers tables benches path "
        "hanging baskets lamps big panes warm",
        "hills": "hills hill rolling green grass grassy trees tree path sky countryside fields open",
    }
)
TIMES = _of(
    {
        "morning": "sun early pale low soft bright light morning",
        "day": "bright light sky blue clouds daylight clear",
        "dusk": "violet orange pink golden purple sky long shadows low sun evening light red",
        "night": "dark deep blue moon moonlit moonlight stars starry lit lights lamps lamp warm windows city sky "
        "outside",
    }
)
PROPS = _of(
    {
        "letter": "envelope letter red wax seal paper",
        "lantern": "warm flame glass lit glowing burning lantern old light",
        "cup": "steaming hot tea coffee handle cup",
        "umbrella": "umbrella wooden handle crook",
        "phone": "screen glowing phone mobile modern",
        "key": "old key small metal",
        "book": "book open pages printed lines",
        "flower": "flowers flower green leaves three stems",
        "backpack": "backpack straps pocket flap buckle",
        "suitcase": "suitcase leather corners handle label straps old travelling",
        "bag": "bag handles soft",
        "gift": "wrapped ribbon bow box gift",
        "parcel": "cardboard brown taped label box paper",
        "seed": "seed",
        "coin": "coin star round",
        "ticket": "ticket paper",
        "map": "map folded unfolded paper cross",
        "candle": "candle lit flame burning wax warm",
        "bottle": "bottle glass cork label green",
        "ball": "ball round",
        "apple": "apple leaf stalk",
    }
)
AGES = _of(
    {
        "old": "old older elderly aged wrinkled wrinkles lined lines face",
        "young": "young little small child kid smooth",
    }
)
SPECIES = _of(
    {
        "fox": "muzzle tail tip chest belly cheeks ears pointed bushy snout whiskers paws",
        "cat": "muzzle tail ears whiskers paws belly chest",
        "bear": "muzzle ears round paws belly",
        "rabbit": "ears long upright muzzle tail belly paws",
        "dog": "muzzle tail ears snout nose paws belly chest",
        "bird": "beak wings tail feathers crest belly breast",
        "robot": "metal head body round square antenna lamps bolts joints plates eyes",
    }
)
