"""What labelling has brought, as a table."""

from rich.table import Table

from bot.labelling.lessons import Gains


def gains_table(gains: Gains) -> Table:
    """Show what share was understood before and after, each judged unseen."""
    table = Table("Understood", "Sentences", "Before", "After")
    rows = (
        ("labelled misses", gains.missed, gains.missed_before, gains.missed_after),
        ("all others", gains.known, gains.known_before, gains.known_after),
    )
    for name, count, before, after in rows:
        table.add_row(name, str(count), _share(before), _share(after))
    return table


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
