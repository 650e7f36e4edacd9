"""What came of one run of the matrix, counted at the far end and held against the ledger."""

import json
import os
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from digest.send.states import DeliveryState

#: A file to which every outcome is added, for the table; set by ``tests.reliability.table``.
REPORT: Final = "RELIABILITY_REPORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Ledger and far end beside each other. ``lost`` did not get it and nobody says so; ``twice`` got it twice.

    ``wrong`` says where the two contradict each other.
    """

    readers: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    uncertain: int
    refused: int
    wrong: tuple[str, ...]


def count(ledger: Mapping[str, tuple[str, str]], got: Counter[tuple[str, str]]) -> Counted:
    """Count everybody: ``ledger`` is delivery and state by address, ``got`` what the far end took."""
    mails = Counter[str]()
    for (address, _delivery), times in got.items():
        mails[address] += times
    named = {DeliveryState.UNCERTAIN, DeliveryState.REFUSED}
    wrong = [f"{address} got another's mail" for address, delivery in got if ledger.get(address, ("",))[0] != delivery]
    for address, (_delivery, state) in ledger.items():
        if state == DeliveryState.ACCEPTED and not mails[address]:
            wrong.append(f"{address} is accepted and got nothing")
        if state not in {DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN} and mails[address]:
            wrong.append(f"{address} is {state} and got it")
    return Counted(
        readers=len(ledger),
        lost=tuple(one for one, (_, state) in ledger.items() if not mails[one] and state not in named),
        twice=tuple(one for one, times in mails.items() if times > 1),
        uncertain=sum(state == DeliveryState.UNCERTAIN for _, state in ledger.values()),
        refused=sum(state == DeliveryState.REFUSED for _, state in ledger.values()),
        wrong=tuple(wrong),
    )


@dataclass(kw_only=True)
class Outcome:
    """What came of a row of the matrix with one mailer and one database.

    Of ``runs``, ``under_way`` were disturbed between planning and the last mail. ``uncertain`` is the most readers in
    doubt after any run; after ``doubtful`` runs there was one at least, who needs evidence, or a person.
    ``by_hand`` runs were ended by a person who did more than give the same command again.
    """

    row: str
    mailer: str
    database: str
    runs: int = 0
    under_way: int = 0
    readers: int = 0
    lost: int = 0
    twice: int = 0
    uncertain: int = 0
    doubtful: int = 0
    by_hand: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(
        self,
        counted: Counted,
        where: str,
        *,
        in_flight: int,
        is_under_way: bool = True,
        by_hand: bool = False,
        may_get_it_twice: Collection[str] = (),
    ) -> None:
        """Add one run, in which so many readers were in flight: no more than those may be uncertain.

        Nobody may get it twice but those of whom the newsletter declares so.
        """
        self.runs += 1
        self.by_hand += by_hand
        self.under_way += is_under_way
        self.readers += counted.readers
        self.lost += len(counted.lost)
        self.twice += len(counted.twice)
        self.uncertain = max(self.uncertain, counted.uncertain)
        self.doubtful += counted.uncertain > 0
        self.wrong += [f"{where}: {one}" for one in counted.wrong]
        self.wrong += [f"{where}: {one} is lost" for one in counted.lost]
        self.wrong += [f"{where}: {one} got it twice" for one in counted.twice if one not in may_get_it_twice]
        if counted.uncertain > in_flight:
            self.wrong.append(f"{where}: {counted.uncertain} uncertain, and only {in_flight} were in flight")

    def settle(self) -> None:
        """Hold that nothing was wrong, and put it into the report if there is one."""
        report = os.environ.get(REPORT)
        if report:
            with Path(report).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(self)) + "\n")
        assert self.wrong == []
