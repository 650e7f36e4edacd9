"""The alerts part of a newsletter's TOML file: who its editors are, and what they are told. Pure."""

from typing import Final

from digest.audience.mailbox import mailbox
from digest.audience.notice import NoticeKind
from digest.audience.tags import locale_tag
from digest.compose.alerts import TO_EDITORS, Alerts
from digest.compose.toml_table import Table, meant

_MOST_EDITORS: Final = 50


def read_alerts(table: Table) -> Alerts:
    """Read ``[alerts]``.

    :raises BadNewsletterFile: a key is unknown or means nothing; names line and key.
    """
    alerts = Alerts(editors=_editors(table), locale=_locale(table), tell=_tell(table))
    table.close()
    return alerts


def _editors(table: Table) -> tuple[str, ...]:
    editors = []
    for at, text in enumerate(table.texts("editors")):
        try:
            editors.append(mailbox(text))
        except ValueError as error:
            table.refuse("editors", str(error), at)
    table.refuse_twins("editors", [editor.casefold() for editor in editors])
    if len(editors) > _MOST_EDITORS:
        table.refuse("editors", f"this must be {_MOST_EDITORS} at the most; have one address for more people")
    return tuple(editors)


def _locale(table: Table) -> str | None:
    if not table.has("locale"):
        return None
    text = table.text("locale")
    return locale_tag(text) or table.refuse("locale", f"{text!r} is no known locale, such as en or ru-KZ")


def _tell(table: Table) -> tuple[NoticeKind, ...]:
    if not table.has("tell"):
        return TO_EDITORS
    known = [kind.value for kind in TO_EDITORS]
    wanted = table.texts("tell")
    for at, word in enumerate(wanted):
        if word not in known:
            table.refuse("tell", f"this must be among {', '.join(known)}{meant(word, known)}", at)
    table.refuse_twins("tell", wanted)
    return tuple(NoticeKind(word) for word in wanted)
