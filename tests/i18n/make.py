"""Our own words and their translations: ``make i18n`` (``python -m tests.i18n.make [--check] [LANGUAGE …]``).

Reads every word of ours out of templates and code, adds what is missing to each catalogue (and makes one for each
LANGUAGE that has none), takes out what nobody says any more, and lists what waits for a translator with the places
where readers see another language meanwhile. ``--check`` writes nothing; exit code 1 says that a catalogue is not in
step with the sources, or that something in it is wrong.
"""

import sys
from collections.abc import Iterator, Sequence

from babel import Locale

from tests.i18n.catalogues import State, in_step, spoken_instead, state_of
from tests.i18n.domains import DOMAINS, Domain, Message, said


def main(arguments: Sequence[str]) -> int:
    """Bring catalogues into step, or only look, and say how they stand."""
    is_check = "--check" in arguments
    wanted = [one for one in arguments if not one.startswith("-")]
    is_good = True
    for domain in DOMAINS:
        if not is_check:
            for language in {*domain.languages(), *wanted}:
                _write(domain, language)
        states = [state_of(domain, language) for language in domain.languages()]
        sys.stdout.write("\n".join(_report(domain, states)) + "\n")
        is_good = is_good and all(state.is_in_step(domain) for state in states)
    return 0 if is_good else 1


def _write(domain: Domain, language: str) -> None:
    path, text = domain.path(language), in_step(domain, language)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _report(domain: Domain, states: Sequence[State]) -> Iterator[str]:
    yield f"{domain.name}: {len(said(domain))} messages in {domain.folder.relative_to(domain.folder.parents[1])}"
    for state in states:
        name = Locale.parse(state.language).english_name
        parts = [f"{state.translated} translated"]
        parts += [f"{len(state.unspoken)} in {_name(spoken_instead(domain, state.language))} meanwhile"]
        parts += [f"{len(state.fuzzy)} of them guesses"] if state.fuzzy else []
        yield f"  {state.language} {name}: {', '.join(parts)}"
        for message in state.unspoken:
            kind = "MISSING" if message in state.missing else "guess" if message in state.fuzzy else "untranslated"
            yield f"    {kind}: {_text(message)} ({', '.join(said(domain)[message])})"
        yield from (f"    OBSOLETE: {_text(message)}" for message in state.obsolete)
        yield from (f"    WRONG: {one}" for one in state.wrong)
    yield "  every other language: English"


def _name(language: str) -> str:
    return Locale.parse(language).english_name or language


def _text(message: Message) -> str:
    return f"“{message if isinstance(message, str) else message[-1]}”"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
