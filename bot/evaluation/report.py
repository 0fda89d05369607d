"""An evaluation as one HTML page without scripts: drawings, and a table behind each."""

from collections.abc import Sequence
from importlib import resources
from xml.etree import ElementTree as ET

from bot.evaluation.accounts import Account
from bot.evaluation.elements import Cell, element, names, percent, section, table
from bot.evaluation.figures import Figures
from bot.evaluation.plots import Axis, Frame, Line, bars, lines, squares

MOST_BARS = 30
MOST_SQUARES = 12
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_report(account: Account) -> str:
    """Write the page."""
    html = ET.Element("html", {"lang": "en"})
    html.append(_head(f"How well the engine {account.engine} understands"))
    body = ET.SubElement(html, "body")
    body.append(element("h1", f"How well the engine {account.engine} understands"))
    body.append(element("p", _about(account)))
    body.append(_key_figures(account))
    main = ET.SubElement(body, "main")
    for part in (_meanings, _parameters, _confused, _scope, _calibrated, _learnt):
        found = part(account)
        if found is not None:
            main.append(found)
    return "<!doctype html>\n" + ET.tostring(html, encoding="unicode", method="html") + "\n"


def _head(title: str) -> ET.Element:
    head = ET.Element("head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    size = "width=device-width, initial-scale=1"
    ET.SubElement(head, "meta", {"name": "viewport", "content": size})
    ET.SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    head.append(element("title", title))
    sheet = resources.files("bot.evaluation") / "report.css"
    head.append(element("style", sheet.read_text(encoding="utf-8")))
    return head


def _about(account: Account) -> str:
    told = (
        f"{account.sentences} sentences that it had not learnt, {len(account.meanings)} meanings."
    )
    if account.folds:
        told += f" In {len(account.folds)} parts: each was judged when the others had been learnt."
    return told


def _key_figures(account: Account) -> ET.Element:
    scores = account.scores
    told = (
        ("Accuracy", percent(scores["intents"]["accuracy"])),
        ("Macro F1", percent(scores["intents"]["macro_f1"])),
        ("Parameters F1", percent(scores["entities"]["f1"])),
        ("Kept and right", percent(scores["out_of_scope"]["in_scope_accuracy"])),
        ("Out of scope refused", percent(scores["out_of_scope"]["recall"])),
        ("Calibration error", percent(account.calibration.error)),
        ("Median reading", f"{scores['parse_ms']['p50']} ms"),
        ("Learning", f"{scores['train_s']} s"),
    )
    listed = ET.Element("dl", {"class": "key"})
    for name, value in told:
        pair = ET.SubElement(listed, "div")
        pair.append(element("dt", name))
        pair.append(element("dd", value))
    return listed


def _meanings(account: Account) -> ET.Element | None:
    about = "F1 of each meaning, the best guess counted though it was refused; the weakest first."
    return _by_name("Meanings", about, account.meanings, "Meaning")


def _parameters(account: Account) -> ET.Element | None:
    about = "F1 of the words of each parameter, by exact span; the weakest first."
    return _by_name("Parameters", about, account.parameters, "Parameter")


def _by_name(
    title: str, about: str, told: dict[str, Figures] | object, what: str
) -> ET.Element | None:
    figures = dict(told) if isinstance(told, dict) else {}
    if not figures:
        return None
    weakest = sorted(figures.items(), key=lambda one: (one[1].f1 or 0.0, one[0]))
    drawn = [(name, one.f1 or 0.0, percent(one.f1)) for name, one in weakest[:MOST_BARS]]
    rows: list[Sequence[Cell]] = [
        (name, percent(one.precision), percent(one.recall), percent(one.f1), one.support)
        for name, one in weakest
    ]
    return section(
        title, about, bars(f"{title}: F1", drawn),
        table(title, (what, "Precision", "Recall", "F1", "Sentences"), rows),
    )  # fmt: skip


def _confused(account: Account) -> ET.Element | None:
    if not account.confused:
        return None
    counts = {(one.meant, one.taken_for): one.count for one in account.confused}
    shown = list(dict.fromkeys(name for pair in counts for name in pair))[:MOST_SQUARES]
    for name in shown:
        figures = account.meanings.get(name)
        if figures is not None:
            counts[name, name] = round((figures.recall or 0.0) * figures.support)
    rows: list[Sequence[Cell]] = [
        (one.meant, one.taken_for, one.count, " · ".join(one.sentences)) for one in account.confused
    ]
    about = "Rows are what was meant, columns what it was taken for. Deep colours: often."
    return section(
        "Confusions", about, squares("Confusions", shown, counts),
        table("Confusions", ("Meant", "Taken for", "Times", "For example"), rows),
    )  # fmt: skip


def _scope(account: Account) -> ET.Element | None:
    points = account.scope.points
    if not points:
        return None
    low, high = points[0].threshold, points[-1].threshold
    frame = Frame(
        x=Axis(name="threshold", low=low, high=high, is_share=False), y=Axis(name="share")
    )
    kept = [(p.threshold, p.in_scope_accuracy) for p in points if p.in_scope_accuracy is not None]
    refused = [(p.threshold, p.recall) for p in points if p.recall is not None]
    drawn = [
        Line(name="in scope, kept and right", style="one", points=kept),
        Line(name="out of scope, refused", style="two", points=refused),
    ]
    drawn = [line for line in drawn if line.points]
    used = account.scope.threshold
    marks = [used] if used is not None and low <= used <= high else []
    rows: list[Sequence[Cell]] = [
        (f"{p.threshold:.4g}", percent(p.in_scope_accuracy), percent(p.recall)) for p in points
    ]
    about = "What other thresholds of scope would do."
    if used is not None:
        about += f" The engine's own is {used:.4g}, the dashed upright."
    if account.scope.auroc is not None:
        about += f" AUROC {account.scope.auroc:.3f}."
    svg = lines("Kept and refused by threshold", frame, drawn, marks)
    columns = ("Threshold", "Kept and right", "Out of scope refused")
    return section("Out of scope", about, names(drawn), svg, table("Out of scope", columns, rows))


def _calibrated(account: Account) -> ET.Element | None:
    bins = [one for one in account.calibration.bins if one.count]
    if not bins:
        return None
    points = [(one.confidence or 0.0, one.accuracy or 0.0) for one in bins]
    drawn = [
        Line(name="right", style="one", points=points),
        Line(name="as it says", style="even", points=((0.0, 0.0), (1.0, 1.0))),
    ]
    frame = Frame(x=Axis(name="confidence"), y=Axis(name="right"))
    rows: list[Sequence[Cell]] = [
        (
            f"{one.low:.1f} to {one.high:.1f}",
            one.count,
            percent(one.confidence),
            percent(one.accuracy),
        )
        for one in bins
    ]
    about = "Of ten proposals at 0.8, eight should be right: on the dotted line they are."
    return section(
        "Calibration", about, names(drawn), lines("Calibration", frame, drawn),
        table("Calibration", ("Confidence", "Proposals", "Mean", "Right"), rows),
    )  # fmt: skip


def _learnt(account: Account) -> ET.Element | None:
    if not account.curve:
        return None
    most = account.curve[-1]["sentences"]
    points = [(one["sentences"], one["accuracy"] or 0.0) for one in account.curve]
    found = [(one["sentences"], one["entities_f1"]) for one in account.curve]
    found = [(count, f1) for count, f1 in found if f1 is not None]
    drawn = [Line(name="accuracy", style="one", points=points)]
    if found:
        drawn.append(Line(name="parameters F1", style="two", points=found))
    frame = Frame(x=Axis(name="sentences learnt", high=most, is_share=False), y=Axis(name="share"))
    rows: list[Sequence[Cell]] = [
        (one["sentences"], percent(one["accuracy"]), percent(one["macro_f1"]),
         percent(one["entities_f1"]), f"{one['train_s']} s")
        for one in account.curve
    ]  # fmt: skip
    about = "Where the line still rises, more sentences help; where it is flat, better ones would."
    columns = ("Sentences", "Accuracy", "Macro F1", "Parameters F1", "Learning")
    svg = lines("Accuracy by sentences learnt", frame, drawn)
    return section("Learning curve", about, names(drawn), svg, table("Learning", columns, rows))
