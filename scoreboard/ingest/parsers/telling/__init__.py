"""Telling: a document as the messages that its feed would have sent. Pure."""
