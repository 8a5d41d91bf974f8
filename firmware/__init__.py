"""What runs in the boxes at the seats (`panel/`), and what the Pi needs to hear them (`pi/`)."""
