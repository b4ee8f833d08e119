"""Which node is home to which game. Pure, but for what meets other nodes."""
