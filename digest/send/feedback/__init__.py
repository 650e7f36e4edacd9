"""What comes back after a yes: events of providers, bounces and complaints, in one vocabulary."""
