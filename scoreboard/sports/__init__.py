"""The sports: kinds of play, what they may be worth, and the rulesets as data. Pure."""
