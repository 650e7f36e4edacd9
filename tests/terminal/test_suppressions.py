"""``digest suppressions``: counting, lifting, and SendGrid's lists and ours brought together."""

import pytest

from digest.rehearsal.sendgrid import serve
from tests.terminal.cli import digest

READER = "reader@x.example"


@pytest.mark.usefixtures("imported")
def test_suppressed_addresses_are_counted_and_lifted_by_somebody_for_a_reason() -> None:
    assert digest("suppressions", "count").out == "Nobody is suppressed.\n"
    digest("audience", "suppress", READER, "--reason", "bounced")
    assert digest("suppressions", "count", "--json").json == {"suppressed": {"bounced": 1}}
    assert "bounced" in digest("suppressions", "count").out
    lifted = digest("suppressions", "lift", READER, "--by", "Aida", "--why", "The mailbox is there again.")
    assert (lifted.code, lifted.out.splitlines()[0]) == (0, "It was suppressed: bounced. It is mailed again.")
    again = digest("suppressions", "lift", READER, "--by", "Aida", "--why", "x", "--json")
    assert again.json == {"lifted": None}
    digest("suppressions", "lift", "nobody", "--by", "Aida", "--why", "x").refused("address")


@pytest.mark.usefixtures("imported")
def test_both_lists_are_brought_together(monkeypatch: pytest.MonkeyPatch) -> None:
    digest("suppressions", "sync").refused("leave by outbox", "DIGEST_MAILER=sendgrid")
    with serve() as provider:
        for name, value in {
            "DIGEST_MAILER": "sendgrid",
            "DIGEST_SENDGRID_HOST": provider.url,
            "DIGEST_SENDGRID_API_KEY": provider.key,
        }.items():
            monkeypatch.setenv(name, value)
        provider.lists.add("bounces", READER, reason="550 5.1.1")
        digest("audience", "suppress", "other@x.example")
        pulled = digest("suppressions", "sync", "--pull-only", "--json").json
        assert pulled == {"listed": 1, "new": 1, "told": 0, "taken_back": 0}
        both = digest("suppressions", "sync")
        assert both.code == 0
        assert "Both lists together" in both.out
        assert "x.example" not in both.out
        assert provider.lists.emails("unsubscribes") == ["other@x.example"]
        lifted = digest("suppressions", "lift", READER, "--by", "Aida", "--why", "It is there again.")
        assert "SendGrid" in lifted.out
