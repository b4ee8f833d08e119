"""What operators see: how the server is."""
