"""What the fetcher remembers of an address between runs."""

from datetime import datetime

from sqlalchemy import Engine, select

from digest.collect.ports import Validators
from digest.store.tables import fetches
from digest.store.transactions import insert_into, reading, writing


class SqlFetches:
    """``FetchMemory`` on SQL: one row per URL, the last good answer."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def recall(self, url: str) -> Validators | None:
        """Return what is remembered of ``url``."""
        with reading(self._engine) as connection:
            row = connection.execute(select(fetches).where(fetches.c.url == url)).one_or_none()
        if row is None:
            return None
        return Validators(etag=row.etag, last_modified=row.last_modified, body=row.body, headers=row.headers)

    def remember(self, url: str, validators: Validators, *, at: datetime) -> None:
        """Keep the last good answer's validators; what was kept before is replaced."""
        values = {
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "headers": dict(validators.headers),
            "body": validators.body,
            "fetched_at": at,
        }
        with writing(self._engine) as connection:
            insert = insert_into(connection, fetches).values(url=url, **values)
            connection.execute(insert.on_conflict_do_update(index_elements=[fetches.c.url], set_=values))
