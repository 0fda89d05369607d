"""Decisions: pure functions from a state and an event to a new state and wishes.

House rules: no I/O, no clock, no log, no randomness, no vendor. What a decision cannot know it
wishes for (`bot.dialog.events.Wish`), and the runtime brings the answer back as an event.
Everything that changes a dialog's state happens here or in `bot.model.conversation`.
"""
