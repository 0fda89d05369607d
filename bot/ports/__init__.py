"""What the core calls: connectors, emulators, engines, recognisers, the store and the clock.

Extensions implement these protocols and import them from `bot`. Optional abilities are further
small protocols that a station checks for, never optional methods.
"""
