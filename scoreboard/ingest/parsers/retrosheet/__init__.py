"""Retrosheet event files: baseball. Pure."""
