"""How a tablet comes into the hall's network and learns to trust the box."""
