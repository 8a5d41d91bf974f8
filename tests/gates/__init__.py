"""Gates: checks that need a machine's own disks and processes, too heavy or too privileged for the test suite."""
