"""Methods of the Bot API about messages."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import units
from connectors.telegram.emulator.chats import Chats, Post, unix_now
from connectors.telegram.emulator.keyboards import Keyboard, read_keyboard
from connectors.telegram.emulator.parameters import Parameters
from connectors.telegram.emulator.refusals import bad_request

MAX_TEXT = 4096
MAX_TOAST = 200
MAX_QUERIES = 1000
"""How many taps can still be answered."""

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
"""Bot API, sendChatAction."""

Result = Any  # the JSON of a method's result
Method = Callable[[Parameters], Result]


@dataclass(slots=True, kw_only=True)
class Query:
    """A tap; the button spins until it is answered."""

    person: int
    label: str
    answered: bool = False


class MessageMethods:
    """Sends, changes and deletes what the bot says, and answers taps."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self.queries: OrderedDict[str, Query] = OrderedDict()

    def methods(self) -> Mapping[str, Method]:
        """List the methods by name, in lower case."""
        return {
            "sendmessage": self._send,
            "editmessagetext": self._edit_text,
            "editmessagereplymarkup": self._edit_keyboard,
            "deletemessage": self._delete,
            "answercallbackquery": self._answer_query,
            "sendchataction": self._act,
        }

    def tapped(self, query_id: str, query: Query) -> None:
        """Remember a tap, so that it can be answered."""
        self.queries[query_id] = query
        if len(self.queries) > MAX_QUERIES:
            self.queries.popitem(last=False)

    def _send(self, given: Parameters) -> Result:
        return self._chats.message_json(self.post(given, _text(given)))

    def post(self, given: Parameters, text: str) -> Post:
        """Put a message of the bot's at the end of the chat that is asked for."""
        chat = self._chat(given)
        keyboard = read_keyboard(given.decoded("reply_markup"))
        thread = given.integer("message_thread_id") or None
        if thread is not None and chat > 0:
            raise bad_request("message thread not found")
        answered = self._answered(chat, given)
        post = self._chats.add(chat=chat, author=self._chats.bot["id"], text=text, raw=given.raw)
        post.keyboard, post.thread, post.reply_to = keyboard, thread, answered
        return post

    def _answered(self, chat: int, given: Parameters) -> int | None:
        """Read ``reply_parameters``: the id of the message in the same chat that is answered."""
        reply = given.decoded("reply_parameters")
        if reply is None:
            return None
        told = Parameters(reply if isinstance(reply, dict) else {})
        answered = self._chats.posts.get(told.integer("message_id"))
        if answered is not None and answered.chat == chat and not answered.toast:
            return answered.id
        if told.flag("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    def _edit_text(self, given: Parameters) -> Result:
        post = self._chats.own(self._chat(given), given.integer("message_id"), "edit")
        return self._edit(post, _text(given), given)

    def _edit_keyboard(self, given: Parameters) -> Result:
        post = self._chats.own(self._chat(given), given.integer("message_id"), "edit")
        return self._edit(post, post.text, given)

    def _edit(self, post: Post, text: str, given: Parameters) -> Result:
        """Change a message; without a new keyboard the old one goes, as on Telegram."""
        keyboard: Keyboard = read_keyboard(given.decoded("reply_markup"))
        if (text, keyboard) == (post.text, post.keyboard):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        post.text, post.keyboard, post.raw = text, keyboard, given.raw
        post.edited_at = unix_now()
        self._chats.touch()
        return self._chats.message_json(post)

    def _delete(self, given: Parameters) -> Result:
        chat = self._chat(given)
        post = self._chats.posts.get(given.integer("message_id"))
        if post is None or post.chat != chat or post.toast:
            raise bad_request("message to delete not found")
        del self._chats.posts[post.id]
        self._chats.touch()
        return True

    def _answer_query(self, given: Parameters) -> Result:
        query = self.queries.get(given.text("callback_query_id"))
        if query is None:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        text = given.text("text")
        if units(text) > MAX_TOAST:
            raise bad_request("MESSAGE_TOO_LONG")
        query.answered = True
        self._chats.touch()
        if text:
            bot = self._chats.bot["id"]
            self._chats.add(chat=query.person, author=bot, text=text, raw=given.raw).toast = True
        return True

    def _act(self, given: Parameters) -> Result:
        self._chat(given)
        if given.text("action") not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def _chat(self, given: Parameters) -> int:
        if not given.text("chat_id"):
            raise bad_request("chat_id is empty")
        return self._chats.reachable(given.integer("chat_id"))


def _text(given: Parameters) -> str:
    text = given.text("text").strip()
    if not text:
        raise bad_request("message text is empty")
    if units(text) > MAX_TEXT:
        raise bad_request("message is too long")
    if given.text("parse_mode"):
        raise bad_request("unsupported parse_mode")  # honest: this emulator reads no markup
    return text
