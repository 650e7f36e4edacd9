"""A newsletter whose banks are files: what they publish from day to day, and what its readers are sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from digest.config import Settings
from digest.wiring import Runtime
from tests.collect.banks import samples
from tests.whole_way.letters import outbox
from tests.whole_way.road import Outcome, apply, open_at, run, settings_in, take_in

TOML = """
[newsletter]
slug = "brief"
name = "The Brief"
list = "brief"
sender = { name = "The Brief", address = "brief@news.example", postal_address = "1 Long Street, Almaty" }

[rates]
currencies = ["KZT", "UZS", "TMT"]

[rates.fallbacks]
TMT = ["cbu"]
KZT = ["frankfurter"]

[rates.agreement]
KZT = { with = "cbr", within = 1 }

[rates.banks]
nbk = "nbk.xml"
cbu = "cbu.json"
cbt = "cbt.xml"
cbr = "cbr.xml"
frankfurter = "frankfurter.json"

[[outlets]]
slug = "herald"
name = "The Herald"

[[journalists]]
slug = "dana"
name = "Dana Serikova"
outlet = "herald"
sources = [{ kind = "feed", ref = "feed.xml" }]
"""
READERS = "address,name,follows\none@example.org,One,all\n"
GOOD, WRONG = "475.09", "540.00"


class Newsroom:
    """A newsletter whose banks are files: each day the banks publish, and its readers are sent what is true."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = settings_in(folder)
        (folder / "brief.toml").write_text(TOML, encoding="utf-8")
        self.publish(1)
        with self.at(1) as runtime:
            apply(runtime, folder / "brief.toml")
            take_in(runtime, READERS, "brief", from_start=True)

    @contextmanager
    def at(self, day: int, hour: int = 6) -> Iterator[Runtime]:
        with open_at(self.settings, datetime(2026, 4, day, hour, tzinfo=UTC)) as runtime:
            yield runtime

    def publish(
        self,
        day: int,
        dollar: str | None = GOOD,
        *,
        second: str | None = None,
        fallback: str | None = None,
        manat: str = "3.5",
        cbu: bytes | None = None,
    ) -> None:
        """Let every bank and the journalist publish on a day of April 2026; without a price a bank gives nothing."""
        on, iso = f"{day:02}.04.2026", f"2026-04-{day:02}"
        (self.folder / "nbk.xml").write_bytes(b"" if dollar is None else samples.nbk(on, value=dollar, change=""))
        frankfurter = b"" if fallback is None else samples.frankfurter(iso, value=fallback)
        (self.folder / "frankfurter.json").write_bytes(frankfurter)
        (self.folder / "cbu.json").write_bytes(cbu or samples.cbu(on))
        (self.folder / "cbt.xml").write_bytes(samples.cbt(on, value=manat))
        (self.folder / "cbr.xml").write_bytes(_russian(on, second) if second is not None else b"")
        (self.folder / "feed.xml").write_text(
            f"""<rss version="2.0"><channel><title>The Herald</title><item><title>On the {day}th of April</title>
            <link>https://herald.example.org/{day}</link><author>Dana Serikova</author>
            <pubDate>{day:02} Apr 2026 03:00:00 +0000</pubDate>
            <description>Something happened on that day, and nobody knows yet why it did.</description>
            </item></channel></rss>""",
            encoding="utf-8",
        )

    async def morning(self, day: int) -> tuple[Outcome, str]:
        """Run the newsletter; return what it brought, and the mail in both of its parts."""
        before = {letter.path for letter in outbox(self.settings)}
        with self.at(day) as runtime:
            outcome = await run(runtime, "brief")
        (letter,) = [letter for letter in outbox(self.settings) if letter.path not in before]
        return outcome, words(letter.text) + "\n" + words(letter.html)


def _russian(on: str, tenge: str) -> bytes:
    """The Bank of Russia's sheet: 80 roubles for a dollar, and so many for 100 tenge that a dollar costs ``tenge``."""
    price = f"{Decimal(8000) / Decimal(tenge):.4f}".replace(".", ",")
    return f"""<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="{on}" name="Foreign Currency Market">
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>USD</Name>
<Value>80,0000</Value></Valute>
<Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal><Name>KZT</Name>
<Value>{price}</Value></Valute></ValCurs>""".encode("windows-1251")


def words(part: str) -> str:
    """Return a part of a mail without its tags."""
    return re.sub(r"<[^>]*>", " ", part)


def findings(outcome: Outcome) -> set[str]:
    """Return the names of what preflight found."""
    return {finding.name for finding in outcome.issue.findings}
