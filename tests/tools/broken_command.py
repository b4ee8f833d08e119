"""A command whose library is not there."""

import library_that_nobody_has  # noqa: F401
