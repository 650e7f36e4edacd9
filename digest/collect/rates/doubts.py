"""Doubts in words, for editors: what was found, what it was held against, and what prints until it is settled. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from digest.collect.banks import TITLES
from digest.collect.rates.rate import BankName, Doubt, DoubtReason, HeldRate

#: How many missing currencies are named; the others are counted.
_NAMED = 5


def title_of(bank: BankName) -> str:
    """Return a bank's name as readers see it."""
    return TITLES[bank]


def plain(value: Decimal) -> str:
    """Return a decimal's digits without an exponent; of a quotient not more than anybody needs."""
    digits = format(value, "f")
    return digits if len(digits) <= len("1234567890.123456") else f"{value:.8f}"


def doubt_in_words(doubt: Doubt) -> str:  # noqa: PLR0911 - one sentence for each reason
    """Say what one gate found."""
    found, expected = plain(doubt.found or Decimal(0)), plain(doubt.expected or Decimal(0))
    percent = f"{(doubt.percent or Decimal(0)).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)} %"
    limit = f"{plain(doubt.limit or Decimal(0))} %"
    day = doubt.expected_on.isoformat() if doubt.expected_on else ""
    source = title_of(doubt.expected_from) if doubt.expected_from else ""
    match doubt.reason:
        case DoubtReason.NOT_POSITIVE:
            return f"{found} is no price"
        case DoubtReason.OTHER_NOMINAL:
            return f"it is quoted for {found} units, on {day} it was for {expected}"
        case DoubtReason.INCOMPLETE:
            more = f" and {len(doubt.missing) - _NAMED} more" if len(doubt.missing) > _NAMED else ""
            return f"the sheet is incomplete: {', '.join(doubt.missing[:_NAMED])}{more} missing"
        case DoubtReason.OFF_PEG:
            return f"{source} makes it {found} where {expected} is fixed officially"
        case DoubtReason.TOO_COARSE:
            return f"it is printed with so few digits that it can be {percent} off"
        case DoubtReason.JUMP:
            return f"too far from {expected} of {day}: {percent}, at most {limit} is believed"
    return f"{source} says {expected} for {day}: {percent} apart, at most {limit} is agreement"


def held_in_words(held: HeldRate) -> str:
    """Say what is held back, why, and what is printed instead."""
    why = "; ".join(doubt_in_words(doubt) for doubt in held.doubts)
    stands = f"{plain(held.kept)} of {held.kept_on.isoformat()} stands" if held.kept and held.kept_on else ""
    return (
        f"{plain(held.value)} of {held.effective_on.isoformat()} is held back ({held.bank_title}): {why}; "
        f"{stands or 'nothing good is left'} until a second source agrees or an editor accepts it"
    )


def warning_of(held: HeldRate) -> str:
    """Return the named warning of reports: which rate is held, why, and what to do about it."""
    return f"held-rate, {held.currency} per {held.base}: {held_in_words(held)}. {how_to_accept(held)}"


def how_to_accept(held: HeldRate) -> str:
    """Return the command that accepts a held price, and nothing that the bank may say otherwise in the meantime."""
    return (
        f"Accept it: digest rates accept {held.currency} {held.effective_on.isoformat()} --value {held.rows[-1].value} "
        "--by NAME --note TEXT"
    )


def held_as_json(held: HeldRate) -> dict[str, object]:
    """Return what is held, with its reasons and their facts, as plain values; decimals are strings, exact."""
    return {
        "currency": held.currency,
        "base": held.base,
        "bank": held.bank.value,
        "effective_on": held.effective_on.isoformat(),
        "value": str(held.value),
        "published": [
            {"local": row.local, "currency": row.currency, "nominal": row.nominal, "value": str(row.value)}
            for row in held.rows
        ],
        "doubts": [doubt_as_json(doubt) for doubt in held.doubts],
        "kept": None if held.kept is None else str(held.kept),
        "kept_on": None if held.kept_on is None else held.kept_on.isoformat(),
    }


def doubt_as_json(doubt: Doubt) -> dict[str, object]:
    """Return one doubt with its facts as plain values."""

    def digits(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return {
        "reason": doubt.reason.value,
        "why": doubt_in_words(doubt),
        "found": digits(doubt.found),
        "expected": digits(doubt.expected),
        "expected_on": None if doubt.expected_on is None else doubt.expected_on.isoformat(),
        "expected_from": None if doubt.expected_from is None else doubt.expected_from.value,
        "percent": digits(doubt.percent),
        "limit": digits(doubt.limit),
        "missing": list(doubt.missing),
    }
