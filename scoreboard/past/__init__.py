"""What a game was: states that are kept in the log, so that nobody folds from the beginning."""
