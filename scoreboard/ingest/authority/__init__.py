"""Authority: who of a game's sources is believed, when that changes, and what a change means."""
