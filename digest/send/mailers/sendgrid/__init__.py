"""SendGrid: one request for up to 1,000 readers of equal contents, by the official client."""
