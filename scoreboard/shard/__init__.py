"""Many nodes: where a game is at home, and how a node hears of games that are written elsewhere."""
