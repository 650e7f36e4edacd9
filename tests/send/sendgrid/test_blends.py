"""What a template is told of many bodies is kept at hand, but not of any number of them."""

from dataclasses import replace

from digest.send.mailers.sendgrid.blends import Blender
from tests.send.mails import a_mail


def test_bodies_that_no_template_shows_are_left_to_groups_however_many_they_are() -> None:
    blender = Blender([], {})
    one = a_mail("d0")
    mails = [one._replace(common=replace(one.common)) for _ in range(1_100)]
    for _ in range(2):
        blends, rest = blender.blends(mails, most=1_000)
        assert (blends, len(rest)) == ([], len(mails))
