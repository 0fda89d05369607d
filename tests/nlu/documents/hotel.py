"""A hotel's questions and answers, written for the tests, and what customers ask about it."""

FAQ = """\
# Hotel Aurora

We are a small hotel by the sea.

## Breakfast

Breakfast is included in every room rate. It is served from 7:00 to 10:30, on Sundays until 11:00.

## Parking

Parking in our garage costs 12 euros a night. There are six places; please [book
one](https://aurora.example/parking) when you book your room.

## Pets

Dogs and cats are welcome for 10 euros a stay. They are not allowed in the dining room.

## Check-in and check-out

Rooms are ready from 15:00. Please leave the room by 11:00 on the day you leave. Luggage can be
stored at the reception.

## Wifi

There is free wireless internet in all rooms. The password stands on your key card.

## Cancelling a booking

A booking can be cancelled free of charge up to 48 hours before the arrival. Afterwards we
charge the first night.

## Getting here

From the airport take bus 5 to the harbour, then walk for five minutes. A taxi costs about 30
euros.

## Pool and sauna

The pool is open from 8:00 to 21:00. The sauna must be ordered at the reception one hour before.

## Paying

We take cash, cards and bank transfers. City tax of 2 euros a night is paid at the hotel.

## Children

Children under six stay free in their parents' bed. A cot costs nothing; tell us when you book.
"""
"""A file of questions and answers."""

ASKED = {
    "is breakfast included?": "Breakfast",
    "what time is breakfast on sunday": "Breakfast",
    "do you have parking": "Parking",
    "how much is the garage per night": "Parking",
    "can I bring my dog": "Pets",
    "are pets allowed": "Pets",
    "when can I check in": "Check-in and check-out",
    "until when do we have to leave the room": "Check-in and check-out",
    "is there wifi": "Wifi",
    "do you have wireless internet": "Wifi",
    "what is the wifi password?": "Wifi",
    "can I cancel my booking for free": "Cancelling a booking",
    "how do I get to you from the airport": "Getting here",
    "how much is a taxi": "Getting here",
    "is the pool open in the evening": "Pool and sauna",
    "do you have a sauna": "Pool and sauna",
    "can I pay by card": "Paying",
    "do you take cash": "Paying",
    "is there a city tax": "Paying",
    "do children stay free": "Children",
    "can we get a cot": "Children",
    "where can I leave my luggage": "Check-in and check-out",
    "is brekfast free": "Breakfast",
    "parking?": "Parking",
}
"""Questions that a passage answers, with its heading."""

IN_OTHER_WORDS = {
    "can I take my cat with me": "Pets",
    "are animals allowed": "Pets",
    "is there a place for my car": "Parking",
    "where do I leave my car": "Parking",
    "do you have internet": "Wifi",
    "is there a swimming pool": "Pool and sauna",
    "can I swim": "Pool and sauna",
    "do kids pay": "Children",
    "what does my baby cost": "Children",
    "can I pay with visa": "Paying",
    "what time do I have to be out": "Check-in and check-out",
    "when can we arrive": "Check-in and check-out",
    "how far is the airport": "Getting here",
    "which bus goes to you": "Getting here",
    "I want my money back if I do not come": "Cancelling a booking",
    "can I eat in the morning": "Breakfast",
}
"""Questions that hardly share a word with the passage that answers them."""

ELSEWHERE = (
    "how is the weather on mars",
    "tell me a joke",
    "who won the world cup",
    "what is the capital of France",
    "is there life on other planets",
    "do you sell shoes",
    "can you write me a poem",
    "my phone is broken",
    "is your restaurant vegan",
    "I want to speak to the manager",
    "how old are you",
    "what do you think about politics",
    "do you like music",
    "can I rent a bicycle",
    "is there a gym",
    "yes",
    "hello there",
    "book a table for four tomorrow",
    "are you a robot",
    "sing me a song",
    "can I get a refund for my flight",
    "when does the museum open",
)
"""Questions that no passage answers."""
