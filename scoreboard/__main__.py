"""`python -m scoreboard`: the same as the command `scoreboard`. Shell."""

from __future__ import annotations

import sys

from scoreboard.tools.main import main

if __name__ == "__main__":
    sys.exit(main())
