"""
Names of places, clubs and people that do not exist.

Rule: everything here is invented; no club of a real league and no mark of one. The
order is part of the simulator's answers: append, never insert. Pure.
"""

from __future__ import annotations

#: Place and its short form, three letters, no two alike.
CITIES: tuple[tuple[str, str], ...] = (
    ("Alder Bay", "ALB"),
    ("Brackwater", "BRW"),
    ("Cold Harrow", "CHW"),
    ("Dunmarsh", "DUN"),
    ("Eastmere", "EAM"),
    ("Farrowgate", "FAR"),
    ("Glenhollow", "GLH"),
    ("Hazelford", "HAZ"),
    ("Ironbridge Falls", "IBF"),
    ("Juniper Point", "JUN"),
    ("Kestrel Hill", "KES"),
    ("Larkmoor", "LRK"),
    ("Millbrook Sound", "MBS"),
    ("Northwick", "NWK"),
    ("Oakenshaw", "OAK"),
    ("Pinecastle", "PCS"),
    ("Quarry Lake", "QLK"),
    ("Ravensholm", "RVH"),
    ("Saltmarsh", "SLT"),
    ("Thornbury Cross", "TBC"),
    ("Underhill", "UND"),
    ("Valemont", "VLM"),
    ("Westering", "WSG"),
    ("Yarrowby", "YRW"),
    ("Zephyr Cove", "ZEP"),
    ("Ashgrove", "ASH"),
    ("Birchport", "BIR"),
    ("Copper Ridge", "CPR"),
    ("Driftwood", "DRF"),
    ("Emberly", "EMB"),
    ("Foxhaven", "FOX"),
    ("Granite Pass", "GRP"),
    ("Heron Lake", "HRN"),
    ("Inverloch Bay", "IVB"),
    ("Kingsfell", "KFL"),
    ("Lantern Rock", "LNR"),
    ("Mistralby", "MIS"),
    ("Nettleton", "NET"),
    ("Otterburn Flats", "OBF"),
    ("Pembry", "PMB"),
)

#: More clubs than places: a second club of a place lies to one side of it.
QUARTERS: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("North ", "N"),
    ("South ", "S"),
    ("East ", "E"),
    ("West ", "W"),
)

#: As many as places; each league begins at another one.
NICKNAMES: tuple[str, ...] = (
    "Lamplighters",
    "Gannets",
    "Quarrymen",
    "Foxgloves",
    "Tidewalkers",
    "Ironmongers",
    "Bellringers",
    "Hedgehogs",
    "Cartwrights",
    "Nightjars",
    "Stonecutters",
    "Kingfishers",
    "Windmills",
    "Bookbinders",
    "Ferrymen",
    "Thistles",
    "Plovers",
    "Weathervanes",
    "Candlemakers",
    "Lapwings",
    "Haymakers",
    "Snowdrops",
    "Marmots",
    "Puffins",
    "Locksmiths",
    "Brambles",
    "Dragonflies",
    "Shipwrights",
    "Curlews",
    "Beekeepers",
    "Mudlarks",
    "Toadstools",
    "Coopers",
    "Wagtails",
    "Drovers",
    "Ploughmen",
    "Hillwalkers",
    "Chandlers",
    "Starlings",
    "Wheelwrights",
)

_SURNAMES = """
    Abbeyfield Ackerley Adwin Albright Amberson Appledore Arkwell Ashdown Atterby Averill
    Bainwick Barrowby Beckford Bellamare Birdwhistle Blackthorn Bramwell Brindle Brockett
    Burrowes Calderwood Cantrell Carrowmore Chalkley Clovelly Coldwater Corrigan Crakehall
    Cressing Culverton Dalgarno Darrowby Deepwell Delamont Dockery Dovercourt Drummore Dunsford
    Durward Dymond Eaglesham Easterby Edgecombe Eldersley Elmsworth Embleton Endicott Everwood
    Ewhurst Eyam Fairbourne Fallowfield Farthing Fenwright Fernsby Finchcote Flintham Fosdyke
    Frobisher Furlong Gadsby Garroway Gillingate Glasswell Goldenhay Gorsedale Granby Greyling
    Gristwood Gullane Hadlow Halloran Harkness Hartwell Hawksmoor Heathcote Hobday Holloway
    Huntercombe Hyslop Idlewild Ingleby Ironside Isherwood Ivinghoe Jarrow Jellicoe Jessamy
    Jolliffe Juddery Kelloway Kestleman Kilbride Kingsnorth Kirkwall Knapwell Lambourne Langdale
    Larkin Lavender Leafield Linacre Lockhart Longmire Lovelace Lydgate Mallory Marchbanks
    Marlow Meadowcroft Merriweather Middlewick Moorcroft Muncaster Nethercott Newbold
    Nightingale Norwell Oakhurst Orchard Ormskirk Osgood Otterway Oxenham Pallister Pargeter
    Pennyfeather Pickering Plumtree Quennell Quickley Radcot Rainsford Redfern Ringwood Rookwood
    Rushmere Saltonstall Sandiway Scattergood Seagrave Sedgewick Shearwater Silverdale Somerby
    Sparrowhawk Standish Stillwater Swanwick Tallis Tamworth Teasdale Thackeray Thornhill
    Tiplady Tolliver Underwood Usborne Vanbrough Venning
"""

SURNAMES: tuple[str, ...] = tuple(_SURNAMES.split())

INITIALS = "ABCDEFGHIJKLMNOPRSTVWZ"
