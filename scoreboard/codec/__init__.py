"""Model to bytes and back; the only home of wire key names. Pure."""
