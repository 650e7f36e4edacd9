"""Byline Digest: readers follow journalists; each reader is sent the digest they are owed.

The packages stand in the order of a run: audience → collect → compose → render → send, over a store.
A package may import those above it in that list, never those below.
"""

__version__ = "0.1.0"
