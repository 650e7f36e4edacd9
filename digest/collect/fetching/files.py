"""Local files as sources: read with the same cap as the web, and with the web's own errors."""

import stat
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from digest.errors import TooLarge, Unreachable

#: Media types by suffix, so that a file is read the same on every machine (the system's own table differs).
_MEDIA_TYPES: Final = {
    ".atom": "application/atom+xml",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/plain",
    ".rss": "application/rss+xml",
    ".txt": "text/plain",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
}


def is_web_address(ref: str) -> bool:
    """Tell whether ``ref`` is an ``http(s)`` URL; everything else is the path of a local file."""
    return ref.lower().startswith(("http://", "https://"))


def media_type_of(path: Path) -> str:
    """Guess a file's media type by its suffix; empty when it says nothing."""
    return _MEDIA_TYPES.get(path.suffix.lower(), "")


def path_of(ref: str) -> Path:
    """Return the path that ``ref`` names: a path as it stands, or a ``file://`` URL of this machine.

    :raises Unreachable: a ``file://`` URL of another machine.
    """
    if not ref.lower().startswith("file://"):
        return Path(ref)
    parts = urlsplit(ref)
    if parts.netloc not in ("", "localhost"):
        raise Unreachable(ref, "it names a file on another machine", advice="Copy the file here and name its path.")
    return Path(unquote(parts.path))


def read_file(ref: str, *, limit: int) -> bytes:
    """Return a plain file's bytes.

    :raises Unreachable: not there, a folder, a device, or unreadable.
    :raises TooLarge: more than ``limit`` bytes.
    """
    path = path_of(ref)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Unreachable(ref, "it is a folder, not a file", advice="Name one file in it.")
        if not stat.S_ISREG(mode):
            raise Unreachable(ref, "it is no plain file", advice="Name a plain file.")
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except FileNotFoundError as error:
        raise Unreachable(ref, "there is no such file", advice="Check the path.") from error
    except (OSError, ValueError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreachable(ref, f"it cannot be read ({why})", advice="Check the path and its permissions.") from error
    if len(body) > limit:
        raise TooLarge(ref, f"it is bigger than {limit:,} bytes", advice="Name a smaller file.")
    return body
