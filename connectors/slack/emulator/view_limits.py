"""What Slack refuses of a modal or a home tab as ``invalid_arguments``.

The numbers are those of Slack's reference of views (2026).
"""

from collections.abc import Mapping, Sequence

from bot import Body
from connectors.slack.emulator.checks import check_count, check_object, check_text, problem_at
from connectors.slack.emulator.element_limits import MAX_ID
from connectors.slack.emulator.limits import find_problems

MAX_VIEW_BLOCKS = 100


def find_view_problems(view: Body) -> Sequence[str]:
    """Tell what is wrong with a modal, in Slack's words; nothing where it may be opened."""
    problems = list(check_object(view.get("title"), "/view/title", most=24, kinds=("plain_text",)))
    for key in ("submit", "close"):
        if key in view:
            problems += check_object(view[key], f"/view/{key}", most=24, kinds=("plain_text",))
    problems += find_home_problems(view)
    blocks = view.get("blocks")
    has_inputs = any(
        isinstance(block, Mapping) and block.get("type") == "input"
        for block in (blocks if isinstance(blocks, list) else ())
    )
    if has_inputs and "submit" not in view:
        problems.append(problem_at("missing required field: submit", "/view"))
    return problems


def find_home_problems(view: Body) -> Sequence[str]:
    """Tell what is wrong with a home tab; of a modal, what both have."""
    problems = list(
        check_text(view.get("private_metadata", ""), "/view/private_metadata", most=3000, least=0)
    )
    problems += check_text(view.get("callback_id", ""), "/view/callback_id", most=MAX_ID, least=0)
    blocks = view.get("blocks")
    problems += check_count(blocks, "/view/blocks", least=1, most=MAX_VIEW_BLOCKS)
    problems += find_problems(blocks, most=MAX_VIEW_BLOCKS)
    return problems
