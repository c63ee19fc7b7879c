"""Live contests: the WebSocket server that screens of a hall are connected to."""
