"""Effects: the three stations and what keeps them running.

Intake (request to inbox), turns (inbox to conversation and outbox), delivery (outbox to platform).
A station never calls the one before it: results travel as rows, wake-ups are hints.
"""
