"""NFL game details, as JSON. Pure."""
