"""Which installation a request came through: a workspace, or an organisation of Enterprise Grid.

A shared channel brings persons and events of other workspaces; who answers is the installed app.
The order of the fields is that of slack-bolt's own extraction (bolt-python, request/internals.py).
"""

from collections.abc import Iterator, Mapping

from bot import Body


def workspace_of(body: Body) -> str:
    """Tell the id that the app's token is kept under; "" where the request does not say.

    Where the app is installed for a whole organisation that is the organisation's id: its users
    have the same ids in all of its workspaces, and one token speaks in all of them.
    """
    authorized = _authorized(body)
    if _is_org_wide(authorized or body):
        organisation = next(_organisations(body, authorized), "")
        if organisation:
            return organisation
    return next(_teams(body, authorized), "") or next(_organisations(body, authorized), "")


def _authorized(body: Body) -> Body:
    """Give the installation that an event names; interactions and commands name none."""
    found = body.get("authorizations")
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, Mapping) else {}


def _is_org_wide(body: Body) -> bool:
    """Read the flag, which is a word in a command's form."""
    flag = body.get("is_enterprise_install")
    return flag is True or flag == "true"


def _organisations(body: Body, authorized: Body) -> Iterator[str]:
    yield from _texts(
        (authorized, "enterprise_id"),
        (body.get("enterprise"), "id"),
        (body, "enterprise_id"),
        (body.get("team"), "enterprise_id"),
    )


def _teams(body: Body, authorized: Body) -> Iterator[str]:
    yield from _texts(
        (body.get("view"), "app_installed_team_id"),
        (body.get("team"), "id"),
        (authorized, "team_id"),
        (body, "team_id"),
        (body.get("user"), "team_id"),
        (body.get("view"), "team_id"),
    )


def _texts(*places: tuple[object, str]) -> Iterator[str]:
    for holder, key in places:
        value = holder.get(key) if isinstance(holder, Mapping) else None
        if isinstance(value, str) and value:
            yield value
