"""What the fetcher is made of: whom to ask, when, how often, and what an answer may be."""
