-- "SCOR": says whose file this is, so that another program's is not written to.
PRAGMA application_id = 0x53434F52;

-- A game that has entries. The epoch is 0 in a backup until a server opens it:
-- what followed the backup is lost, so the history gets a new incarnation.
CREATE TABLE game (
    game TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 4294967295)
) WITHOUT ROWID, STRICT;

-- An entry as codec.cbor writes it. Clustered by game: a game is read in one sweep.
CREATE TABLE entry (
    game TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    body BLOB NOT NULL,
    PRIMARY KEY (game, seq)
) WITHOUT ROWID, STRICT;
