"""What feeds and WordPress's API say of an article beyond its words."""

import re
from collections.abc import Mapping
from typing import Any, Final

from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.sources.said import Said

#: An item that is filed under more categories than this, in no WordPress feed, shows keywords.
_FEW: Final = 3
_KEYWORDS: Final = re.compile(r"(?:^|[/_.-])(?:tags?|keywords?)(?:$|[/_.-])|itunes", re.IGNORECASE)
_SMALLEST: Final = 50  # pixels; what is smaller counts visits


def of_entry(entry: Mapping[str, Any], feed: Mapping[str, Any], *, tells_changes: bool) -> Said:
    """Return what feedparser's ``entry`` of a ``feed`` says.

    ``tells_changes`` tells that ``updated`` is when an entry was changed (Atom, ``atom:updated``): feedparser calls a
    ``dc:date`` by the same name, which is a date of any kind. WordPress lists an item's categories before its tags.
    """
    terms = [tag for tag in entry.get("tags", ()) if tag.get("label") or tag.get("term")]
    names = [tag.get("label") or tag["term"] for tag in terms if not _KEYWORDS.search(tag.get("scheme") or "")]
    tags = [tag.get("label") or tag["term"] for tag in terms if _KEYWORDS.search(tag.get("scheme") or "")]
    is_filed = len(names) <= _FEW or "wordpress" in str(feed.get("generator", "")).lower()
    # Asked in the plain way, feedparser gives "published" for a missing "updated", with a DeprecationWarning.
    changed = dict.get(entry, "updated") if isinstance(entry, dict) and tells_changes else None
    return Said(
        changed=(changed,) if changed else (),
        sections=tuple(names[:1]) if is_filed else (),
        categories=(*(names[1:] if is_filed else names), *tags),
        images=tuple(_pictures(entry)),
    )


def of_item(item: Mapping[str, Any]) -> Said:
    """Return what an item of a JSON Feed says; its tags are no rubrics (jsonfeed.org, version 1.1)."""
    return Said(
        changed=(a_text(item.get("date_modified")),),
        categories=tuple(map(a_text, a_list(item.get("tags")))),
        images=(a_text(item.get("image")), a_text(item.get("banner_image"))),
    )


def of_post(post: Mapping[str, Any]) -> Said:
    """Return what a post says; ``modified_gmt`` is UTC without saying so.

    Names of categories come with ``_embed=wp:term``; addresses of pictures from Jetpack, Yoast or an embedded medium.
    """
    embedded = a_dict(post.get("_embedded"))
    terms = [a_dict(term) for group in a_list(embedded.get("wp:term")) for term in a_list(group)]
    yoast = a_dict(post.get("yoast_head_json"))
    media = [a_text(a_dict(medium).get("source_url")) for medium in a_list(embedded.get("wp:featuredmedia"))]
    utc = a_text(post.get("modified_gmt"))
    return Said(
        changed=(f"{utc.removesuffix('Z')}Z" if utc else "", a_text(yoast.get("article_modified_time"))),
        sections=_named(terms, "category"),
        categories=_named(terms, "post_tag"),
        images=(
            a_text(post.get("jetpack_featured_media_url")),
            *(a_text(a_dict(image).get("url")) for image in a_list(yoast.get("og_image"))),
            *media,
        ),
    )


def _named(terms: list[dict[str, Any]], taxonomy: str) -> tuple[str, ...]:
    return tuple(a_text(term.get("name")) for term in terms if term.get("taxonomy") == taxonomy)


def _pictures(entry: Mapping[str, Any]) -> list[str]:
    """Return addresses of pictures, the best first: the largest medium, its thumbnail, an enclosure, a cover."""
    media = [medium for medium in entry.get("media_content", ()) if _is_picture(medium)]
    media.sort(key=lambda medium: -_pixels(medium))
    thumbnails = [medium for medium in entry.get("media_thumbnail", ()) if not 0 < _pixels(medium) < _SMALLEST]
    enclosed = [medium for medium in entry.get("enclosures", ()) if _is_picture(medium)]
    found = [medium.get("url") or medium.get("href") or "" for medium in (*media, *thumbnails, *enclosed)]
    return [*found, a_text(a_dict(entry.get("image")).get("href"))]


def _is_picture(medium: Mapping[str, Any]) -> bool:
    kind = medium.get("medium") or (medium.get("type") or "").partition("/")[0]
    return bool(kind == "image") and not 0 < _pixels(medium) < _SMALLEST


def _pixels(medium: Mapping[str, Any]) -> int:
    width = str(medium.get("width") or "")
    return int(width) if re.fullmatch(r"[0-9]{1,5}", width) else 0
