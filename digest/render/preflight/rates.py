"""What an editor must know of an issue's rates. Pure."""

from collections.abc import Iterator, Sequence

from digest.collect.rates.doubts import held_in_words
from digest.collect.rates.rate import Currency, Move, RateFlag, RateSnapshot
from digest.render.preflight.findings import Finding, a_warning, an_error


def of_rates(rates: RateSnapshot, required: Sequence[Currency] = ()) -> Iterator[Finding]:
    """Say what is held back, missing, old, accepted by a person, or new."""
    for held in rates.held:
        yield a_warning("held-rate", f"rates, {held.currency}", f"{held_in_words(held)}.")
    for missing in rates.missing:
        if missing.currency in required:
            advice = f"The newsletter requires {missing.currency}: {missing.reason}. See: digest rates show"
            yield an_error("required-rate-missing", f"rates, {missing.currency}", advice)
        else:
            yield a_warning("missing-rate", f"rates, {missing.currency}", f"It is not printed: {missing.reason}.")
    for rate in rates.rates:
        where = f"rates, {rate.currency}"
        if RateFlag.LAST_OFFICIAL in rate.flags:
            advice = (
                f"It is of {rate.effective_on}, which the mail says: look whether {rate.bank_title} has a newer one."
            )
            yield a_warning("stale-rate", where, advice)
        if rate.accepted_by is not None:
            yield a_warning("accepted-rate", where, f"A gate held it back; {rate.accepted_by} accepted it.")
        elif rate.move is Move.UNKNOWN:
            advice = f"There is no earlier rate to hold it against: look at the page of {rate.bank_title}."
            yield a_warning("uncompared-rate", where, advice)
