"""Folds of the log: game state, snapshot, publications. Pure."""
