"""The rate sources, one file each, and whose word counts for which currency. No I/O in here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.banks.cbt import Cbt
from digest.collect.banks.cbu import Cbu
from digest.collect.banks.nbk import Nbk
from digest.collect.banks.nbkr import Nbkr
from digest.collect.banks.nbt import Nbt
from digest.collect.rate import Bank, BankName, Currency

_ALL: Final[tuple[Bank, ...]] = (Nbk(), Cbu(), Nbkr(), Nbt(), Cbt())

#: Every rate source of this version.
BANKS: Final[Mapping[BankName, Bank]] = MappingProxyType({bank.name: bank for bank in _ALL})

#: A currency is taken from its own bank: a cross through another one loses digits (NBKR prints UZS as 0,0073).
HOME_BANK: Final[Mapping[Currency, BankName]] = MappingProxyType({bank.local: bank.name for bank in _ALL})

#: Where it is which day for a bank (IANA).
TIME_ZONE: Final[Mapping[BankName, ZoneInfo]] = MappingProxyType(
    {
        BankName.NBK: ZoneInfo("Asia/Almaty"),
        BankName.CBU: ZoneInfo("Asia/Tashkent"),
        BankName.NBKR: ZoneInfo("Asia/Bishkek"),
        BankName.NBT: ZoneInfo("Asia/Dushanbe"),
        BankName.CBT: ZoneInfo("Asia/Ashgabat"),
    }
)
