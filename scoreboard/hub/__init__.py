"""Fan-out: topics, rings and cohorts. Pure but for the pump."""
