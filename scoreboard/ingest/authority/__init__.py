"""Arbitration: which feed of a game is believed, and what a change of feed means. Pure."""
