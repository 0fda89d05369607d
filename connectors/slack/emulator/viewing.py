"""Views of an app: modals, the home tab; and the status of an assistant's thread."""

from collections.abc import Awaitable, Callable, Mapping

from bot import Body
from connectors.slack.emulator.methods import ApiError
from connectors.slack.emulator.passes import Passes
from connectors.slack.emulator.view_limits import find_home_problems, find_view_problems
from connectors.slack.emulator.workspace import Json, Workspace, is_person

Call = Callable[[Body], Awaitable[Json]]


class Viewing:
    """Carries out the methods that show something beside the chat."""

    def __init__(self, workspace: Workspace, passes: Passes) -> None:
        self._workspace = workspace
        self._passes = passes

    def methods(self) -> Mapping[str, Call]:
        """Name the methods."""
        return {
            "assistant.threads.setStatus": self._set_status,
            "views.open": self._open,
            "views.publish": self._publish,
        }

    async def _open(self, given: Body) -> Json:
        view = _view(given, "modal")
        if problems := find_view_problems(view):
            raise ApiError("invalid_arguments", response_metadata={"messages": list(problems)})
        person, refused = self._passes.use_trigger(str(given.get("trigger_id", "")))
        if refused:
            raise ApiError(refused)
        return {"view": await self._workspace.open_view(person, view)}

    async def _publish(self, given: Body) -> Json:
        view, person = _view(given, "home"), str(given.get("user_id", ""))
        if problems := find_home_problems(view):
            raise ApiError("invalid_arguments", response_metadata={"messages": list(problems)})
        if not is_person(person):
            raise ApiError("user_not_found")
        shown, wanted = self._workspace.homes.get(person), given.get("hash")
        if wanted and shown is not None and wanted != shown["hash"]:
            raise ApiError("hash_conflict")
        return {"view": await self._workspace.publish(person, view)}

    async def _set_status(self, given: Body) -> Json:
        where = (str(given.get("channel_id", "")), str(given.get("thread_ts", "")))
        if where not in self._workspace.assisted:
            raise ApiError("channel_not_found")
        self._workspace.assisted[where] = str(given.get("status", ""))
        await self._workspace.touch()
        return {}


def _view(given: Body, kind: str) -> Body:
    view = given.get("view")
    if not isinstance(view, Mapping) or view.get("type") != kind:
        raise ApiError("invalid_arguments")
    return view
