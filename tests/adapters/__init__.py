"""What only one adapter does; what all adapters of a port promise is in tests/contract."""
