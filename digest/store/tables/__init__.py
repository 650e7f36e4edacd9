"""The tables. One row is one fact, instants are UTC, states are held by CHECK constraints.

A change here needs a migration in ``migrations/versions`` and a new ``REVISION``; a test compares the three.
"""

from typing import Final

from digest.store.tables.audience import follows, lists, subscribers, subscriptions, suppressions
from digest.store.tables.base import metadata
from digest.store.tables.collect import (
    article_revisions,
    article_traits,
    articles,
    bylines,
    fetch_sites,
    fetches,
    journalists,
    outlets,
    rate_acceptances,
    rate_days,
    rates,
    shelf,
    source_health,
    sources,
)
from digest.store.tables.compose import (
    issue_renditions,
    issues,
    link_looks,
    newsletter_journalists,
    newsletters,
    preflight_waivers,
)
from digest.store.tables.consent import consents, salts, sign_ups, tallies
from digest.store.tables.send import (
    deliveries,
    feedback,
    issue_contents,
    issue_stops,
    notices,
    provider_suppressions,
    settlements,
)

__all__ = [
    "REVISION",
    "REVISION_TABLE",
    "article_revisions",
    "article_traits",
    "articles",
    "bylines",
    "consents",
    "deliveries",
    "feedback",
    "fetch_sites",
    "fetches",
    "follows",
    "issue_contents",
    "issue_renditions",
    "issue_stops",
    "issues",
    "journalists",
    "link_looks",
    "lists",
    "metadata",
    "newsletter_journalists",
    "newsletters",
    "notices",
    "outlets",
    "preflight_waivers",
    "provider_suppressions",
    "rate_acceptances",
    "rate_days",
    "rates",
    "salts",
    "settlements",
    "shelf",
    "sign_ups",
    "source_health",
    "sources",
    "subscribers",
    "subscriptions",
    "suppressions",
    "tallies",
]

#: The migration that makes these tables.
REVISION: Final = "0012"
#: Where Alembic keeps the revision: a name of our own, so that no other program's database is taken for ours.
REVISION_TABLE: Final = "digest_revision"
