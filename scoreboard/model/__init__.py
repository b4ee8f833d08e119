"""The words: ids, plays, clocks, events, payloads, rulesets. Imports nothing of ours. Pure."""
