"""One address per article: what the same link looks like, however it was shared."""

import re
from functools import lru_cache
from string import ascii_letters, digits
from typing import Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

_PORTS: Final = {"http": 80, "https": 443}
_TRACKING: Final = frozenset(
    (
        "_ga", "_gl", "_hsenc", "_hsmi", "amp", "at_campaign", "at_medium", "cmp", "cmpid", "dclid", "efid",
        "fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "ga_source", "gclid", "gclsrc",
        "gbraid", "icid", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid", "ocid", "oly_anon_id",
        "oly_enc_id", "rss_id", "s_cid", "spm", "srsltid", "twclid", "ttclid", "vero_id", "wbraid",
        "wickedid", "xtor", "yclid", "ysclid", "_openstat",
    )
)  # fmt: skip
_TRACKING_PREFIXES: Final = ("utm_", "hsa_", "pk_", "mtm_", "matomo_", "piwik_")
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
#: RFC 3986, section 2.3, without the point, of which two in a row mean something else in a path.
_NEVER_ENCODED: Final = frozenset(f"{ascii_letters}{digits}-_~")
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_SAFE: Final = "%/:@!$&'()*+,;=~-._?"
_OTHER_HOST: Final = re.compile(r"^(?:www|amp|m)\.(?=[^.]+\.)")
_PHONE_PATH: Final = re.compile(r"(?:^|/)amp$")
_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@lru_cache(maxsize=2048)  # a page links to the same few hundred addresses again and again
def canonical(url: str, *, base: str | None = None) -> str | None:
    """Return the canonical form of a web address, or ``None`` where it is none.

    Relative addresses are resolved against ``base``. Scheme and host are lower-cased, international hosts written in
    ASCII; credentials, the default port, the fragment and tracking parameters go; the other parameters keep their
    order. Non-ASCII characters are percent-encoded with upper-case digits, and what needs no encoding has none
    (RFC 3986, section 6.2.2). An empty path becomes ``/``; of several slashes at the end of a path one stays, since an
    outlet's server may insist on it. Doing it twice changes nothing.
    """
    try:
        parts = urlsplit(urljoin(base or "", _INVISIBLE.sub("", url).strip()))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    netloc = ascii_host if port in (None, _PORTS[parts.scheme]) else f"{ascii_host}:{port}"
    path = _encoded(parts.path or "/")
    query = "&".join(part for part in _encoded(parts.query).split("&") if part and not _tracks(part))
    return urlunsplit((parts.scheme, netloc, re.sub(r"/+\Z", "/", path), query, ""))


def same_page(url: str) -> str:
    """Return what identifies the page behind a canonical address.

    That is without scheme, ``www.`` and a slash at the end: feeds, APIs and pages of one outlet disagree on these three
    and mean the same article. The page for phones (``/amp/``, ``amp.``, ``m.``) is the same page too.
    """
    host, _, rest = url.partition("://")[2].partition("/")
    path, mark, query = rest.partition("?")
    return f"{_OTHER_HOST.sub('', host)}/{_PHONE_PATH.sub('', path.rstrip('/'))}{mark}{query}"


def _ascii_host(host: str) -> str | None:
    if ":" in host:  # an IPv6 literal
        return f"[{host}]"
    try:
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return ascii_host if re.fullmatch(r"[a-z0-9_.-]+", ascii_host) else None


def _encoded(part: str) -> str:
    kept = _STRAY_PERCENT.sub("%25", part)
    return _PERCENT.sub(_plainest, quote(kept, safe=_SAFE))


def _plainest(found: re.Match[str]) -> str:
    character = chr(int(found.group()[1:], 16))
    return character if character in _NEVER_ENCODED else found.group().upper()


def _tracks(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
