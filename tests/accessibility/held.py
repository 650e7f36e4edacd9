"""Holding pages of HTML against the checkers of others: axe-core in a browser, html-validate, and the W3C's validator.

``make accessibility`` installs them by npm into this folder (the lock names every file by its hash). What is let pass
is listed here with its reason, and in docs/accessibility.md.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
AXE = MODULES / "axe-core/axe.min.js"
VALIDATE = MODULES / "html-validate/bin/html-validate.mjs"
VNU = MODULES / "vnu-jar/build/dist/vnu.jar"
CHROMIUM = shutil.which(os.environ.get("DIGEST_TEST_CHROMIUM", "chromium"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCHEMES = ("light", "dark")

#: What is let pass, and why.
PASSES = {
    "axe: landmark-one-main": "a mail is shown inside the page of a mail program, which has the one <main>",
    "axe: region": "the same: its landmark is the article that holds everything",
    "html-validate: prefer-native-element": "some mail programs drop <article>, and none drops a role",
    "html-validate: prefer-tbody": "tables of layout have no head and no body; the table of rates has both",
    "html-validate: form-dup-name": "boxes of one group have one name, so that a form says which of them are ticked",
    "vnu: obsolete": "Outlook on Windows takes width, border and alignment from attributes alone",
}


@dataclass(frozen=True)
class Complaint:
    """What one checker says of one file: ``rule`` with the checker's name before it, and where."""

    file: str
    rule: str
    where: str

    @property
    def passes(self) -> bool:
        """Whether it is one of those that are let pass."""
        return self.rule in PASSES


def by_axe(files: Sequence[Path], *, width: int = 600) -> Iterator[Complaint]:
    """Run axe-core on every file in Chromium, in light and in dark; what it cannot decide counts too."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for file in files:
            for scheme in SCHEMES:
                for rule, where in _axe(browser, file.read_text(encoding="utf-8"), scheme, width):
                    yield Complaint(file.name, f"axe: {rule}", f"{scheme}, {where}")
        browser.close()


def _axe(browser: Browser, html: str, scheme: Any, width: int) -> Iterator[tuple[str, str]]:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.route("http**/*", lambda route: route.abort())
    page.set_content(html)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    said = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    page.close()
    for rule in (*said["violations"], *said["incomplete"]):
        yield rule["id"], " ".join(str(rule["nodes"][0]["html"]).split())[:100]


def by_html_validate(files: Sequence[Path], into: Path) -> Iterator[Complaint]:
    """Run html-validate; its answer goes through a file, since through a pipe it is cut at 64 KB."""
    with into.open("wb") as answer:
        command = ["node", VALIDATE, "--config", HERE / "html-validate.json", "--formatter", "json", *files]
        subprocess.run(command, stdout=answer, check=False, cwd=HERE)
    for file in json.loads(into.read_text(encoding="utf-8")):
        for said in file["messages"]:
            yield Complaint(
                Path(file["filePath"]).name, f"html-validate: {said['ruleId']}", f"{said['line']}: {said['message']}"
            )


def by_the_w3c(files: Sequence[Path]) -> Iterator[Complaint]:
    """Run the W3C's validator (vnu) over the HTML, and over the CSS in it."""
    command = ["java", "-jar", VNU, "--format", "json", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    for one in json.loads(said.stderr)["messages"]:
        rule = "obsolete" if one["type"] == "info" and "is obsolete" in one["message"] else one["message"]
        yield Complaint(Path(one["url"]).name, f"vnu: {rule}", f"{one.get('lastLine')}: {one.get('extract', '')[:80]}")
