"""The record of each game: an interface and its providers."""
