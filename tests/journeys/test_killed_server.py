"""What the server has acknowledged is there after it was killed that very moment."""
