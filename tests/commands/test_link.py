import pytest

from bot import Linking, UserError
from commands.link import joining, link, unlink
from tests.commands.desk import SmallDesk, SmallLinking, context


async def test_link_alone_gives_a_code_and_says_what_to_do_with_it() -> None:
    reply = await link(context())

    assert "/link ABCD-EFGH" in reply.text
    assert "10 minutes" in reply.text
    assert reply.ephemeral


async def test_a_good_code_asks_the_other_side() -> None:
    linking = SmallLinking()

    reply = await link(context(desk=SmallDesk({Linking: linking})), "ABCD-EFGH")

    assert linking.redeemed == ["ABCD-EFGH"]
    assert linking.joined == []
    assert reply.text.startswith("The code is good. Say yes")


async def test_a_bad_code_is_refused() -> None:
    with pytest.raises(UserError, match="not good"):
        await link(context(), "WRONG")


async def test_a_yes_joins_the_two() -> None:
    linking = SmallLinking()

    reply = await joining(context(desk=SmallDesk({Linking: linking})), "r-1", "Ada on telegram")

    assert linking.joined == ["r-1"]
    assert reply.text.startswith("Joined: telegram.")


def test_the_yes_is_asked_for_and_the_command_is_not_listed() -> None:
    assert joining.hidden
    assert joining.confirm == "Join {who} to this conversation?"
    assert link.with_(code="x").command == "link"


@pytest.mark.parametrize(
    ("alone", "begins"), [(False, "Parted."), (True, "This channel stands alone")]
)
async def test_unlink_parts_this_channel_if_it_was_joined(*, alone: bool, begins: str) -> None:
    desk = SmallDesk({Linking: SmallLinking(stands_alone=alone)})

    reply = await unlink(context(desk=desk))

    assert reply.text.startswith(begins)
