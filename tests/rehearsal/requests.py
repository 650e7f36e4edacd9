"""Requests to send, as SendGrid's documentation has them."""

from typing import Any

NOW = 1_766_127_600.0  # 19 December 2025, 07:00 UTC


def a_reader(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return one personalization; ``changes`` name what the test is about."""
    return {
        "to": [{"email": f"reader{number}@example.org", "name": f"Reader {number}"}],
        "headers": {"List-Unsubscribe": f"<https://digest.example.org/u/{number:022}>"},
        "substitutions": {"-name-": f"Reader {number}"},
        "custom_args": {"delivery": f"delivery-{number}"},
    } | changes


def a_request(readers: int = 2, **changes: Any) -> dict[str, Any]:
    """Return a request that is right in every respect, but for the ``changes``."""
    return {
        "personalizations": [a_reader(number) for number in range(1, readers + 1)],
        "from": {"email": "brief@news.example.org", "name": "The Morning Brief"},
        "reply_to": {"email": "desk@example.org"},
        "subject": "Snow closes the Medeu road",
        "content": [
            {"type": "text/plain", "value": "For -name-.\nSnow – снег\n"},
            {"type": "text/html", "value": "<p>For -name-.</p><p>Snow – снег</p>"},
        ],
        "headers": {"List-Id": "<morning.news.example.org>"},
        "categories": ["morning-brief"],
        "mail_settings": {"sandbox_mode": {"enable": False}},
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
    } | changes
