"""NBA: the live feed and the tables of stats.nba.com. Pure."""
