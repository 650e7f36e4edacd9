"""Words, names, dates and addresses, as people and outlets write them."""
