"""The whole issue: what an issue holds if nobody's bookmark, choice or cap leaves anything out. Pure."""

from dataclasses import replace

from digest.audience.reader import Follow, Reader, Subscriber
from digest.compose.grouping import contents_of
from digest.compose.issue import Contents, Frozen
from digest.compose.selection import owed_to
from digest.ids import EVERY_JOURNALIST, ListName, SubscriberId


def whole(frozen: Frozen, locale: str) -> Contents:
    """Return the contents of an issue as everybody may read it: each of its stories once, nothing counted instead.

    It is what somebody would be owed who follows everybody and had no issue yet, without the newsletter's caps.
    """
    newsletter = frozen.newsletter
    most = max(1, len(frozen.articles))
    uncapped = replace(newsletter, selection=replace(newsletter.selection, per_journalist=most, total=most))
    sections = owed_to(_nobody(newsletter.list_name), replace(frozen, newsletter=uncapped))
    return contents_of(frozen, locale, sections)


def _nobody(list_name: ListName) -> Reader:
    return Reader(
        subscriber=Subscriber(id=SubscriberId(0), address=""),
        list_name=list_name,
        token="",
        follows=(Follow(journalist=EVERY_JOURNALIST),),
    )
