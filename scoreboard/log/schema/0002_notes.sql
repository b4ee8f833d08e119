-- What can be worked out again from the entries and is kept since that takes long; see
-- log.interface, `keep`. Rows may be missing at any time.
CREATE TABLE note (
    game TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (game, name)
) STRICT;
