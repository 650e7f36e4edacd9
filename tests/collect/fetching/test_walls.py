import pytest
from yarl import URL

from digest.collect.fetching.walls import no_text, wall
from digest.errors import Challenged

PAGE = URL("https://steppe.example/author/dana")
HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("media_type", "refused"),
    [
        ("image/png", True),
        ("IMAGE/JPEG; q=1", True),
        ("video/mp4", True),
        ("audio/mpeg", True),
        ("font/woff2", True),
        ("application/pdf", True),
        ("application/zip", True),
        ("image/svg+xml", False),
        ("application/octet-stream", False),
        ("application/rss+xml", False),
        ("binary/anything", False),
        ("", False),
    ],
)
def test_what_cannot_be_text_is_told_by_its_media_type(media_type: str, *, refused: bool) -> None:
    said = no_text(PAGE, {"content-type": media_type})
    assert (said is not None) is refused
    if said is not None:
        assert said.why == f"the answer is {media_type.partition(';')[0].lower()}, and no text"


@pytest.mark.parametrize(
    ("status", "header", "value", "maker"),
    [
        (403, "cf-mitigated", "challenge", "Cloudflare"),
        (200, "cf-mitigated", "Challenge", "Cloudflare"),
        (202, "x-amzn-waf-action", "challenge", "AWS"),
        (405, "x-amzn-waf-action", "captcha", "AWS"),
        (429, "x-vercel-mitigated", "challenge", "Vercel"),
    ],
)
def test_a_challenge_that_names_itself(status: int, header: str, value: str, maker: str) -> None:
    found = wall(PAGE, PAGE, status, {header: value}, b"")
    assert isinstance(found, Challenged)
    assert (found.status, found.wall) == (status, f"a {maker} challenge")
    assert f"a {maker} challenge" in str(found)


@pytest.mark.parametrize(
    ("body", "maker"),
    [
        (b"<html><head><title>Just a moment...</title></head>", "Cloudflare"),
        (b"<script>window._cf_chl_opt = {cvId: '3'}</script>", "Cloudflare"),
        (b"<title>DDoS-Guard</title>", "DDoS-Guard"),
        (b"<script>sucuri_cloudproxy_js='';S='...'</script>", "Sucuri"),
        (b'<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">', "SiteGround"),
        (b'<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>', "Imperva"),
        (b'<script src="https://ct.captcha-delivery.com/c.js"></script>', "DataDome"),
        (b'<div id="px-captcha"></div>', "HUMAN"),
        (b'<script id="anubis_challenge" type="application/json">{}</script>', "Anubis"),
    ],
)
def test_a_challenge_is_told_by_what_is_only_ever_in_one(body: bytes, maker: str) -> None:
    found = wall(PAGE, PAGE, 200, HTML, body)
    assert isinstance(found, Challenged)
    assert found.wall == f"a {maker} challenge"
    assert wall(PAGE, PAGE, 200, {"content-type": "application/rss+xml"}, body) is None
    assert wall(PAGE, PAGE, 200, HTML, body + b" " * 40_000) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Just a moment: how a river froze</title>",
        b'<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script><title>Dana Serikova</title>',
        b"<p>Readers were asked to solve a captcha and wait for DDoS-Guard.</p>",
        b'<title>Dana Serikova</title><form><input name="password" type="password"></form>',
        b"<title>Login pages are the new front pages</title>",
        b"",
    ],
)
def test_an_ordinary_page_is_no_wall(body: bytes) -> None:
    assert wall(PAGE, PAGE, 200, HTML, body) is None


@pytest.mark.parametrize(
    ("asked", "where", "needed"),
    [
        ("/author/dana", "/wp-login.php?redirect_to=x", True),
        ("/author/dana", "/users/sign_in", True),
        ("/author/dana", "/accounts/login/", True),
        ("/author/dana", "/auth/realms/press", True),
        ("/author/dana", "/author/dana-serikova", False),
        ("/author/dana", "/2025/login-trouble", False),
        ("/login", "/login?again=1", False),
    ],
)
def test_a_redirect_to_a_login_is_one(asked: str, where: str, *, needed: bool) -> None:
    found = wall(PAGE.with_path(asked), PAGE.join(URL(where)), 200, HTML, b"")
    assert (found is not None) is needed
    if found is not None:
        assert found.wall == f"a login, {URL(where).path}"
        assert found.url == str(PAGE.with_path(asked))


@pytest.mark.parametrize("title", ["Log in to read", "Sign In", "Вход на сайт", "Кіру"])
def test_a_login_in_place_of_the_page_is_one(title: str) -> None:
    body = f'<title>{title}</title><form><input id="p" type="password"></form>'.encode()
    found = wall(PAGE, PAGE, 200, HTML, body)
    assert found is not None
    assert found.wall == "a login, /author/dana"


def test_an_error_is_no_wall() -> None:
    assert wall(PAGE, PAGE, 403, HTML, b"") is None
