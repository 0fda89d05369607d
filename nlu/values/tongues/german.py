"""German."""

from nlu.values.tongues.tongue import (
    AnswerWords,
    ClockWords,
    CountWords,
    DayWords,
    LengthWords,
    MoneyWords,
    Part,
    Tongue,
    Turn,
    Unit,
)
from nlu.values.tongues.words import Lexicon

_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
_SMALL = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
    "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn",
    "neunzehn",
)  # fmt: skip
_TENS = {
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90,
}  # fmt: skip
_STEMS = ("", "ein", *_SMALL[2:10])
_ORDINAL_STEMS = {
    **{f"{word}t": value for value, word in enumerate(_SMALL) if value > 1},
    "erst": 1, "dritt": 3, "siebt": 7, "acht": 8,
}  # fmt: skip


def _below_hundred() -> dict[str, int]:
    """Spell the numbers: the ones stand before the tens, in one word."""
    words = {word: value for value, word in enumerate(_SMALL)} | {"zwo": 2} | _TENS
    for ten, value in _TENS.items():
        words |= {f"{stem}und{ten}": value + one for one, stem in enumerate(_STEMS) if stem}
    # "wir sind zu viert": so many people
    together = {"zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "acht": 8}
    return words | {f"zu {word}": value for word, value in together.items()}


def _ordinals() -> dict[str, int]:
    stems = dict(_ORDINAL_STEMS)
    for word, value in _below_hundred().items():
        if 20 <= value <= 31:
            stems[f"{word}st"] = value
    return {f"{stem}{end}": day for stem, day in stems.items() for end in ("e", "en", "er")}


def _weekday_words() -> dict[str, int]:
    return {name: day for day, name in enumerate(_DAYS)} | {"Sonnabend": 5}


_TURNS_BEFORE = {
    "nächsten": Turn.NEXT, "nächster": Turn.NEXT, "nächste": Turn.NEXT, "diesen": Turn.THIS,
    "dieser": Turn.THIS, "kommenden": Turn.COMING, "kommender": Turn.COMING,
    "letzten": Turn.LAST, "vergangenen": Turn.LAST, "vorigen": Turn.LAST,
    "nächste woche": Turn.OF_NEXT_WEEK, "nächste woche am": Turn.OF_NEXT_WEEK,
    "kommende woche": Turn.OF_NEXT_WEEK, "kommende woche am": Turn.OF_NEXT_WEEK,
}  # fmt: skip
_TURNS_BEHIND = {
    "nächster woche": Turn.OF_NEXT_WEEK, "nächste woche": Turn.OF_NEXT_WEEK,
    "in der nächsten woche": Turn.OF_NEXT_WEEK, "der nächsten woche": Turn.OF_NEXT_WEEK,
    "kommender woche": Turn.OF_NEXT_WEEK, "kommende woche": Turn.OF_NEXT_WEEK,
    "in einer woche": Turn.WEEK_AFTER, "in acht tagen": Turn.WEEK_AFTER,
}  # fmt: skip
_WEEKENDS = {
    "am wochenende": 0, "dieses wochenende": 0, "kommendes wochenende": 0,
    "am kommenden wochenende": 0, "nächstes wochenende": 7, "am nächsten wochenende": 7,
}  # fmt: skip
_UNITS = {
    "tag": Unit.DAY, "tage": Unit.DAY, "tagen": Unit.DAY, "woche": Unit.WEEK,
    "wochen": Unit.WEEK, "monat": Unit.MONTH, "monate": Unit.MONTH, "monaten": Unit.MONTH,
    "jahr": Unit.YEAR, "jahre": Unit.YEAR, "jahren": Unit.YEAR,
}  # fmt: skip
_FEASTS = {
    "nikolaus": (12, 6), "nikolaustag": (12, 6),
    "heiligabend": (12, 24), "heiliger abend": (12, 24), "weihnachten": (12, 25),
    "ersten weihnachtstag": (12, 25), "zweiten weihnachtstag": (12, 26),
    "1. weihnachtstag": (12, 25), "2. weihnachtstag": (12, 26), "silvester": (12, 31),
    "neujahr": (1, 1), "valentinstag": (2, 14), "halloween": (10, 31),
}  # fmt: skip
_PARTS = {
    "morgens": Part.MORNING, "am morgen": Part.MORNING, "früh": Part.MORNING,
    "in der früh": Part.MORNING, "vormittags": Part.MORNING, "am vormittag": Part.MORNING,
    "mittags": Part.NOON, "am mittag": Part.NOON, "nachmittags": Part.AFTERNOON,
    "am nachmittag": Part.AFTERNOON, "abends": Part.EVENING, "am abend": Part.EVENING,
    "am frühen abend": Part.EVENING, "am späten abend": Part.EVENING, "nachts": Part.NIGHT,
    "in der nacht": Part.NIGHT,
}  # fmt: skip
_PART_PATTERNS = {
    Part.MORNING: r"(?:(?:heute|tag|woch)\s*morgen|vormittag|fruh(?!er)(?:stuck\w*)?)\b|\bmorgens",
    Part.NOON: r"(?<!vor)(?<!nach)mittag(?:s|essen)?\b",
    Part.AFTERNOON: r"nachmittags?\b",
    Part.EVENING: r"(?<!sonn)(?<!guten\s)(?<!heilig)abend(?:s|essen)?\b",
    Part.NIGHT: r"\bnachts\b|\b(?:der|heute|tag)\s*nacht\b",
}
_BEFORE_HOUR = {
    "halb": -30, "viertel": -45, "dreiviertel": -15, "drei viertel": -15, "viertel vor": -15,
    "viertel nach": 15, "fünf vor halb": -35, "fünf nach halb": -25, "zehn vor halb": -40,
    "zehn nach halb": -20, "fünf vor": -5, "zehn vor": -10, "zwanzig vor": -20,
    "fünf nach": 5, "zehn nach": 10, "zwanzig nach": 20, "5 vor": -5, "10 vor": -10, "20 vor": -20,
    "5 nach": 5, "10 nach": 10, "20 nach": 20, "5 vor halb": -35, "5 nach halb": -25,
}  # fmt: skip
_SECONDS = {
    "stunde": 3600, "stunden": 3600, "std": 3600, "minute": 60, "minuten": 60, "min": 60,
    "tag": 86_400, "tage": 86_400, "tagen": 86_400, "woche": 604_800, "wochen": 604_800,
    "sekunde": 1, "sekunden": 1,
}  # fmt: skip
_FIXED = {
    "eine halbe stunde": 30, "einer halben stunde": 30, "halbe stunde": 30, "halben stunde": 30,
    "viertelstunde": 15, "eine viertelstunde": 15, "einer viertelstunde": 15,
    "dreiviertelstunde": 45, "eine dreiviertelstunde": 45, "einer dreiviertelstunde": 45,
    "dreiviertel stunde": 45, "anderthalb stunden": 90, "eineinhalb stunden": 90,
}  # fmt: skip


def german() -> Tongue:
    """Make the words of German."""
    return Tongue(
        language="de",
        marks=r"der|das|ein|eine|einen|einem|und|oder|fur|um|ich|wir|sie|ihr|bitte|mit|ist|sind"
        r"|nicht|kein|keine|haben|hatten|noch|uhr|bei|zum|zur|von|nach|am\s+\d+|ja|nein",
        counts=_counts(),
        days=_days(),
        clocks=_clocks(),
        lengths=_lengths(),
        sums=MoneyWords(
            names={"euro": "EUR", "euros": "EUR", "franken": "CHF", "pfund": "GBP",
                   "zloty": "PLN", "kronen": ""},
            dollars=("dollar", "dollars"),
            small={"cent": None, "cents": None, "rappen": "CHF", "pence": "GBP"},
            joins="und",
            scales={"tausend": 1000, "million": 1_000_000, "millionen": 1_000_000,
                    "mio": 1_000_000, "mio.": 1_000_000},
        ),
        answers=AnswerWords(
            yes="ja|jo|jap|jep|jawohl|klar|na klar|gerne|gern|ja gerne|okay|ok|sicher|natürlich"
            "|genau|stimmt|richtig|passt|das passt|einverstanden|auf jeden fall|bitte ja|mach das"
            "|in ordnung|alles klar|korrekt",
            no="nein|ne|nee|nö|nicht|lieber nicht|auf keinen fall|keinesfalls|falsch|stimmt nicht"
            "|passt nicht|bloß nicht|niemals|noch nicht|jetzt nicht",
            courtesy="bitte|danke|danke schön|vielen dank|gerne|gern|sehr gerne|natürlich|klar",
            first_yes="ja|jap|jep|klar|gerne|okay|ok",
            first_no="nein|nee|ne|nö",
            shown=("Ja", "Nein"),
        ),
    )  # fmt: skip


def _counts() -> CountWords:
    hundreds = {f"{stem}hundert": 100 * n for n, stem in enumerate(_STEMS) if stem}
    teens = {f"{word}hundert": 100 * n for word, n in _below_hundred().items() if 11 <= n <= 19}
    return CountWords(
        below_hundred=Lexicon(_below_hundred()),
        hundreds=Lexicon(hundreds | teens | {"hundert": 100}),
        thousand="tausend",
        millions="million|millionen|mio",
        gap=r"\s?(?:und)?\s?",
        articles=Lexicon(dict.fromkeys(("ein", "eine", "einen", "einer", "einem"), 1)),
        persons="person|gast|nacht|erwachsener|erwachsenen|kind|stück|flasche|portion",
        sets=Lexicon({"dutzend": 12}),
        half_of="halbes",
        half_behind="einhalb",
        groups=".'",
        point_regions=frozenset({"CH", "LI"}),
    )


def _days() -> DayWords:
    return DayWords(
        weekdays=Lexicon(_weekday_words()),
        weekday_shorts=Lexicon({name[:2]: day for day, name in enumerate(_DAYS)}),
        glued_parts=r"(?:morgen|vormittag|mittag|nachmittag|abend|nacht|fruh)",
        months=Lexicon(
            {name: month for month, name in enumerate(_MONTHS, 1)}
            | {name[:3]: month for month, name in enumerate(_MONTHS, 1)}
            | {"Jänner": 1, "Feber": 2, "Sept": 9}
        ),
        days=Lexicon(_ordinals()),
        day_mark=r"\.|te[nr]?",
        the="den|dem|der|am|vom|zum",
        day_lead="am|den|dem|zum|vom",
        of="",
        follows="um|für|mit|ab|gegen|bitte|von|bis|und|oder|geht|wäre|wären|wollen|möchten|abends"
        "|mittags|morgens|nachmittags|vormittags|abend|nachmittag|ist|sind|passt|zu|ein|einen|eine|in|dann|statt",
        before=Lexicon(_TURNS_BEFORE),
        behind=Lexicon(_TURNS_BEHIND),
        never="jeden|jeder|guten|immer|schwarzer|schwarzen",
        near=Lexicon({"heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "vorgestern": -2}),
        no_near="guten|am|jeden|diesen|schönen|der|gegen|ab",
        weekends=Lexicon(_WEEKENDS),
        ahead="in|nach|in etwa|in ungefähr|heute in",
        ago="vor",
        units=Lexicon(_UNITS),
        feasts=Lexicon(_FEASTS),
        shown="{weekday} {day}. {month}",
        weekday_names=_DAYS,
        month_names=_MONTHS,
        today="Heute",
        tomorrow="Morgen",
    )


def _clocks() -> ClockWords:
    hours = {word: value for word, value in _below_hundred().items() if value <= 24}
    return ClockWords(
        by_24=True,
        leads="um|gegen|ab|bis|so um|so gegen|circa um|von|zwischen|vor|nach",
        bare_leads="um|gegen|ab|bis|so um|so gegen|circa um|von|zwischen",
        unit=r"uhr",
        unit_lasts=False,
        lasting="",
        until="bis",
        dotted=True,
        hour_words=Lexicon({k: v for k, v in hours.items() if "zu " not in k} | {"ein": 1}),
        before_hour=Lexicon(_BEFORE_HOUR),
        behind_hour=Lexicon({}),
        half_day=r"(?:\s?(?P<p>p)\.?\s?m|(?P<a>a)\.?m)\b",  # "7 am Freitag" is none
        parts=Lexicon(_PARTS),
        part_patterns=_PART_PATTERNS,
        no_thing="personen|person|leute|gäste|gästen|platz|plätze|plätzen|tisch|tische|euro|stunde"
        "|stunden|minuten|tage|tagen|wochen|monaten|mal|kinder|kindern|erwachsene|erwachsenen"
        "|stück|prozent|kilo|meter|km|cent|von euch|von uns|uhr",
        named=Lexicon({"mitternacht": (0, 0), "zwölf uhr mittags": (12, 0)}),
        fillers="um|gegen|so|so gegen|ab|vielleicht|etwa|circa|ca.|am|in der|ja|nein|ok|dann"
        "|lieber",
        polite="bitte|dann|passt|wäre gut|geht",
        joins="am|um|gegen|ab|so|bis|von|für|den|dann|circa|ca.|etwa|früh",
        now="jetzt|jetzt gleich|sofort",
        shown="um",
    )


def _lengths() -> LengthWords:
    return LengthWords(
        units=Lexicon(_SECONDS),
        fixed=Lexicon(_FIXED),
        one="eine|einer|einen|einem|ein",
        half_glued="einhalb",
        half_behind="",
        joins="und",
        ahead="in|nach|in etwa|in ungefähr|in circa",
        never="vor|einmal am|pro|jede|jeden",
        shown=(("Tag", "Tage"), ("Stunde", "Stunden"), ("Minute", "Minuten"),
               ("Sekunde", "Sekunden")),
    )  # fmt: skip
