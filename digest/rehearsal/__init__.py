"""Providers to rehearse with: strict stand-ins on this machine, for people without an account and for tests."""
