"""Where the files beside the code are: templates, example newsletters, ``prefect.yaml``.

A checkout has them at its top level; an installed wheel carries them in ``digest/_resources`` (see ``tool.hatch`` in
``pyproject.toml``).
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root(package: Path = _PACKAGE) -> Path:
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent


def templates_dir() -> Path:
    """Return the folder that holds ``email/`` and ``locale/``."""
    return _root() / "templates"


def newsletters_dir() -> Path:
    """Return the folder of the example newsletters; the sample newsroom is its ``sample/``."""
    return _root() / "newsletters"


def prefect_file() -> Path:
    """Return the path of ``prefect.yaml``, which declares the deployments."""
    return _root() / "prefect.yaml"
