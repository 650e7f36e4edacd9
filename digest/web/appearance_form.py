"""What mails look like, as a page asks for it."""

from digest.audience.appearance import LOOKS, Appearance, read_look
from digest.web.forms import Form, said

#: How the form calls the newsletter's own look, so that it says something, too.
OWN = "own"


def read_appearance(form: Form, prefix: str = "") -> Appearance:
    """Return the appearance that stands in a form, or with the prefix ``shown-`` the one that it was shown with.

    :raises ValueError: there is no such look.
    """
    return Appearance(look=read_look(said(form, f"{prefix}look")), text_only=said(form, f"{prefix}text_only") == "yes")


def shown_look(appearance: Appearance) -> str:
    """Return which look is ticked: of one that this version does not know any more, the newsletter's own is got."""
    return appearance.look if appearance.look in LOOKS else OWN
