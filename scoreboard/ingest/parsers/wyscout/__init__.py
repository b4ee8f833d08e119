"""Wyscout: soccer events. Pure."""
