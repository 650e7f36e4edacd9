"""Adding a journalist: what an address tells of whoever writes there, and how to follow them."""
