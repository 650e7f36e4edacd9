"""Write the golden mails anew, and pictures of them to look at: ``make golden`` (``python -m tests.golden.make``).

``tests/golden/expected`` gets HTML and text; ``var/golden`` gets a PNG of each at 600, 375 and 320 px, light and dark,
and without images' own help (all images are off), if Chromium is there. Look at every picture whose mail has changed.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from digest.render.rendition import Body
from tests.golden.mails import EXPECTED, bodies, golden_text

PICTURES = Path("var/golden")
CHROMIUM = shutil.which(os.environ.get("DIGEST_TEST_CHROMIUM", "chromium"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = (600, 375, 320)


def main() -> int:
    """Write everything and say what changed."""
    made = bodies()
    EXPECTED.mkdir(exist_ok=True)
    for old in EXPECTED.iterdir():
        if old.stem not in made:
            old.unlink()
    for name, body in made.items():
        changed = [_write(EXPECTED / f"{name}.html", body.html), _write(EXPECTED / f"{name}.txt", golden_text(body))]
        sys.stdout.write(f"{name}: {len(body.html.encode()) / 1000:.1f} KB, {'CHANGED' if any(changed) else 'same'}\n")
    if CHROMIUM is None:
        sys.stdout.write("No pictures: no Chromium found (install Debian's chromium or set DIGEST_TEST_CHROMIUM).\n")
        return 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, body in made.items():
            _take_pictures(browser, name, body)
        browser.close()
    sys.stdout.write(f"Pictures: {PICTURES}\n")
    return 0


def _write(path: Path, content: str) -> bool:
    changed = not path.is_file() or path.read_bytes() != content.encode()
    path.write_bytes(content.encode())
    return changed


def _take_pictures(browser: Browser, name: str, body: Body) -> None:
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.route("http**/*", lambda route: route.abort())
            page.set_content(body.html)
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
            page.close()


if __name__ == "__main__":
    sys.exit(main())
