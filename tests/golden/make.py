"""Write the golden mails anew, and pictures of them to look at: ``make golden`` (``python -m tests.golden.make``).

``tests/golden/expected`` gets HTML and text; ``var/golden`` gets a PNG of each at 600, 375 and 320 px, light and dark,
and without images' own help (all images are off), if Chromium is there: of every mail that has changed, or has no
picture yet. Look at each of them. ``--gallery`` takes the pictures of ``docs/gallery.md`` anew, too.
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
SCHEMES = ("light", "dark")
_VIEWS = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
#: The gallery's pictures: mail, width and scheme; the top of each mail.
GALLERY = (("note", 600, "light"), ("everything", 375, "dark"), ("right-to-left", 375, "light"))
GALLERY_FOLDER = Path("docs/pictures")
GALLERY_HEIGHT = 900


def main() -> int:
    """Write everything and say what changed."""
    made = bodies()
    EXPECTED.mkdir(exist_ok=True)
    for old in EXPECTED.iterdir():
        if old.stem not in made:
            old.unlink()
    wanted = set()
    for name, body in made.items():
        changed = [_write(EXPECTED / f"{name}.html", body.html), _write(EXPECTED / f"{name}.txt", golden_text(body))]
        if any(changed) or not all(_picture(name, width, scheme).is_file() for width, scheme in _VIEWS):
            wanted.add(name)
        sys.stdout.write(f"{name}: {len(body.html.encode()) / 1000:.1f} KB, {'CHANGED' if any(changed) else 'same'}\n")
    if CHROMIUM is None:
        sys.stdout.write("No pictures: no Chromium found (install Debian's chromium or set DIGEST_TEST_CHROMIUM).\n")
        return 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in sorted(wanted):
            for width, scheme in _VIEWS:
                _take(browser, made[name], width, scheme, path=_picture(name, width, scheme))
        for name, width, scheme in GALLERY if "--gallery" in sys.argv else ():
            path = GALLERY_FOLDER / f"gallery-{name}.png"
            _take(browser, made[name], width, scheme, path=path, height=GALLERY_HEIGHT)
        browser.close()
    sys.stdout.write(f"Pictures: {PICTURES}\n")
    return 0


def _write(path: Path, content: str) -> bool:
    changed = not path.is_file() or path.read_bytes() != content.encode()
    path.write_bytes(content.encode())
    return changed


def _picture(name: str, width: int, scheme: str) -> Path:
    return PICTURES / f"{name}-{width}-{scheme}.png"


def _take(browser: Browser, body: Body, width: int, scheme: str, *, path: Path, height: int | None = None) -> None:
    """Take a picture of the whole mail, or of the ``height`` at its top."""
    page = browser.new_page(viewport={"width": width, "height": height or 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.route("http**/*", lambda route: route.abort())
    page.set_content(body.html)
    page.screenshot(path=path, full_page=height is None)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
