"""Provider formats: bytes in, our messages out. Pure."""
