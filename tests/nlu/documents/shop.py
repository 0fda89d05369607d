"""A bicycle shop's answers, and questions: written before they were asked, to judge by only.

Nothing about the search was chosen on them.
"""

PAGE = """\
# Velo Corner

## Renting a bike
City bikes cost 15 euros a day, electric ones 35. You need an identity card and a deposit of 100
euros.

## Repairs
Most repairs take two days. A flat tyre is mended while you wait for 12 euros.

## Opening hours
We are open Monday to Saturday from 9:00 to 18:30. On public holidays the shop is closed.

## Guarantee
New bikes have a guarantee of two years. Keep the receipt; wearing parts such as brakes and
chains are excluded.

## Tours
Every Saturday at 10:00 a guided tour starts in front of the shop. It lasts three hours and is
for beginners, too.

## Helmets and locks
A helmet is lent free of charge with every bike. A lock comes with it; please use it whenever
you stop.

## Returning a bike
Bring the bike back before closing time. Each hour that it is late costs 5 euros.

## Second-hand bikes
We buy and sell used bikes. Bring yours in and we make you an offer on the spot.

## Delivery
Within the city we bring bikes to your door for 10 euros. Order the day before.

## Insurance
Theft insurance costs 3 euros a day. Without it you pay for a stolen bike.
"""
"""What the shop tells."""

ASKED = {
    "what does it cost to rent a bike?": "Renting a bike",
    "how much is an e-bike per day": "Renting a bike",
    "do I need a passport to hire one": "Renting a bike",
    "my tyre is flat, can you fix it": "Repairs",
    "how long does a repair take": "Repairs",
    "when do you open": "Opening hours",
    "are you open on sunday": "Opening hours",
    "how long is the warranty": "Guarantee",
    "is there a guided tour on saturday": "Tours",
    "can beginners join the tour": "Tours",
    "do I get a helmet": "Helmets and locks",
    "is a lock included": "Helmets and locks",
    "what if I bring it back late": "Returning a bike",
    "when must I return the bike": "Returning a bike",
    "do you buy used bikes": "Second-hand bikes",
    "can I sell you my old bike": "Second-hand bikes",
    "do you deliver to my hotel": "Delivery",
    "can you bring the bikes to us": "Delivery",
    "what happens if the bike is stolen": "Insurance",
    "is there theft insurance": "Insurance",
}
"""Questions that a passage answers, with its heading."""

ELSEWHERE = (
    "what is your favourite colour",
    "tell me about the stock market",
    "where can I buy bread",
    "is it going to rain",
    "do you speak french",
    "who is the president",
    "I lost my wallet",
    "how do I cook rice",
    "what is two plus two",
    "play some music",
    "can you book me a train",
    "is there a cinema nearby",
    "I am bored",
    "do you like me",
    "translate good morning",
)
"""Questions that no passage answers."""
