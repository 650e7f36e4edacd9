"""WHO GETS WHAT: audience × shelf × rates become a frozen issue, readers grouped by equal contents."""
