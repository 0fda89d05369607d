"""Names of the Bot API's kinds of updates and of message contents.

From the Bot API 10.1 of 2026-06-11, types Update and Message. A newer kind that is missing here is
kept as a dead letter, so that an operator sees it.
"""

KINDS = (
    "message",
    "callback_query",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)
"""What an update can hold."""

KINDS_WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked for: customers' messages, and news of where the bot may write."""

CONTENTS = frozenset(
    {
        "text",
        "rich_message",
        "animation",
        "audio",
        "document",
        "live_photo",
        "paid_media",
        "photo",
        "sticker",
        "story",
        "video",
        "video_note",
        "voice",
        "checklist",
        "contact",
        "dice",
        "game",
        "poll",
        "venue",
        "location",
        "web_app_data",
    }
)
"""What a person sends; the other contents of a message tell of joins, pins and payments."""
