"""
NFL clubs: short names by the provider's id, and the codes that play texts use.

Rule: data, and a way to do without it; a club that is not here gets a short name out of
its full one and is served like the others. Pure.
"""

from __future__ import annotations

#: provider's id of the club -> the league's short name for it today.
ABBREVIATIONS: dict[str, str] = {
    "10400200-f401-4e53-5175-0974e4f16cf7": "ATL",
    "10400325-48de-3d6a-be29-8f829437f4c8": "BAL",
    "10400610-c40e-a673-1743-2ce2a5d5d731": "BUF",
    "10400750-259b-33ac-eee3-a3852e83cd1f": "CAR",
    "10400810-db30-43d6-221c-620006f3ca19": "CHI",
    "10400920-57c1-7656-e77e-1af3d900483e": "CIN",
    "10401050-5e38-b907-1be1-55b91b19c057": "CLE",
    "10401200-a308-98ca-ad5f-95df2fefea68": "DAL",
    "10401400-b89b-96e5-55d1-caa7e18de3d8": "DEN",
    "10401540-f97c-2d19-6fcd-fac6490a48b7": "DET",
    "10401800-ab22-323d-721a-cee4713c4c2d": "GB",
    "10402100-447f-396e-8149-0a434ffb2f23": "TEN",
    "10402120-b0bc-693d-098a-803014096eb0": "HOU",
    "10402200-2ea3-84c3-e627-6a6b3b39d56d": "IND",
    "10402250-89fe-7b86-ef98-9062cd354256": "JAX",
    "10402310-a47e-10ea-7442-16b633633637": "KC",
    "10402510-8931-0d5f-9815-79bb79649a65": "LA",
    "10402520-96bf-e9f2-4f68-8521ca896060": "LV",
    "10402700-1662-d8ad-f45c-0b0ea460d045": "MIA",
    "10403000-5851-f9d5-da45-78365a05b6b0": "MIN",
    "10403200-69ab-9ea6-5af5-e240fbc08bea": "NE",
    "10403300-f235-cf9b-6d3a-2f182be48dd1": "NO",
    "10403410-997c-9c75-256b-3b012f468bd0": "NYG",
    "10403430-1bc3-42c4-c7d8-39f38aed5f12": "NYJ",
    "10403700-b939-3cbd-3d16-24d4d6742fa2": "PHI",
    "10403800-517c-7b8c-65a3-c61b95d86123": "ARI",
    "10403900-8251-6892-d81c-4348525c2d47": "PIT",
    "10404400-3b35-073f-197e-194bb8240723": "LAC",
    "10404500-e7cb-7fce-3f10-4eeb269bd179": "SF",
    "10404600-adcd-28ac-5826-b4d95ec2a228": "SEA",
    "10404900-d59e-b449-ef75-961e09ca027e": "TB",
    "10405110-ec3c-669e-2614-db3dc1736e95": "WAS",
}

#: Codes of the game book that differ from the league's own short name.
GAME_BOOK: dict[str, str] = {
    "ARZ": "ARI",
    "BLT": "BAL",
    "CLV": "CLE",
    "HST": "HOU",
    "JAC": "JAX",
    "LAR": "LA",
    "SL": "STL",
}


def abbreviation(club: str, name: str, code: str | None) -> str:
    """
    The short name of a club.

    A club that has moved keeps its id, so what the game's own texts call it ("OAK" in
    2019) goes before what the table says.

    Args:
        club: the provider's id.
        name: in full.
        code: what the play texts call it; None if they do not.
    """
    if code:
        return GAME_BOOK.get(code, code)
    last = name.rsplit(maxsplit=1)[-1] if name.split() else club
    return ABBREVIATIONS.get(club) or last[:3].upper()
