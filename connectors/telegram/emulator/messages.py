"""Methods of the Bot API about messages."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import units
from connectors.telegram.emulator.chats import Chats, Post, unix_now
from connectors.telegram.emulator.keyboards import Keyboard, read_keyboard, read_replies
from connectors.telegram.emulator.parameters import Parameters
from connectors.telegram.emulator.refusals import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
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
            "editmessagecaption": self._edit_caption,
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
        markup = given.decoded("reply_markup")
        keyboard, replies = read_keyboard(markup), read_replies(markup, in_private=chat > 0)
        thread = self._chats.topic(chat, given.integer("message_thread_id") or None)
        answered = self._answered(chat, given)
        if replies is not None:
            self._chats.fold(chat)
        post = self._chats.add(chat=chat, author=self._chats.bot["id"], text=text, raw=given.raw)
        post.keyboard, post.thread, post.reply_to = keyboard, thread, answered
        post.replies, post.is_fixed = replies or [], bool(markup) and not keyboard
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
        post = self._own(given)
        if post.content:
            raise bad_request("there is no text in the message to edit")
        return self._edit(post, _text(given), given)

    def _edit_caption(self, given: Parameters) -> Result:
        post = self._own(given)
        if not post.content:
            raise bad_request("there is no caption in the message to edit")
        return self._edit(post, caption_of(given), given)

    def _edit_keyboard(self, given: Parameters) -> Result:
        post = self._own(given)
        return self._edit(post, post.text, given)

    def _own(self, given: Parameters) -> Post:
        """Find what is to be edited; what came with another keyboard than buttons cannot be."""
        post = self._chats.own(self._chat(given), given.integer("message_id"), "edit")
        if post.is_fixed:
            raise bad_request("message can't be edited")
        return post

    def _edit(self, post: Post, text: str, given: Parameters) -> Result:
        """Change a message; without a new keyboard the old one goes, as on Telegram."""
        keyboard: Keyboard = read_keyboard(given.decoded("reply_markup"))
        if (text, keyboard) == (post.text, post.keyboard):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        shown = {button["text"] for row in keyboard for button in row}
        post.gone = [
            [button for button in row if button["text"] not in shown]
            for row in (*post.gone, *post.keyboard)
        ]
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
        self._chats.topic(self._chat(given), given.integer("message_thread_id") or None)
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


def caption_of(given: Parameters) -> str:
    """Check and give the words under a file."""
    caption = given.text("caption").strip()
    if units(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if given.text("parse_mode"):
        raise bad_request("unsupported parse_mode")  # honest: this emulator reads no markup
    return caption
