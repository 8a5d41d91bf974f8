"""A sample council on one machine: fictional data, simulated seats. Absent from the release wheel."""
