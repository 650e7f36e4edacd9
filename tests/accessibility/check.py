"""``make accessibility``: golden mails and readers' pages, held against three checkers of others and our preflight."""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.render.preflight import preflight
from tests.accessibility.held import PASSES, SCHEMES, Complaint, by_axe, by_html_validate, by_the_w3c
from tests.accessibility.pages import reader_pages
from tests.golden.issues import references
from tests.golden.mails import EXPECTED, mail


def main() -> int:
    """Print what each checker says; exit code 1 if anything is said that is not let pass."""
    files = sorted(EXPECTED.glob("*.html"))
    with TemporaryDirectory() as folder:
        said = {
            f"axe-core, in {' and '.join(SCHEMES)}": list(by_axe(files)),
            "html-validate": list(by_html_validate(files, Path(folder) / "said.json")),
            "W3C validator (vnu)": list(by_the_w3c(files)),
            "our preflight": [
                Complaint(one.name, f"preflight: {finding.name}", finding.where)
                for one in references()
                for finding in preflight(mail(one), slots=one.slots)
            ],
        }
    sys.stdout.write(f"{len(files)} golden mails\n\n| checker | complaints | of them let pass |\n| --- | --- | --- |\n")
    for checker, complaints in said.items():
        passing = sum(one.passes for one in complaints)
        sys.stdout.write(f"| {checker} | {len(complaints)} | {passing} |\n")
    with TemporaryDirectory() as folder:
        pages = reader_pages(Path(folder))
        of_pages = [
            *by_axe(pages, width=375),
            *by_html_validate(pages, Path(folder) / "said.json"),
            *by_the_w3c(pages),
        ]
    sys.stdout.write(f"\n{len(pages)} readers' pages, all three checkers: {len(of_pages)} complaints\n")
    everything = [one for complaints in said.values() for one in complaints]
    sys.stdout.write("\nLet pass:\n")
    for rule, count in sorted(Counter(one.rule for one in everything if one.passes).items()):
        sys.stdout.write(f"* {rule} ({count}): {PASSES[rule]}\n")
    wrong = [one for one in (*everything, *of_pages) if not one.passes]
    for one in wrong:
        sys.stdout.write(f"WRONG {one.file}: {one.rule} ({one.where})\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
