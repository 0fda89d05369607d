"""What customers do in every run: link four channels, book over all of them, look."""

from tests.crash.people import CODE, Customer


async def link(customer: Customer) -> None:
    """Link every channel with Slack: a code there, typed here, a yes there."""
    for channel in ("whatsapp", "telegram", "web"):
        shown = await customer.asks("slack", "/link", "Type this on the other channel")
        code = CODE.search(shown.text)
        if code is None:
            raise AssertionError(f"no code in {shown.text!r}")
        await customer.asks(channel, f"/link {code[0]}", "The code is good")
        await customer.sees("slack", "Join")
        await customer.asks("slack", "yes", "Joined:")
        await customer.sees(channel, "You are linked with")


async def reconsider(customer: Customer) -> None:
    """Book in one breath on WhatsApp, and cancel it there."""
    await customer.asks("whatsapp", "/book 2 tomorrow 18:00", "2 on Thursday at 18:00")
    booked = await customer.asks("whatsapp", "yes", "Booked: T-")
    ref = booked.text.removeprefix("Booked: ").rstrip(".")
    await customer.asks("whatsapp", f"/unbook {ref}", f"Cancel booking {ref}?")
    await customer.asks("whatsapp", "yes", f"Cancelled: {ref}")


async def book(customer: Customer) -> None:
    """Book: begun on Slack, answered on WhatsApp, corrected on Telegram, confirmed on the web."""
    await customer.asks("slack", "/book 4 tomorrow", "What time?")
    await customer.asks("whatsapp", "19:00", "4 on Thursday at 19:00")
    await customer.asks("telegram", "sorry, 5 guests", "5 on Thursday at 19:00")
    await customer.sees("web", "5 on Thursday at 19:00")
    await customer.taps("web", "Yes")
    await customer.sees("web", "Booked: T-")
    await customer.asks("telegram", "/bookings", "Thursday 19 November at 19:00, 5 guests, inside")


async def everything(customer: Customer) -> None:
    """Link, book and cancel, book again."""
    await link(customer)
    await reconsider(customer)
    await book(customer)
