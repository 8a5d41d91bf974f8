"""Ledgers as they were written by earlier versions. See README.md here."""
