"""A snapshot that an earlier version sealed is read and verified for ever: its bytes are kept, not made again."""

from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from digest.collect.rates.rate import Move
from digest.compose.snapshot import digest_of, from_json
from digest.ids import Sha256
from digest.render.rendition import Part, Rendition, Sealed
from digest.render.steps import hash_of
from digest.store.issues import SqlIssues
from tests.contracts.desk import Desk

#: As it was written before a rate had a week, flags, or a snapshot what it held back.
OLDER = (Path(__file__).parent / "older_snapshot.json").read_text(encoding="utf-8")
OLDER_DIGEST = "ea5377f980d8385e35c36f9974d962ca464a3e122b4a47254aeb6ba46f307bf7"


def test_what_an_older_snapshot_does_not_say_takes_its_default() -> None:
    frozen = from_json(OLDER)
    (rate,) = frozen.rates.rates
    assert (rate.value, rate.move, rate.bank_title) == (Decimal("512.34"), Move.STRONGER, "National Bank of Kazakhstan")
    assert (rate.week, rate.flags, rate.cross, rate.accepted_by) == ((), (), None, None)
    assert (frozen.rates.held, [missing.currency for missing in frozen.rates.missing]) == ((), ["UZS"])
    wanted = frozen.newsletter.rates
    assert wanted.currencies == ("KZT",)


def test_an_issue_that_was_sealed_before_comes_back_byte_for_byte_and_its_hash_holds(
    engine: Engine, desk: Desk
) -> None:
    assert digest_of(OLDER) == OLDER_DIGEST
    frozen = from_json(OLDER)
    part = Part(segments={"all": "one dollar costs 512.34"})
    rendition = Rendition(issue=frozen.id, locale="en", look="classic", mark="m4rk", subject=part, html=part, text=part)
    revision = Sha256("a" * 64)
    seal = hash_of(OLDER, revision, (rendition,))
    desk.issues.put(
        Sealed(frozen=frozen, snapshot=OLDER, template_revision=revision, renditions=(rendition,), hash=seal)
    )
    kept = SqlIssues(engine).sealed(frozen.id)
    assert kept.snapshot == OLDER
    assert kept.hash == seal == hash_of(kept.snapshot, kept.template_revision, kept.renditions)
    assert kept.frozen == frozen
