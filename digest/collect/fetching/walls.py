"""What stands between us and a page although the server answered: a challenge, a login, no text at all. Pure.

Each is told by what the makers of such walls put into every one of them, never by words that an article could have.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from yarl import URL

from digest.errors import Challenged, NotText

#: Header → values by which a wall names itself: Cloudflare, AWS WAF, Vercel.
_SAID: Final[Mapping[str, frozenset[str]]] = {
    "cf-mitigated": frozenset({"challenge"}),
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),
    "x-vercel-mitigated": frozenset({"challenge"}),
}
#: Who makes the challenge when the header above does.
_MAKERS: Final = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS",
    "x-vercel-mitigated": "Vercel",
}
#: What is only ever in the challenge itself. (Cloudflare's ``/cdn-cgi/challenge-platform/`` is in ordinary pages, too.)
_IN_THE_PAGE: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"_cf_chl_opt\b|<title>Just a moment\.\.\.</title>"), "Cloudflare"),
    (re.compile(rb"<title>DDoS-Guard</title>|/\.well-known/ddos-guard/js-challenge"), "DDoS-Guard"),
    (re.compile(rb"sucuri_cloudproxy_js|<title>You are being redirected\.\.\.</title>"), "Sucuri"),
    (re.compile(rb"/\.well-known/sgcaptcha/"), "SiteGround"),
    (re.compile(rb"<iframe[^>]{0,300}/_Incapsula_Resource\?"), "Imperva"),
    (re.compile(rb"(?:geo|ct)\.captcha-delivery\.com"), "DataDome"),
    (re.compile(rb"id=[\"']px-captcha[\"']"), "HUMAN"),
    (re.compile(rb"id=[\"']anubis_challenge[\"']"), "Anubis"),
)
#: Challenges are small; ordinary pages are not looked through.
_LARGEST_CHALLENGE: Final = 40_000
_MARKUP: Final = frozenset({"text/html", "application/xhtml+xml", ""})

_LOGIN_STEP: Final = re.compile(
    r"(?:wp-login|(?:log|sign)[-_]?(?:in|on)|auth(?:enticate|orize)?|sso)(?:\.(?:php|html?|aspx?|jsp|do))?",
    re.IGNORECASE,
)
_LOGIN_TITLE: Final = re.compile(
    r"<title[^>]{0,200}>\s*(?:log ?in|sign ?in|вход|войти|авторизация|кіру|кирүү|kirish|giriş)\b[^<]{0,200}</title>",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(rb"<input[^>]{1,500}type=[\"']?password", re.IGNORECASE)

_NAME_A_PAGE: Final = "Give the address of a page, a feed or an API."
_UNREADABLE: Final = ("image/", "audio/", "video/", "font/")
_UNREADABLE_TYPES: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/x-7z-compressed",
        "application/vnd.rar",
        "application/msword",
        "application/epub+zip",
        "application/wasm",
    }
)
_READABLE: Final = frozenset({"image/svg+xml"})


def media_type_in(headers: Mapping[str, str]) -> str:
    """Return the media type without parameters, lower case; empty where none was given."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def no_text(where: URL, headers: Mapping[str, str]) -> NotText | None:
    """Say that an answer cannot be read, before its body is: a picture, a film, a document.

    An unknown media type, and ``application/octet-stream``, are for the parser to judge: servers name feeds anything.
    """
    media_type = media_type_in(headers)
    if media_type in _UNREADABLE_TYPES or (media_type.startswith(_UNREADABLE) and media_type not in _READABLE):
        return NotText(str(where), f"the answer is {media_type}, and no text", advice=_NAME_A_PAGE)
    return None


def wall(asked: URL, where: URL, status: int, headers: Mapping[str, str], body: bytes) -> Challenged | None:
    """Say what stands between us and the page that was ``asked`` for and led to ``where``; ``None``: nothing."""
    maker = next((_MAKERS[name] for name, values in _SAID.items() if headers.get(name, "").lower() in values), None)
    if maker is not None:
        return Challenged(str(where), status, f"a {maker} challenge")
    if status != HTTPStatus.OK:
        return None
    if where != asked and _leads_to_login(where) and not _leads_to_login(asked):
        return Challenged(str(asked), HTTPStatus.OK, f"a login, {where.path}")
    is_small_page = len(body) <= _LARGEST_CHALLENGE and media_type_in(headers) in _MARKUP
    return _wall_in(asked, where, body) if is_small_page else None


def _wall_in(asked: URL, where: URL, body: bytes) -> Challenged | None:
    maker = next((maker for mark, maker in _IN_THE_PAGE if mark.search(body)), None)
    if maker is not None:
        return Challenged(str(where), HTTPStatus.OK, f"a {maker} challenge")
    if _PASSWORD.search(body) and _LOGIN_TITLE.search(body.decode("utf-8", "replace")):
        return Challenged(str(asked), HTTPStatus.OK, f"a login, {where.path}")
    return None


def _leads_to_login(url: URL) -> bool:
    return any(_LOGIN_STEP.fullmatch(step) for step in url.parts)
