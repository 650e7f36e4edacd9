"""The dynamic templates that SendGrid keeps for an issue: made before it is sent, found again, taken back afterwards.

Paths, fields and limits are those of its published description of the templates API. A template is known by its name:
ours begin alike, then come the issue's hash, the locale and the template's own hash.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from sendgrid import SendGridAPIClient

from digest.errors import Refused
from digest.send.mailers.sendgrid.answers import Reply
from digest.send.mailers.sendgrid.asking import Wish, asked
from digest.send.mailers.sendgrid.blends import Blender, Served
from digest.send.mailers.sendgrid.handlebars import Template, data_of, template_of
from digest.send.mixing import HASH_SHOWN, Everything, Mixture

#: How our templates are called, up to the issue's hash.
PREFIX: Final = "byline-digest "
#: In bytes, of each part; and so many characters a name has.
LARGEST_PART: Final = 1_048_576
_LONGEST_NAME: Final = 100
_PAGE: Final = 200
_TO_KEEP_TEMPLATES: Final = Wish(
    may_not="manage templates",
    advice="Give the key the access “Template Engine” to send readers of many contents by few requests.",
    will_not="keep a template",
)
_OWN_HASH: Final = 16


class Templates:
    """SendGrid's templates, as far as they are ours."""

    def __init__(self, api: SendGridAPIClient) -> None:
        """Ask by the official client."""
        self._api = api

    def serve(self, mixture: Mixture) -> Blender:
        """Let SendGrid keep a template for each locale, unless it does; return what mails can be blended by.

        :raises TryLater: SendGrid cannot be reached, or had too many requests.
        :raises Refused: the key may not manage templates, a part is too large, or what is kept is not what was sent.
        """
        made = [template_of(one.draft, one.mark) for one in mixture.everything]
        told = {key: (place, data_of(made[place], choice)) for key, place, choice in mixture.choices}
        used = {place for place, _data in told.values()}
        kept = {name: id_ for id_, name in self._ours()}
        served = [
            Served(
                id=self._keep(_name(mixture, one, template), template, kept) if place in used else "", template=template
            )
            for place, (one, template) in enumerate(zip(mixture.everything, made, strict=True))
        ]
        return Blender(served, told)

    def clear_away(self, is_done: Callable[[str], bool]) -> int:
        """Take back the templates of issues that are done, by the beginnings of their hashes; return how many.

        :raises MailerError: as ``serve`` does.
        """
        gone = 0
        for id_, name in list(self._ours()):
            if is_done(name[len(PREFIX) :][:HASH_SHOWN]):
                self._ask(self._place(id_).delete, may_be_gone=True)
                gone += 1
        return gone

    def _keep(self, name: str, template: Template, kept: Mapping[str, str]) -> str:
        """Return the id of the template of that name; it is made if it is not kept, or was not finished."""
        for what, part in (("HTML", template.html), ("plain text", template.text)):
            if len(part.encode("utf-8", "replace")) > LARGEST_PART:
                raise Refused(f"All of the issue's {what} together is larger than a template of SendGrid's may be.")
        id_ = kept.get(name)
        if id_ is None:
            made = self._ask(lambda: self._api.client.templates.post({"name": name, "generation": "dynamic"}))
            id_ = str(made.get("id") or "")
        versions = self._ask(self._place(id_).get).get("versions")
        active = [one for one in versions or () if isinstance(one, dict) and one.get("active")]
        if not active:
            version = {
                "name": name,
                "active": 1,
                "subject": template.subject,
                "html_content": template.html,
                "plain_content": template.text,
                "generate_plain_content": False,
                "editor": "code",
            }
            active = [self._ask(lambda: self._place(id_).versions.post(version))]
        parts = {"subject": template.subject, "html_content": template.html, "plain_content": template.text}
        if any(active[0].get(part) != said for part, said in parts.items()):
            raise Refused("SendGrid does not keep the template as it was written, so readers would get other bytes.")
        return id_

    def _ours(self) -> Iterator[tuple[str, str]]:
        """Yield id and name of each template of ours."""
        token: dict[str, Any] = {}
        while True:
            asked = {"generations": "dynamic", "page_size": _PAGE, **token}
            page = self._ask(lambda asked=asked: self._api.client.templates.get(asked))  # type: ignore[misc]
            listed = page.get("result", page.get("templates"))
            for one in listed if isinstance(listed, list) else ():
                if isinstance(one, dict) and str(one.get("name")).startswith(PREFIX) and one.get("id"):
                    yield str(one["id"]), str(one["name"])
            following = _next_page(page)
            if following is None or following == token.get("page_token"):
                return
            token = {"page_token": following}

    def _place(self, id_: str) -> Any:
        return self._api.client.templates._(id_)

    def _ask(self, ask: Callable[[], Reply], *, may_be_gone: bool = False) -> dict[str, Any]:
        reply = asked(ask, _TO_KEEP_TEMPLATES, may_be_gone=may_be_gone)
        if reply.status == HTTPStatus.NOT_FOUND:
            return {}
        try:
            said = json.loads(reply.body or b"{}")
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise Refused("What answers as SendGrid sent no template.", advice="Check DIGEST_SENDGRID_HOST.")
        return said


def _name(mixture: Mixture, one: Everything, template: Template) -> str:
    whole = f"{template.subject}\0{template.html}\0{template.text}"
    own = sha256(whole.encode("utf-8", "replace")).hexdigest()
    name = f"{PREFIX}{mixture.hash[:HASH_SHOWN]} {one.locale} {own[:_OWN_HASH]} {mixture.issue}"
    return name[:_LONGEST_NAME].strip()


def _next_page(page: Mapping[str, Any]) -> str | None:
    metadata = page.get("_metadata")
    link = metadata.get("next") if isinstance(metadata, dict) else None
    return link.partition("page_token=")[2].partition("&")[0] or None if isinstance(link, str) else None
