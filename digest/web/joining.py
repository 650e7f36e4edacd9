"""``/join/LIST``: signing up, from our page or from a form on anybody's; ``/c/LINK``: confirming it.

The answer is the same whether an address is known, suppressed, mailed a moment ago or new. No script, no cookie: when a
form was shown stands signed in it. GET changes nothing, so a scanner that opens the confirming link confirms nothing.
"""

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from digest.audience.consent import Proof
from digest.audience.links import LinkRefused, Purpose, key_for
from digest.audience.own_page import own_link
from digest.audience.sign_up_form import Offer, Problem, Sent, read_sign_up, timing_problem
from digest.audience.tags import zone_name
from digest.compose.newsletter import Newsletter
from digest.newsroom_joining import (
    confirm_sign_up,
    may_sign_up,
    opened_confirmation,
    refused_domains,
    sign_up,
    unreachable,
)
from digest.newsroom_notices import send_quietly
from digest.render.words import Words
from digest.send.open_letter import served_locale
from digest.web.door import READ, Door, SentForm
from digest.web.forms import Form, said
from digest.web.guard import log
from digest.web.own_pages import in_its_order, no_such_link
from digest.web.pages import wished
from digest.web.rhythm_form import weekdays
from digest.web.visitor import network_of
from digest.web.zones import all_zones, guessed_zone, offered_languages, zones_first

#: The template of the sentence that a visitor agrees to.
AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A visitor before the form of one newsletter."""

    door: Door
    request: Request
    newsletter: Newsletter

    @property
    def words(self) -> Words:
        """The words of the visitor's browser."""
        return self.door.pages.words_of(self.request)

    @property
    def agreement(self) -> str:
        """The sentence that the visitor agrees to, in their words."""
        return self.door.pages.phrase(AGREEMENT, self.words, newsletter=self.newsletter.name)

    @property
    def offer(self) -> Offer:
        """What the form offers, and what holds for whoever chooses nothing."""
        wishes = wished(self.request)
        newsletter = self.newsletter
        return Offer(
            list_name=newsletter.list_name,
            journalists=newsletter.journalists,
            locale=served_locale(wishes, newsletter.locales),
            time_zone=guessed_zone(wishes, newsletter.time_zone),
        )


def joining(door: Door) -> APIRouter:
    """Return the routes of signing up."""
    router = APIRouter()

    @router.api_route("/join", methods=READ)
    def choose_newsletter(request: Request) -> HTMLResponse:
        newsletters = door.runtime.newsletters.newsletters()
        return door.pages.answer("newsletters", door.pages.words_of(request), newsletters=newsletters)

    @router.api_route("/join/{name}", methods=READ)
    def show(name: str, request: Request) -> HTMLResponse:
        return _form_page(_join(door, name, request), {})

    @router.post("/join/{name}")
    def take(name: str, request: Request, form: SentForm) -> HTMLResponse:
        return _take(_join(door, name, request), form)

    @router.api_route("/c/{link}", methods=READ)
    def ask(link: str, request: Request) -> HTMLResponse:
        newsletter = _confirmable(door, link)
        if newsletter is None:
            return no_such_link(door, request)
        return door.pages.answer("confirm", door.pages.words_of(request), link=link, newsletter=newsletter)

    @router.post("/c/{link}")
    def confirm(link: str, request: Request) -> HTMLResponse:
        newsletter = _confirmable(door, link)
        network = network_of(request, door.runtime.settings)
        confirmed = None if newsletter is None else confirm_sign_up(door.runtime, link, newsletter, network)
        if newsletter is None or confirmed is None:
            return no_such_link(door, request)
        now = door.runtime.clock.now()
        page = door.pages.answer(
            "joined",
            door.pages.words_of(request),
            newsletter=newsletter,
            link=own_link(confirmed.token, keys=door.runtime.link_keys, at=now),
            is_listed=door.is_listed,
        )
        page.background = BackgroundTask(send_quietly, door.runtime)
        return page

    return router


def _join(door: Door, name: str, request: Request) -> Join:
    found = next((one for one in door.runtime.newsletters.newsletters() if one.list_name == name), None)
    if found is None:
        raise HTTPException(404)
    return Join(door=door, request=request, newsletter=found)


def _take(join: Join, form: Form) -> HTMLResponse:
    """Take a form in, or show it again with what is wrong with it."""
    runtime = join.door.runtime
    now = runtime.clock.now()
    sent = read_sign_up(form, join.offer, refused=refused_domains(runtime.settings))
    if not isinstance(sent, Sent):
        return _form_page(join, form, sent)
    if sent.is_bots:
        return _sent_page(join, sent)
    assert runtime.link_keys is not None
    hasty = timing_problem(said(form, "shown"), join.newsletter.list_name, keys=runtime.link_keys, now=now)
    if hasty is not None:
        return _form_page(join, form, (hasty,))
    network = network_of(join.request, runtime.settings)
    if not may_sign_up(runtime, network):
        headers = {"Retry-After": "3600"}
        return join.door.pages.notice("too-often", join.words, status=429, headers=headers)
    lost = unreachable(runtime, sent)
    if lost is not None:
        return _form_page(join, form, (lost,))
    proof = Proof(
        words=join.agreement,
        version=sent.version or "not said",
        language=join.words.spoken,
        network=network,
        at=now,
    )
    log.info("sign-up: %s", sign_up(runtime, join.newsletter, sent, proof))
    page = _sent_page(join, sent)
    page.background = BackgroundTask(send_quietly, runtime)
    return page


def _sent_page(join: Join, sent: Sent) -> HTMLResponse:
    return join.door.pages.answer("signed-up", join.words, newsletter=join.newsletter, address=sent.address)


def _form_page(join: Join, form: Form, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    """Return the form as it is offered, or as it was filled in."""
    door, newsletter, offer = join.door, join.newsletter, join.offer
    keys = door.runtime.link_keys
    assert keys is not None
    now = door.runtime.clock.now()
    words = join.words
    time_zone = said(form, "time_zone") or offer.time_zone
    return door.pages.answer(
        "join",
        words,
        status=400 if problems else 200,
        newsletter=newsletter,
        journalists=in_its_order(door, newsletter),
        problems=problems,
        address=said(form, "address")[:254],
        everybody=said(form, "who") != "some",
        ticked=form.get("follow", ()),
        pace=said(form, "pace") or "every-issue",
        weekday=said(form, "weekday") or "mon",
        weekdays=weekdays(words),
        locale=said(form, "locale") or offer.locale,
        languages=offered_languages(newsletter.locales),
        time_zone=time_zone,
        zones_first=zones_first(
            (one for one in (time_zone, offer.time_zone, newsletter.time_zone) if zone_name(one)), words
        ),
        zones=all_zones(words),
        agreement=join.agreement,
        version=door.pages.version_of(AGREEMENT),
        shown=key_for(Purpose.FORM, newsletter.list_name, keys=keys, at=now),
        is_listed=door.is_listed,
    )


def _confirmable(door: Door, link: str) -> Newsletter | None:
    """Return the newsletter of a good confirming link; why another is none, is noted without the link."""
    opened = opened_confirmation(door.runtime, link)
    if isinstance(opened, LinkRefused):
        log.info("link refused: %s: %s", opened.fault, opened.evidence)
        return None
    asked = door.runtime.sign_ups.asked(link.partition(".")[0])
    newsletters = door.runtime.newsletters.newsletters()
    return None if asked is None else next((one for one in newsletters if one.list_name == asked.list_name), None)
