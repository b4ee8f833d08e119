"""What an operator can choose, read once at start. Pure."""
