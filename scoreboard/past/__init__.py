"""States of games that are kept in the log: what a game was, without folding it from the beginning."""
