"""Which firmware this is. The hall compares its panels: one that an update has left out is found before the meeting."""

VERSION = (1, 0, 0)
"""Major (no older appliance could serve it), minor, patch; 0 to 255 each. Raised when a panel does something new."""
