"""
Clubs by their Retrosheet code: the league's own short name and the full one.

Rule: data only; a code that is not here is its own name. Pure.

Source: Retrosheet team files (TEAMyyyy), MLB's own abbreviations.
"""

from __future__ import annotations

#: code -> abbreviation, name.
CLUBS: dict[str, tuple[str, str]] = {
    "ANA": ("LAA", "Los Angeles Angels"),
    "ARI": ("ARI", "Arizona Diamondbacks"),
    "ATH": ("ATH", "Athletics"),
    "ATL": ("ATL", "Atlanta Braves"),
    "BAL": ("BAL", "Baltimore Orioles"),
    "BOS": ("BOS", "Boston Red Sox"),
    "CAL": ("CAL", "California Angels"),
    "CHA": ("CWS", "Chicago White Sox"),
    "CHN": ("CHC", "Chicago Cubs"),
    "CIN": ("CIN", "Cincinnati Reds"),
    "CLE": ("CLE", "Cleveland"),
    "COL": ("COL", "Colorado Rockies"),
    "DET": ("DET", "Detroit Tigers"),
    "FLO": ("FLA", "Florida Marlins"),
    "HOU": ("HOU", "Houston Astros"),
    "KCA": ("KC", "Kansas City Royals"),
    "LAN": ("LAD", "Los Angeles Dodgers"),
    "MIA": ("MIA", "Miami Marlins"),
    "MIL": ("MIL", "Milwaukee Brewers"),
    "MIN": ("MIN", "Minnesota Twins"),
    "MON": ("MON", "Montreal Expos"),
    "NYA": ("NYY", "New York Yankees"),
    "NYN": ("NYM", "New York Mets"),
    "OAK": ("OAK", "Oakland Athletics"),
    "PHI": ("PHI", "Philadelphia Phillies"),
    "PIT": ("PIT", "Pittsburgh Pirates"),
    "SDN": ("SD", "San Diego Padres"),
    "SEA": ("SEA", "Seattle Mariners"),
    "SFN": ("SF", "San Francisco Giants"),
    "SLN": ("STL", "St. Louis Cardinals"),
    "TBA": ("TB", "Tampa Bay Rays"),
    "TEX": ("TEX", "Texas Rangers"),
    "TOR": ("TOR", "Toronto Blue Jays"),
    "WAS": ("WSH", "Washington Nationals"),
}
