"""The archive: from the bus into segments on disk, hashed, chained, signed."""
