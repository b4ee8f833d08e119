"""Reading bytes: tables, JSON by path, texts. Pure."""
