"""Rates: what banks published, what of it can be true, and how it is written."""
