"""A newsletter: the recurring product, as an editor declares it in TOML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from digest.collect.journalist import Journalist
from digest.collect.rates.rate import BankName, Currency
from digest.collect.rates.rate_rules import RateRules
from digest.compose.alerts import Alerts
from digest.compose.schedule import Schedule
from digest.compose.sending import Sending
from digest.ids import JournalistId, ListName, NewsletterId


class WhenEmpty(StrEnum):
    """What a reader gets who is owed no article."""

    SKIP = "skip"
    RATES_ONLY = "rates-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How much of what is owed one issue holds. What a cap leaves out is counted in the mail, not owed again."""

    per_journalist: int = 5
    total: int = 20
    max_age_days: int = 14
    when_empty: WhenEmpty = WhenEmpty.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the mail is from. ``address`` is a mailbox on a domain of ours, ``postal_address`` stands in every footer."""

    name: str
    address: str
    postal_address: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesWanted:
    """Which rates an issue prints, in this order; ``banks`` says where to read a bank if not at its own address.

    A bank's places are one URL (a mirror of its endpoint) or any number of local files. ``rules`` say who stands in for
    a bank and what is believed; without one of the ``required`` currencies an issue is not fit to be sent.
    """

    base: Currency = Currency("USD")
    currencies: tuple[Currency, ...] = ()
    banks: Mapping[BankName, tuple[str, ...]] = field(default_factory=dict)
    rules: RateRules = RateRules()  # noqa: RUF009 - a frozen value
    required: tuple[Currency, ...] = ()


class Typeface(StrEnum):
    """What headlines are set in."""

    SERIF = "serif"
    SANS = "sans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture above the name, by https; ``width`` and ``height`` in CSS pixels as it is shown."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A newsletter's own colours and letters within its look. ``accent`` is ``#rrggbb``.

    The accent stands out from both light grounds; what it is in the dark is worked out from it. Without ``headlines``
    they are set as the look has them.
    """

    accent: str = "#0f5a68"
    headlines: Typeface | None = None
    logo: Logo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """The recurring product. ``locales`` are those we render (the first one is the fallback); ``time_zone`` is IANA."""

    id: NewsletterId
    name: str
    list_name: ListName
    sender: Sender
    tagline: str = ""
    locales: tuple[str, ...] = ("en",)
    look: str = "classic"
    theme: Theme = Theme()
    time_zone: str = "UTC"
    selection: Selection = Selection()
    rates: RatesWanted = RatesWanted()
    journalists: tuple[JournalistId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A newsletter's TOML, read: the newsletter, its journalists, and when and how its issues leave."""

    newsletter: Newsletter
    journalists: tuple[Journalist, ...]
    sending: Sending = Sending()  # noqa: RUF009 - a frozen value
    schedule: Schedule = Schedule()  # noqa: RUF009 - a frozen value
    alerts: Alerts = Alerts()  # noqa: RUF009 - a frozen value
