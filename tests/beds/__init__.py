"""What the tests of the box stand on: machines, networks and disks that can be broken, and people who use them."""
