"""Validation: one rule id, one function. Pure."""
