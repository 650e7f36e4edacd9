"""SMTP: any mail server, by several connections that are kept open."""
