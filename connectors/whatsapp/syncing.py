"""`threadline sync`: tell Meta the menu of each number, and where its webhooks go."""

import json
from collections.abc import Sequence

from bot import Body, Menu
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.menu import automation_of, webhook_body
from connectors.whatsapp.settings import WhatsAppSettings

HIDDEN = "(verify_token)"


async def sync_numbers(
    graph: Graph, settings: WhatsAppSettings, menu: Menu, *, name: str, dry_run: bool
) -> Sequence[str]:
    """Set the menus; see `bot.Syncing.sync`. Both requests replace what was there."""
    automation = automation_of(menu, settings.ice_breakers, greets=settings.greets)
    lines: list[str] = []
    for number in settings.numbers:
        path = f"{number}/conversational_automation"
        if dry_run:
            lines.append(_written(path, automation.body))
        else:
            await graph.post(number, "conversational_automation", automation.body, what="menu")
            lines.append(f"{number}: {len(automation.body['commands'])} commands in the menu")
        if settings.sync_webhook:
            url = f"{menu.public_url}/{name}/webhook" if menu.public_url else None
            lines.append(await _pointed(graph, settings, number, url, dry_run=dry_run))
    if automation.left_out:
        left = ", ".join(automation.left_out)
        lines.append(f"not in WhatsApp's menu, but understood when typed: {left}")
    return lines


async def _pointed(
    graph: Graph, settings: WhatsAppSettings, number: str, url: str | None, *, dry_run: bool
) -> str:
    if url is None:
        return f"{number}: no webhook, since [server] public_url is not one that Meta reaches"
    if dry_run:
        return _written(number, webhook_body(url, HIDDEN))
    told = webhook_body(url, settings.verify_token.reveal())
    await graph.post(number, "", told, what="webhook")
    return f"{number}: webhooks go to {url}"


def _written(path: str, body: Body) -> str:
    return f"POST {path} {json.dumps(body, ensure_ascii=False)}"
