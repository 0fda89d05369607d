"""The web chat over real HTTP and WebSocket, on loopback, over a log in memory."""

import asyncio

import pytest
from aiohttp import WSServerHandshakeError

from bot import Connector, ConversationId, InboundMessage, Secret, Served, Tap, WebhookRequest
from connectors.webchat import Limits, WebChatSettings
from tests.connectors.webchat.memory import MemoryLine, next_frame, open_site, text_of


def answering(line: MemoryLine) -> None:
    def answer(conversation: ConversationId, message: InboundMessage) -> None:
        line.say(conversation, f"You said {message.text}.")

    line.bot = answer


async def test_a_first_visit_opens_a_session_and_the_second_goes_on_with_it() -> None:
    async with open_site() as site:
        first = await site.session(locale="de-DE", tz="Europe/Berlin")
        second = await site.session(token=first["token"])

    assert first["fresh"] is True
    assert second["fresh"] is False
    assert (second["token"], second["conversation"]) == (first["token"], first["conversation"])
    assert first["mode"] == "bot"
    assert first["limits"]["text"] == 4000


async def test_an_unknown_token_gets_a_new_session() -> None:
    async with open_site() as site:
        opened = await site.session(token="made up")

    assert opened["fresh"] is True
    assert opened["token"] != "made up"


async def test_tokens_are_kept_hashed_only() -> None:
    async with open_site() as site:
        opened = await site.session()

        assert len(site.line.kept.values) == 1
        assert opened["token"] not in repr(site.line.kept.values)
        assert len(opened["token"]) >= 43  # 256 bits in base 64


async def test_a_session_lives_as_long_as_somebody_comes_within_ninety_days() -> None:
    async with open_site() as site:
        opened = await site.session()
        site.line.time.forward(days=80)
        kept = await site.session(token=opened["token"])
        site.line.time.forward(days=80)
        still = await site.session(token=opened["token"])
        site.line.time.forward(days=91)
        gone = await site.session(token=opened["token"])

    assert (kept["fresh"], still["fresh"], gone["fresh"]) == (False, False, True)


async def test_an_identity_token_is_refused_by_name() -> None:
    async with open_site() as site:
        status, body = await site.post("session", "", {"identity": "a.b.c"})

    assert status == 422
    assert body["error"]["text"] == "identity is not configured"


async def test_a_message_is_acknowledged_and_answered_on_the_same_socket() -> None:
    async with open_site() as site:
        answering(site.line)
        opened = await site.session()
        async with site.tab(opened["token"]) as tab:
            await tab.send("c1", "hello")
            sent = await tab.next("sent")
            own, answer = [(await tab.next("event"))["ev"] for _ in range(2)]

    assert (sent["cid"], sent["id"], sent["seq"]) == ("c1", own["id"], own["seq"])
    assert (own["cid"], own["role"], text_of(own)) == ("c1", "user", "hello")
    assert (answer["role"], text_of(answer)) == ("bot", "You said hello.")
    assert "via" not in answer


async def test_the_profile_of_the_browser_comes_with_each_message() -> None:
    async with open_site() as site:
        opened = await site.session(locale="it-IT", tz="Europe/Rome")
        await site.post("messages", opened["token"], {"cid": "c1", "text": "ciao"})

    (message,) = site.line.accepted
    assert (message.profile.locale, message.profile.time_zone) == ("it-IT", "Europe/Rome")
    assert message.sender.account == "web"
    assert message.sender.user == message.sender.place


async def test_a_tap_comes_back_with_its_token_and_label() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        site.line.say(conversation, "Which day?", options=[["p.0", "Today"], ["p.1", "Friday"]])
        async with site.tab(opened["token"]) as tab:
            shown = (await tab.next("event"))["ev"]
            choice = shown["blocks"][1]["options"][1]
            await tab.send("c1", action=choice)
            own = (await tab.next("event"))["ev"]

    assert site.line.accepted[0].tap == Tap(token="p.1", label="Friday")
    assert text_of(own) == "Friday"


async def test_the_same_cid_fifty_times_over_socket_and_post_runs_once() -> None:
    settings = WebChatSettings(limits=Limits(sends=100))
    async with open_site(settings) as site:
        answering(site.line)
        opened = await site.session()
        async with site.tab(opened["token"]) as tab, asyncio.TaskGroup() as group:
            posts = [
                group.create_task(
                    site.post("messages", opened["token"], {"cid": "same", "text": "once"})
                )
                for _ in range(25)
            ]
            for _ in range(25):
                await tab.send("same", "once")
            answers = [await tab.next("sent") for _ in range(25)]

    posted = [post.result() for post in posts]
    assert {status for status, _ in posted} == {200}
    assert len({frame["id"] for frame in [*answers, *(body for _, body in posted)]}) == 1
    assert sum("dup" not in frame for frame in [*answers, *(body for _, body in posted)]) == 1
    assert len(site.line.accepted) == 1
    assert len(site.line.log(ConversationId(opened["conversation"]))) == 2


async def test_twenty_drops_while_talking_lose_and_double_nothing() -> None:
    settings = WebChatSettings(limits=Limits(sends=100))
    async with open_site(settings) as site:
        answering(site.line)
        opened = await site.session()
        cursor, seen = opened["cursor"], []
        for n in range(20):
            async with site.tab(opened["token"], cursor) as tab:
                assert tab.welcome["resumed"] is True
                for _ in range(tab.welcome["missed"]):
                    event = await tab.next("event")
                    cursor = event["cursor"]
                    seen.append((event["ev"]["seq"], text_of(event["ev"])))
                await tab.send(f"c{n}", str(n))
                await tab.next("sent")  # and gone, before its events are read
        async with site.tab(opened["token"], cursor) as tab:
            for _ in range(tab.welcome["missed"]):
                event = (await tab.next("event"))["ev"]
                seen.append((event["seq"], text_of(event)))

    expected = [text for n in range(20) for text in (str(n), f"You said {n}.")]
    assert seen == list(enumerate(expected, start=1))


async def test_a_dropped_socket_never_cancels_the_turn() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        async with site.tab(opened["token"]) as tab:
            await tab.send("c1", "slow please")
            await tab.next("sent")
        site.line.say(conversation, "Here you are.")
        async with site.tab(opened["token"], opened["cursor"]) as tab:
            texts = await tab.texts(2)

    assert texts == ["slow please", "Here you are."]


async def test_a_new_client_sees_the_newest_fifty() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        for n in range(70):
            site.line.say(conversation, str(n))
            site.line.append(conversation, "turn", {})
        async with site.tab(opened["token"]) as tab:
            texts = await tab.texts(tab.welcome["missed"])

    assert texts == [str(n) for n in range(20, 70)]
    assert (tab.welcome["resumed"], tab.welcome["gap"]) == (False, False)


async def test_more_than_two_hundred_missed_are_a_gap_with_the_newest_fifty() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        for n in range(201):
            site.line.say(conversation, str(n))
        async with site.tab(opened["token"], opened["cursor"]) as gap:
            gap_texts = await gap.texts(50)
        after_one = opened["cursor"].replace(".0", ".1")
        async with site.tab(opened["token"], after_one) as whole:
            whole_texts = await whole.texts(200)

    assert (gap.welcome["gap"], gap.welcome["missed"]) == (True, 201)
    assert gap_texts == [str(n) for n in range(151, 201)]
    assert (whole.welcome["gap"], whole.welcome["missed"]) == (False, 200)
    assert whole_texts == [str(n) for n in range(1, 201)]


@pytest.mark.parametrize("cursor", ["elsewhere.1", "", "nonsense", "ahead"])
async def test_a_foreign_cursor_gets_the_tail_and_is_told(cursor: str) -> None:
    async with open_site() as site:
        opened = await site.session()
        site.line.say(ConversationId(opened["conversation"]), "Hello.")
        ahead = opened["cursor"].replace(".0", ".9")
        asked = ahead if cursor == "ahead" else cursor
        async with site.tab(opened["token"], asked) as tab:
            texts = await tab.texts(1)

    assert tab.welcome["resumed"] is False
    assert texts == ["Hello."]


async def test_all_tabs_of_a_session_see_everything() -> None:
    async with open_site() as site:
        answering(site.line)
        token = (await site.session())["token"]
        async with site.tab(token) as one, site.tab(token) as two:
            await one.send("c1", "hi")
            in_one, in_two = await one.texts(2), await two.texts(2)

    assert in_one == in_two == ["hi", "You said hi."]


async def test_the_oldest_of_too_many_tabs_is_closed() -> None:
    async with open_site(WebChatSettings(limits=Limits(tabs=2))) as site:
        token = (await site.session())["token"]
        async with site.tab(token) as oldest, site.tab(token) as second, site.tab(token):
            await oldest.socket.receive()
            await second.socket.send_json({"t": "ping"})
            pong = await second.next()

    assert oldest.socket.close_code == 4409
    assert pong == {"t": "pong"}


async def test_open_sockets_move_to_the_log_of_the_linked_customer() -> None:
    async with open_site() as site:
        opened = await site.session()
        guest, host = ConversationId(opened["conversation"]), ConversationId("host")
        site.line.say(host, "Long ago", connector="telegram")
        site.line.time.forward(minutes=5)
        async with site.tab(opened["token"]) as tab:
            await site.line.watched(guest)
            site.line.link(guest, host)
            site.line.say(host, "Linked.", connector="telegram")
            moved = await tab.next("event")
            first = await tab.next("event")
            await tab.send("c1", "on we go")
            sent = await tab.next("sent")
        async with site.tab(opened["token"], moved["ev"]["cursor"]) as again:
            texts = await again.texts(2)

    assert moved["ev"]["kind"] == "conversation.linked"
    assert (moved["ev"]["to"], moved["ev"]["parted"]) == (host, False)
    assert moved["cursor"] == moved["ev"]["cursor"]
    assert (text_of(first["ev"]), first["ev"]["via"]) == ("Linked.", "telegram")
    assert sent["seq"] == 3
    assert again.welcome["resumed"] is True
    assert texts == ["Linked.", "on we go"]


async def test_a_browser_that_was_away_while_linking_starts_with_the_new_log() -> None:
    async with open_site() as site:
        opened = await site.session()
        guest, host = ConversationId(opened["conversation"]), ConversationId("host")
        site.line.say(guest, "Before")
        site.line.link(guest, host)
        site.line.say(host, "After")
        async with site.tab(opened["token"], opened["cursor"]) as tab:
            texts = await tab.texts(1)

    assert tab.welcome["resumed"] is False
    assert tab.welcome["conversation"] == host
    assert texts == ["After"]


async def test_what_a_parted_customer_says_stays_unseen() -> None:
    async with open_site() as site:
        opened = await site.session()
        guest, host = ConversationId(opened["conversation"]), ConversationId("host")
        (user,) = site.line.homes
        site.line.homes[user] = host
        async with site.tab(opened["token"]) as tab:
            await site.line.watched(host)
            site.line.homes[user] = guest
            site.line.append(host, "parted", {"customer": "x"})
            site.line.say(host, "A secret of the other side")
            moved = await tab.next("event")
            site.line.say(guest, "Just us again")
            texts = await tab.texts(1)

    assert (moved["ev"]["to"], moved["ev"]["parted"]) == (guest, True)
    assert texts == ["Just us again"]


async def test_a_text_of_4001_characters_is_too_long_and_4000_emoji_are_not() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            await tab.send("c1", "\N{WAVING HAND SIGN}" * 4000)
            taken = await tab.next("sent")
            await tab.send("c2", "a" * 4001)
            nack = await tab.next("nack")
        status, _ = await site.post("messages", token, {"cid": "c3", "text": "a" * 4001})

    assert taken["cid"] == "c1"
    assert (nack["cid"], nack["code"], nack["retry"]) == ("c2", "too_long", False)
    assert status == 422


async def test_the_twenty_first_message_within_ten_seconds_must_wait() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        other = (await site.session())["token"]
        async with site.tab(token) as tab:
            for n in range(21):
                await tab.send(f"c{n}", "hi")
            nack = await tab.next("nack")
        status, body = await site.post("messages", token, {"cid": "c22", "text": "hi"})
        fine, _ = await site.post("messages", other, {"cid": "c1", "text": "hi"})

    assert (nack["cid"], nack["code"], nack["retry"]) == ("c20", "rate", True)
    assert 0 < nack["after"] <= 10
    assert (status, body["code"]) == (429, "rate")
    assert fine == 200
    assert len(site.line.accepted) == 21


async def test_a_busy_store_is_no_loss() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            site.line.is_busy = True
            await tab.send("c1", "hi")
            nack = await tab.next("nack")
            site.line.is_busy = False
            await tab.send("c1", "hi")
            sent = await tab.next("sent")

    assert (nack["code"], nack["retry"]) == ("internal", True)
    assert "dup" not in sent


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "   "}, "rejected"),
        ({"form": {"id": "f", "values": {}}}, "rejected"),
        ({"form": {"id": "f", "values": {"day": 5}}}, "bad_form"),
        ({"form": {"id": "f", "values": {"day": "x" * 4001}}}, "too_long"),
        ({"files": ["f1"]}, "no_such_upload"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_code(more: dict[str, object], code: str) -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        status, body = await site.post("messages", token, {"cid": "c1", **more})

    assert (status, body["t"], body["code"], body["retry"]) == (422, "nack", code, False)
    assert site.line.accepted == []


async def test_a_frame_of_70_kilobytes_closes_with_1009() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            await tab.send("c1", "a" * 70_000)
            await tab.socket.receive()
            code = tab.socket.close_code
        async with site.tab(token):
            pass

    assert code == 1009
    assert site.line.accepted == []


async def test_a_body_of_70_kilobytes_is_refused() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        status, _ = await site.post("messages", token, {"cid": "c1", "text": "a" * 70_000})

    assert status == 413


@pytest.mark.parametrize(
    "frame", ["no json", "[]", '{"t": 1}', '{"t": "send"}', "[" * 50_000, '{"t":"hello"}']
)
async def test_what_is_no_frame_closes_with_4400(frame: str) -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            await tab.socket.send_str(frame)
            await tab.socket.receive()

    assert tab.socket.close_code == 4400


async def test_a_frame_of_an_unknown_kind_is_answered_and_the_socket_stays() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            await tab.socket.send_json({"t": "dance"})
            error = await tab.next()
            await tab.socket.send_json({"t": "typing", "on": True})
            await tab.socket.send_json({"t": "ping"})
            pong = await tab.next()

    assert (error["t"], error["code"]) == ("error", "unsupported")
    assert pong == {"t": "pong"}


async def test_a_socket_without_a_hello_is_closed() -> None:
    async with open_site(WebChatSettings(limits=Limits(hello_seconds=0.05))) as site:
        async with site.socket() as silent:
            await silent.receive()
        async with site.socket() as rude:
            await rude.send_json({"t": "ping"})
            await rude.receive()

    assert (silent.close_code, rude.close_code) == (4400, 4400)


async def test_an_unknown_token_closes_with_4401_and_gets_401() -> None:
    async with open_site() as site:
        async with site.socket() as socket:
            await socket.send_json({"t": "hello", "token": "made up", "cursor": None})
            await socket.receive()
        answers = [
            (await site.get("events", "made up"))[0],
            (await site.get("history", ""))[0],
            (await site.post("messages", "made up", {"cid": "c", "text": "hi"}))[0],
            (await site.post("actions", "made up", {"t": "read"}))[0],
        ]

    assert socket.close_code == 4401
    assert answers == [401] * 4
    assert site.line.accepted == []


async def test_the_token_is_in_no_url() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.http.get(f"{site.url}/v1/events?token={token}") as response:
            status = response.status

    assert status == 401


FOREIGN = ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_pages_are_refused(origin: str) -> None:
    async with open_site() as site:
        headers = {"Origin": origin}
        async with site.http.post(f"{site.url}/v1/session", json={}, headers=headers) as response:
            session = response.status
            cors = response.headers.get("Access-Control-Allow-Origin")
        async with site.http.options(f"{site.url}/v1/session", headers=headers) as response:
            preflight = response.status
        with pytest.raises(WSServerHandshakeError) as refused:
            async with site.socket(Origin=origin):
                pass

    assert (session, preflight, refused.value.status) == (403, 403, 403)
    assert cors is None
    assert site.line.kept.values == {}


async def test_allowed_pages_may_read_the_answers() -> None:
    settings = WebChatSettings(allowed_origins=("https://shop.example", "*.example.org"))
    async with open_site(settings) as site:
        answers = {}
        for origin in ("https://shop.example", "https://a.example.org"):
            headers = {"Origin": origin}
            url = f"{site.url}/v1/session"
            async with site.http.post(url, json={}, headers=headers) as response:
                answers[origin] = (response.status, response.headers["Vary"])
                assert response.headers["Access-Control-Allow-Origin"] == origin
                assert "Access-Control-Allow-Credentials" not in response.headers
            async with site.http.options(url, headers=headers) as response:
                assert response.status == 204
                assert response.headers["Access-Control-Max-Age"] == "600"
        own = {"Origin": site.origin}
        async with site.http.post(f"{site.url}/v1/session", json={}, headers=own) as response:
            not_self = response.status

    assert set(answers.values()) == {(200, "Origin")}
    assert not_self == 403


async def test_our_own_page_may_talk_to_us_also_behind_a_proxy() -> None:
    async with open_site() as site:
        headers = {
            "Origin": "https://chat.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "chat.example",
        }
        async with site.socket(Origin=site.origin) as direct:
            await direct.send_json({"t": "ping"})
        async with site.http.post(f"{site.url}/v1/session", json={}, headers=headers) as response:
            proxied = response.status

    assert proxied == 200


async def test_a_client_that_is_no_browser_needs_the_site_key_where_there_is_one() -> None:
    async with open_site(WebChatSettings(site_key=Secret("s3cret"))) as site:
        url = f"{site.url}/v1/session"
        statuses = []
        for headers in (
            {},
            {"X-Threadline-Site-Key": "wrong"},
            {"X-Threadline-Site-Key": "s3cret"},
            {"Origin": site.origin},
        ):
            async with site.http.post(url, json={}, headers=headers) as response:
                statuses.append(response.status)
        with pytest.raises(WSServerHandshakeError) as refused:
            async with site.socket():
                pass

    assert statuses == [403, 403, 200, 200]
    assert refused.value.status == 403


async def test_too_many_new_sessions_from_one_address_must_wait() -> None:
    async with open_site(WebChatSettings(limits=Limits(sessions=3))) as site:
        first = await site.session()
        await site.session()
        await site.session()
        async with site.http.post(f"{site.url}/v1/session", json={}) as response:
            status, after = response.status, int(response.headers["Retry-After"])
        known = await site.session(token=first["token"])

    assert status == 429
    assert 0 < after <= 60
    assert known["fresh"] is False


async def test_a_polling_client_gets_the_same_events() -> None:
    async with open_site() as site:
        answering(site.line)
        opened = await site.session()
        token = opened["token"]
        await site.post("messages", token, {"cid": "c1", "text": "hi"})
        _, tail = await site.get("events", token)
        _, none = await site.get(f"events?cursor={tail['cursor']}&wait=0", token)
        _, again = await site.get(f"events?cursor={opened['cursor']}", token)
        _, foreign = await site.get("events?cursor=elsewhere.1", token)

    assert [text_of(event) for event in tail["events"]] == ["hi", "You said hi."]
    assert (tail["gap"], none["events"], none["cursor"]) == (False, [], tail["cursor"])
    assert again["events"] == tail["events"]
    assert (foreign["gap"], foreign["events"]) == (True, tail["events"])


async def test_a_long_poll_waits_for_what_comes() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        async with asyncio.TaskGroup() as group:
            poll = group.create_task(
                site.get(f"events?cursor={opened['cursor']}&wait=25", opened["token"])
            )
            await site.line.watched(conversation)
            site.line.append(conversation, "turn", {})
            site.line.say(conversation, "At last.")

    status, body = poll.result()
    assert status == 200
    assert [text_of(event) for event in body["events"]] == ["At last."]
    assert body["cursor"].endswith(".2")


async def test_a_polling_client_moves_too() -> None:
    async with open_site() as site:
        opened = await site.session()
        guest, host = ConversationId(opened["conversation"]), ConversationId("host")
        async with asyncio.TaskGroup() as group:
            poll = group.create_task(
                site.get(f"events?cursor={opened['cursor']}&wait=25", opened["token"])
            )
            await site.line.watched(guest)
            site.line.link(guest, host)
            site.line.say(host, "Linked.")
        _, moved = poll.result()
        _, after = await site.get(f"events?cursor={moved['cursor']}", opened["token"])

    assert [event["kind"] for event in moved["events"]] == ["conversation.linked"]
    assert [text_of(event) for event in after["events"]] == ["Linked."]


async def test_frames_without_consequence_are_taken_from_polling_clients() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        statuses = [
            (await site.post("actions", token, frame))[0]
            for frame in (
                {"t": "read", "upto": 3},
                {"t": "typing", "on": True},
                {"t": "feedback", "id": "x", "value": 1},
                {"t": "identify", "jwt": "a.b.c"},
                {"nothing": 1},
            )
        ]

    assert statuses == [204, 204, 204, 422, 400]


async def test_history_is_paged_downwards_in_rising_order() -> None:
    async with open_site() as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        for n in range(1, 121):
            site.line.say(conversation, str(n))
        token = opened["token"]
        _, newest = await site.get("history?limit=50", token)
        _, older = await site.get(f"history?before={newest['events'][0]['seq']}&limit=100", token)
        async with site.tab(token) as tab:
            await tab.socket.send_json({"t": "history", "n": 7, "before": 3, "limit": 1})
            page = await tab.next("history")

    assert [text_of(e) for e in newest["events"]] == [str(n) for n in range(71, 121)]
    assert [text_of(e) for e in older["events"]] == [str(n) for n in range(1, 71)]
    assert (newest["more"], older["more"]) == (True, False)
    assert (page["n"], text_of(page["events"][0]), page["more"]) == (7, "2", True)


async def test_slash_commands_are_suggested_by_their_beginning() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            found = []
            for n, query in enumerate(["/", "/bo", "/book fri", "bo", "/x"], start=1):
                await tab.socket.send_json({"t": "suggest", "n": n, "q": query, "at": len(query)})
                answer = await tab.next("suggest")
                found.append((answer["n"], [item["name"] for item in answer["items"]]))

    assert found == [
        (1, ["book", "bookings", "help"]),
        (2, ["book", "bookings"]),
        (3, ["book"]),
        (4, []),
        (5, []),
    ]


@pytest.mark.slow
async def test_a_reader_that_takes_nothing_is_closed_and_comes_back_with_its_cursor() -> None:
    async with open_site(WebChatSettings(limits=Limits(unsent_bytes=200_000))) as site:
        opened = await site.session()
        conversation = ConversationId(opened["conversation"])
        async with site.tab(opened["token"]) as slow:
            transport = slow.socket._conn.transport  # type: ignore[union-attr] # no public way to stop reading
            transport.pause_reading()  # type: ignore[union-attr] # it is open
            tabs = site.connector._api.tabs
            for n in range(1500):
                site.line.say(conversation, f"{n} {'x' * 10_000}")
                await asyncio.sleep(0)
            while tabs._open:  # noqa: ASYNC110 - nothing tells a client that does not read
                await asyncio.sleep(0)
            transport.resume_reading()  # type: ignore[union-attr] # it is open
        head = len(site.line.log(conversation))
        after = opened["cursor"].replace(".0", f".{head - 1}")
        async with site.tab(opened["token"], after) as back:
            texts = await back.texts(1)

    assert back.welcome["missed"] == 1
    assert texts[0].startswith(f"{head - 1} ")


async def test_sockets_are_closed_with_1012_at_shutdown() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab, asyncio.TaskGroup() as group:
            group.create_task(site.connector.drain())
            bye = await tab.next("bye")
            await tab.socket.receive()

    assert bye["code"] == 1012
    assert tab.socket.close_code == 1012


async def test_health_and_unknown_paths_answer_plainly() -> None:
    async with open_site() as site:
        health = await site.get("health", "")
        unknown = await site.get("files", "")
        wrong, _ = await site.post("history", "", {})
        async with site.http.get(f"{site.url}/v1/ws") as response:
            no_upgrade = response.status

    assert health == (200, {"ok": True})
    assert unknown[0] == 404
    assert wrong == 405
    assert no_upgrade == 426


async def test_it_fulfils_the_ports_and_has_no_webhooks() -> None:
    async with open_site() as opened:
        connector = opened.connector
        request = WebhookRequest(method="POST", path="x", headers={}, query={}, body=b"")
        received = await connector.receive(request)

    assert isinstance(connector, Connector)
    assert isinstance(connector, Served)
    assert connector.routes == ()
    assert (received.response.status, received.messages) == (404, ())


async def test_the_first_frame_is_the_welcome_with_the_head_as_cursor() -> None:
    async with open_site() as site:
        opened = await site.session()
        site.line.say(ConversationId(opened["conversation"]), "Hi.")
        async with site.socket() as socket:
            await socket.send_json({"t": "hello", "token": opened["token"], "cursor": None})
            welcome, event = await next_frame(socket), await next_frame(socket)

    assert welcome["t"] == "welcome"
    assert welcome["cursor"] == event["cursor"] == opened["cursor"].replace(".0", ".1")
    assert event["replay"] is True
    assert welcome["ping"] == 20
