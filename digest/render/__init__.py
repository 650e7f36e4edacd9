"""HOW IT LOOKS: contents become subject, HTML and text. Rendered and inlined once, assembled per reader."""
