"""The rate sources, one file each, and whose word counts for which currency. No I/O in here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.banks.cbr import Cbr
from digest.collect.banks.cbt import Cbt
from digest.collect.banks.cbu import Cbu
from digest.collect.banks.ecb import Ecb
from digest.collect.banks.er_api import ErApi
from digest.collect.banks.frankfurter import Frankfurter
from digest.collect.banks.nbk import Nbk
from digest.collect.banks.nbkr import Nbkr, NbkrWeekly
from digest.collect.banks.nbt import Nbt
from digest.collect.banks.ticker import Ticker
from digest.collect.rates.rate import Bank, BankName, Currency

_ALL: Final[tuple[Bank, ...]] = (
    Nbk(),
    Cbu(),
    Nbkr(),
    NbkrWeekly(),
    Nbt(),
    Cbt(),
    Cbr(),
    Ecb(),
    Frankfurter(),
    ErApi(),
    Ticker(),
)

#: Every rate source that this version reads.
BANKS: Final[Mapping[BankName, Bank]] = MappingProxyType({bank.name: bank for bank in _ALL})

#: A currency is taken from its own bank: a cross through another one loses digits (NBKR prints UZS as 0,0073).
HOME_BANK: Final[Mapping[Currency, BankName]] = MappingProxyType(
    {
        Currency("KZT"): BankName.NBK,
        Currency("UZS"): BankName.CBU,
        Currency("KGS"): BankName.NBKR,
        Currency("TJS"): BankName.NBT,
        Currency("TMT"): BankName.CBT,
        Currency("RUB"): BankName.CBR,
        Currency("EUR"): BankName.ECB,
    }
)

#: Whose word a rate is, as readers see it, in English.
TITLES: Final[Mapping[BankName, str]] = MappingProxyType(
    {**{name: bank.title for name, bank in BANKS.items()}, BankName.PEG: "Official peg"}
)

#: Where it is which day for a bank (IANA).
TIME_ZONE: Final[Mapping[BankName, ZoneInfo]] = MappingProxyType(
    {
        BankName.NBK: ZoneInfo("Asia/Almaty"),
        BankName.CBU: ZoneInfo("Asia/Tashkent"),
        BankName.NBKR: ZoneInfo("Asia/Bishkek"),
        BankName.NBKR_WEEKLY: ZoneInfo("Asia/Bishkek"),
        BankName.NBT: ZoneInfo("Asia/Dushanbe"),
        BankName.CBT: ZoneInfo("Asia/Ashgabat"),
        BankName.CBR: ZoneInfo("Europe/Moscow"),
        BankName.ECB: ZoneInfo("Europe/Berlin"),
        BankName.FRANKFURTER: ZoneInfo("UTC"),
        BankName.ER_API: ZoneInfo("UTC"),
        BankName.TICKER: ZoneInfo("UTC"),
    }
)
