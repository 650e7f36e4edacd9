"""What we stand on does not answer: the database, or Prefect."""

from digest.errors.base import DigestError


class ServerDidNotStart(DigestError):
    """Prefect's own server, started for the demo, does not answer."""


class StoreError(DigestError):
    """The database cannot be used."""


class StoreUnreachable(StoreError):
    """No connection, or the file cannot be opened."""


class StoreOutdated(StoreError):
    """The schema is not the one that this version needs."""

    def __init__(self, have: str | None, need: str) -> None:
        """Name the revision that is there and the one that is needed."""
        super().__init__(
            f"The database is at revision {have or 'none'}, this version needs {need}.", advice="Run: digest db upgrade"
        )
        self.have = have
        self.need = need
