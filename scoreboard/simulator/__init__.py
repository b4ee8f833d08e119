"""Seeded game days that look like real ones. Pure."""
