"""Scoreboard: a live sports score server. Where what lives: docs/architecture.md."""
