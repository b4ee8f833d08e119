"""Running scores: what a provider's totals say of its rows. Pure."""
