"""What became of the last look at each address that an issue links to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine, select

from digest.collect.web import LinkLook
from digest.store.tables import link_looks
from digest.store.transactions import chunks, insert_into, reading, writing


class SqlLinkLooks:
    """``LinkBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def looks(self, urls: Iterable[str], *, since: datetime) -> Mapping[str, LinkLook]:
        """Return by address the looks at these since an instant."""
        columns = link_looks.c
        with reading(self._engine) as connection:
            return {
                row.url: LinkLook(
                    url=row.url,
                    at=row.looked_at,
                    status=row.status,
                    leads_to=row.leads_to,
                    why=row.why,
                    is_gone=row.is_gone,
                )
                for chunk in chunks(urls)
                for row in connection.execute(
                    select(link_looks).where(columns.url.in_(chunk), columns.looked_at >= since)
                )
            }

    def keep(self, looks: Sequence[LinkLook]) -> None:
        """Keep looks, each in place of the one before."""
        with writing(self._engine) as connection:
            for look in looks:
                said = {name: value for name, value in asdict(look).items() if name not in ("url", "at")}
                said["looked_at"] = look.at
                connection.execute(
                    insert_into(connection, link_looks)
                    .values(url=look.url, **said)
                    .on_conflict_do_update(index_elements=["url"], set_=said)
                )
