"""The templates of our own pages, as every page of them is made: escaped, and strict about what is not there."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digest.resources import templates_dir


def web_templates(folder: Path | None = None) -> Environment:
    """Return a new environment over ``folder``, or over the pages that come with this version."""
    return Environment(
        loader=FileSystemLoader(folder or templates_dir() / "web"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
