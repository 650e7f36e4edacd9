"""The identifiers that every stage shares, each a distinct type so that none is mistaken for another."""

from typing import Final, NewType

#: A journalist's slug, unique over all outlets: ``dana-serikova``. Display names change, slugs do not.
JournalistId = NewType("JournalistId", str)
#: A newsletter's slug: ``morning-brief``.
NewsletterId = NewType("NewsletterId", str)
#: An audience's name, as in ``digest audience import --list NAME``.
ListName = NewType("ListName", str)
#: One dated number of a newsletter: ``morning-brief-12``.
IssueId = NewType("IssueId", str)
#: A subscriber's row number. Internal: it never leaves us.
SubscriberId = NewType("SubscriberId", int)
#: One issue to one subscriber, 22 URL-safe characters, not guessable. May leave us (Message-ID, provider arguments).
DeliveryId = NewType("DeliveryId", str)
#: A height on the shelf. The first article stands at 1; 0 is the empty shelf. It only grows.
Position = NewType("Position", int)
#: SHA-256 in lower-case hex.
Sha256 = NewType("Sha256", str)

#: What a reader follows who follows every journalist of the newsletter.
EVERY_JOURNALIST: Final = JournalistId("*")
#: The shelf before the first article.
GROUND: Final = Position(0)
