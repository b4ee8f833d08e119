"""Ways out: WAMP over WebSocket, and HTTP."""
