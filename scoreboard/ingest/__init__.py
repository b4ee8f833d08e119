"""Ways in: parsers of provider formats, and the scorekeeper that records what is accepted."""
