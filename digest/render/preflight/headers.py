"""The headers of a mail that let its reader leave, as they travel. Pure (RFC 2369, RFC 8058, RFC 2919)."""

from collections.abc import Iterator, Mapping
from typing import Final

from digest.render.preflight.findings import Finding, an_error

#: What mailbox providers post, word for word (RFC 8058 section 3.1).
ONE_CLICK: Final = "List-Unsubscribe=One-Click"


def of_headers(headers: Mapping[str, str], public_url: str) -> Iterator[Finding]:
    """Look at a mail's headers: the way out is there and leads to us, by one click where that is by https."""
    first = headers.get("List-Unsubscribe", "").partition(">")[0].removeprefix("<")
    if not first:
        yield an_error("no-unsubscribe-header", "headers, List-Unsubscribe", "Every mail names the way out.")
    elif not first.startswith(f"{public_url.rstrip('/')}/"):
        advice = f"It leads to {first[:60]}, which is not ours: set DIGEST_PUBLIC_URL, and compose again."
        yield an_error("no-unsubscribe-header", "headers, List-Unsubscribe", advice)
    elif first.startswith("https://") and headers.get("List-Unsubscribe-Post") != ONE_CLICK:
        yield an_error("no-unsubscribe-header", "headers, List-Unsubscribe-Post", f"It must be {ONE_CLICK}.")
    if "<" not in headers.get("List-Id", ""):
        yield an_error("no-list-id", "headers, List-Id", "Name the list: mail programs sort and mute by it.")
