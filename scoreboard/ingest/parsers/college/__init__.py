"""College basketball: STATS tables, ESPN rows and ESPN summaries. Pure."""
