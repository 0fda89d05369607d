"""Spanish."""

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

_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_SMALL = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco",
    "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
_TENS = {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90,
}  # fmt: skip
_HUNDREDS = (
    "doscient", "trescient", "cuatrocient", "quinient", "seiscient", "setecient", "ochocient",
    "novecient",
)  # fmt: skip


def _below_hundred() -> dict[str, int]:
    """Spell the numbers: in one word up to 29."""
    words = {word: value for value, word in enumerate(_SMALL)}
    words |= _TENS | {"veintiún": 21, "veintiuna": 21}
    for ten, value in _TENS.items():
        words |= {f"{ten} y {_SMALL[one]}": value + one for one in range(1, 10)}
        words |= {f"{ten} y un": value + 1, f"{ten} y una": value + 1}
    return words


_TURNS_BEFORE = {
    "próximo": Turn.NEXT, "este": Turn.THIS, "pasado": Turn.LAST, "último": Turn.LAST,
    "la semana que viene el": Turn.OF_NEXT_WEEK, "la próxima semana el": Turn.OF_NEXT_WEEK,
    "la semana próxima el": Turn.OF_NEXT_WEEK,
}  # fmt: skip
_TURNS_BEHIND = {
    "próximo": Turn.NEXT, "que viene": Turn.COMING, "siguiente": Turn.COMING,
    "pasado": Turn.LAST, "de la semana que viene": Turn.OF_NEXT_WEEK,
    "de la próxima semana": Turn.OF_NEXT_WEEK, "de la semana próxima": Turn.OF_NEXT_WEEK,
}  # fmt: skip
_NEAR = {
    "hoy": 0, "esta noche": 0, "esta tarde": 0, "esta mañana": 0, "mañana": 1,
    "pasado mañana": 2, "ayer": -1, "anteayer": -2, "antes de ayer": -2,
}  # fmt: skip
_WEEKENDS = {
    "este fin de semana": 0, "el fin de semana": 0, "el próximo fin de semana": 7,
    "el fin de semana que viene": 7, "este finde": 0, "el finde": 0,
}  # fmt: skip
_UNITS = {
    "día": Unit.DAY, "días": Unit.DAY, "semana": Unit.WEEK, "semanas": Unit.WEEK,
    "quincena": Unit.FORTNIGHT, "mes": Unit.MONTH, "meses": Unit.MONTH, "año": Unit.YEAR,
    "años": Unit.YEAR,
}  # fmt: skip
_FEASTS = {
    "nochebuena": (12, 24), "navidad": (12, 25), "día de navidad": (12, 25),
    "nochevieja": (12, 31), "fin de año": (12, 31), "año nuevo": (1, 1),
    "día de reyes": (1, 6), "san valentín": (2, 14), "halloween": (10, 31),
}  # fmt: skip
_PARTS = {
    "de la mañana": Part.MORNING, "por la mañana": Part.MORNING, "en la mañana": Part.MORNING,
    "de la madrugada": Part.MORNING, "de madrugada": Part.MORNING, "del mediodía": Part.NOON,
    "de la tarde": Part.AFTERNOON, "por la tarde": Part.AFTERNOON, "en la tarde": Part.AFTERNOON,
    "de la noche": Part.NIGHT, "por la noche": Part.NIGHT, "en la noche": Part.NIGHT,
}  # fmt: skip
_PART_PATTERNS = {
    Part.MORNING: r"\b(?:la|esta)\s+manana\b|\bdesayun(?:o|ar)\b|\bmadrugada\b",
    Part.NOON: r"\balm(?:uerzo|orzar)\b",
    Part.AFTERNOON: r"(?<!mas\s)\btarde\b",
    Part.EVENING: r"\bcen(?:a|ar)\b",
    Part.NIGHT: r"\b(?:la|esta)\s+noche\b",
}
_BEHIND_HOUR = {
    "y media": 30, "y cuarto": 15, "menos cuarto": -15, "y cinco": 5, "y diez": 10,
    "y veinte": 20, "y veinticinco": 25, "menos cinco": -5, "menos diez": -10,
    "menos veinte": -20, "menos veinticinco": -25, "y treinta": 30, "treinta": 30,
    "y quince": 15, "quince": 15, "y cuarenta y cinco": 45,
}  # fmt: skip
_BEFORE_HOUR = {
    f"{words} para {the}": -minutes
    for words, minutes in {"cuarto": 15, "un cuarto": 15, "diez": 10, "cinco": 5,
                           "veinte": 20}.items()
    for the in ("las", "la")
}  # fmt: skip
_SECONDS = {
    "hora": 3600, "horas": 3600, "minuto": 60, "minutos": 60, "min": 60, "día": 86_400,
    "días": 86_400, "semana": 604_800, "semanas": 604_800, "segundo": 1, "segundos": 1,
}  # fmt: skip
_FIXED = {
    "media hora": 30, "una media hora": 30, "hora y media": 90, "una hora y media": 90,
    "cuarto de hora": 15, "un cuarto de hora": 15, "tres cuartos de hora": 45,
}  # fmt: skip


def spanish() -> Tongue:
    """Make the words of Spanish."""
    return Tongue(
        language="es",
        marks=r"el|la|las|los|del|un|una|y|para|por|con|que|es|somos|en|de|al|quiero|queria"
        r"|favor|gracias|hay|mi|nos|si|horas?",
        counts=_counts(),
        days=_days(),
        clocks=_clocks(),
        lengths=_lengths(),
        sums=MoneyWords(
            names={"euro": "EUR", "euros": "EUR", "libras": "GBP", "libra": "GBP",
                   "soles": "PEN", "francos": "CHF", "pesos": "", "peso": ""},
            dollars=("dólar", "dólares", "dolares", "dolar"),
            small={"céntimo": "EUR", "céntimos": "EUR", "centimos": "EUR", "centimo": "EUR",
                   "centavos": None, "centavo": None},
            joins="y|con",
            scales={"mil": 1000, "millón de": 1_000_000, "millones de": 1_000_000},
        ),
        answers=AnswerWords(
            yes="sí|si|sip|claro|claro que sí|por supuesto|vale|ok|okay|de acuerdo|perfecto"
            "|exacto|exactamente|correcto|así es|eso es|desde luego|adelante|dale|está bien"
            "|sin duda|seguro|sí claro",
            no="no|nop|para nada|de ninguna manera|mejor no|nunca|ahora no|todavía no|incorrecto"
            "|qué va|no quiero|claro que no",
            courtesy="gracias|muchas gracias|por favor|claro|por supuesto",
            first_yes="sí|si|claro|vale|ok|okay",
            first_no="no|nop",
            shown=("Sí", "No"),
        ),
    )  # fmt: skip


def _counts() -> CountWords:
    several = {
        f"{stem}{end}": 100 * n for n, stem in enumerate(_HUNDREDS, 2) for end in ("os", "as")
    }
    return CountWords(
        below_hundred=Lexicon(_below_hundred()),
        hundreds=Lexicon(several | {"cien": 100, "ciento": 100}),
        thousand="mil",
        millions="millón|millones",
        gap=r"\s",
        articles=Lexicon({"un": 1, "una": 1}),
        persons="persona|noche|adulto|niño|niña|comensal|botella|porción|ración",
        sets=Lexicon({"docena": 12, "decena": 10, "par": 2}),
        half_of="media",
        half_behind=r"\s+y\s+medi[oa]",
        groups=" .",
        point_regions=frozenset({"MX", "US", "GT", "HN", "NI", "PA", "SV", "DO", "PR", "PE"}),
    )


def _days() -> DayWords:
    dated = {word: n for word, n in _below_hundred().items() if 1 <= n <= 31}
    return DayWords(
        weekdays=Lexicon({name: day for day, name in enumerate(_DAYS)}),
        weekday_shorts=Lexicon({name[:3]: day for day, name in enumerate(_DAYS)}),
        glued_parts="",
        months=Lexicon(
            {name: month for month, name in enumerate(_MONTHS, 1)}
            | {"ene": 1, "feb": 2, "abr": 4, "jun": 6, "jul": 7, "ago": 8, "sept": 9, "sep": 9,
               "oct": 10, "nov": 11, "dic": 12, "setiembre": 9}
        ),
        days=Lexicon(dated | {"primero": 1}),
        day_mark="[o\u00ba\u00b0]",
        the="el|día|el día|del|al",
        day_lead="el|del|al|día|el día",
        of="de|del",
        follows="a|a las|a la|para|por|y|o|con|hasta|si|sería|es|al|sobre|en|de este|del próximo"
        "|de la|mejor|gracias|que|somos",
        before=Lexicon(_TURNS_BEFORE),
        behind=Lexicon(_TURNS_BEHIND),
        never="cada|los|todos los",
        near=Lexicon(_NEAR),
        no_near="la|una|cada|buena|esta|de",
        weekends=Lexicon(_WEEKENDS),
        ahead="en|dentro de|de aquí a",
        ago="hace",
        units=Lexicon(_UNITS),
        feasts=Lexicon(_FEASTS),
        shown="{weekday} {day} de {month}",
        weekday_names=_DAYS,
        month_names=_MONTHS,
        today="Hoy",
        tomorrow="Mañana",
    )  # fmt: skip


def _clocks() -> ClockWords:
    hours = {word: value for word, value in _below_hundred().items() if value <= 24}
    leads = "|".join(
        f"{lead} {the}"
        for lead in ("a", "sobre", "hacia", "desde", "hasta", "para", "a eso de", "de", "antes de",
                     "después de", "a partir de", "entre", "y")
        for the in ("las", "la")
    )  # fmt: skip
    return ClockWords(
        by_24=False,
        leads=f"{leads}|las|la",
        bare_leads=leads,
        unit=r"horas?|hrs?|hs|h",
        unit_lasts=True,
        lasting="durante|de|en|dentro de|por|unas|cada|hace|casi|más de|menos de|las",
        until="a|hasta|y",
        spans="de|desde|entre",
        dotted=True,
        hour_words=Lexicon(hours | {"una": 1}),
        before_hour=Lexicon(_BEFORE_HOUR),
        behind_hour=Lexicon(_BEHIND_HOUR),
        half_day=r"\s?(?:(?P<p>p)|(?P<a>a))\.?\s?m\b\.?",
        parts=Lexicon(_PARTS),
        part_patterns=_PART_PATTERNS,
        no_thing="personas|persona|euros|minutos|días|semanas|meses|veces|niños|adultos|mesas"
        "|de mayo|de diciembre|cosas|pizzas|botellas|opciones|noches",
        named=Lexicon({"mediodía": (12, 0), "al mediodía": (12, 0), "medianoche": (0, 0)}),
        fillers="a las|a la|las|la|sobre las|hacia las|mejor|quizás|por|en|sí|no|vale|ok|tipo",
        polite="por favor|gracias|está bien|va bien",
        joins="a|a las|a la|el|para|sobre|hacia|de|por|desde|en",
        now="ahora|ahora mismo|ya|enseguida",
        shown="a las",
    )


def _lengths() -> LengthWords:
    return LengthWords(
        units=Lexicon(_SECONDS),
        fixed=Lexicon(_FIXED),
        one="una|un",
        half_glued="",
        half_behind=r"\s+y\s+medi[oa]",
        joins="y|con",
        ahead="en|dentro de|de aquí a",
        never="hace|a las|a la|las|sobre las|desde las|hasta las|cada|por",
        shown=(("día", "días"), ("hora", "horas"), ("minuto", "minutos"),
               ("segundo", "segundos")),
    )  # fmt: skip
