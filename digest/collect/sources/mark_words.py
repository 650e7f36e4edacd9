"""The words by which outlets mark opinion, paid pieces and paywalls, in the languages that the project reads.

A mark is believed only where the whole name of a rubric, category or label, or a whole folder of the address, is such a
word. A word inside a title, a longer name or the last part of an address (the title again) says nothing: "Opinion
polls" is a rubric about polls. A wrong mark is worse than a missing one.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote, urlsplit

from digest.collect.article import Mark

_LONGEST: Final = 100
_APART: Final = re.compile(r"[/|>»›·•]")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_APOSTROPHES: Final = str.maketrans({"ё": "е", **dict.fromkeys("'’‘ʻʼ`´", None)})

# Sure wherever a piece is filed under them, tags included.
_OPINION: Final = """
opinion, opinions, opinion piece, op ed, op eds, oped, comment is free, opinion and analysis, opinion columnists
мнение, мнения, авторская колонка, авторские колонки, колонка автора, от редакции
пікір, пікірлер, ой пікір, көзқарас
фикр мулоҳаза, fikr mulohaza, муаллиф минбари, muallif minbari
пикир, пикирлер, ой пикир, көз караш, андеша, дидгоҳ, garaýyş, garayyş
görüş, görüşler, köşe yazısı, köşe yazıları
meinung, meinungen, leitartikel, opinión, opiniones, opinião, opinioni, opinie, tribune libre, думка, думки
"""
# Other things are tagged with these words too; as the rubric they mean opinion.
_OPINION_SECTIONS: Final = """
editorial, editorials, column, columns, columnist, columnists, comment, commentary, commentaries, viewpoint, viewpoints
колонка, колонки, колумнисты, точка зрения, фикр, fikr, fikrlar, pikir, kolumnlar, yorum
kommentar, kommentare, kolumne, kolumnen, éditorial, éditoriaux, tribune, tribunes, columnas, editoriali, felieton
"""
# Printed over the headline of paid pieces, and over nothing else (advertisements have "Advertisement", "Реклама").
_PAID_LABELS: Final = """
sponsored content, sponsored post, sponsored article, sponsored story, sponsor content, partner content, paid content
paid post, paid partner content, paid partnership, paid program, paid for content, paid for and presented by
advertorial, advertorials, advertiser content, advertisement feature, branded content, brand content, brandvoice
content from our partners, from our partners, content from our partner, in partnership content, promoted content
партнерский материал, партнерские материалы, партнерский контент, материал партнера, на правах рекламы
рекламный материал, рекламные материалы, спонсорский материал, жарнама құқығы негізінде, жарнамалық материал
reklama huquqi asosida, реклама ҳуқуқи асосида, жарнама укугунда, ба ҳуқуқи реклама
sponsorlu içerik, reklam içeriği, gesponserter inhalt, contenu sponsorisé, contenu partenaire, publireportage
publi reportage, contenido patrocinado, contenido de marca, conteúdo patrocinado, contenuto sponsorizzato
materiał sponsorowany, artykuł sponsorowany, партнерський матеріал, на правах реклами
"""
_PAID: Final = "sponsored, promoted, partner, gesponsert, sponsorisé, patrocinado, спонсорский"
# As a tag these may be what a piece is about.
_PAID_SECTIONS: Final = "реклама, жарнама, жарнак, reklama, reklam, anzeige, anzeigen, publicité, advertisement, промо"
_SUBSCRIBERS: Final = """
subscribers only, subscriber only, for subscribers, members only, members only content, premium content
только для подписчиков, для подписчиков, по подписке, réservé aux abonnés, nur für abonnenten, solo para suscriptores
"""
_OPINION_FOLDERS: Final = "opinion, opinions, op ed, op eds, oped, commentisfree, mnenie, mneniya, mneniia, kolonki"
_PAID_FOLDERS: Final = """
sponsored, sponsored content, sponsored post, sponsored posts, sponsored articles, sponsor content, partner content
paid content, paid post, paidpost, paid program, advertorial, advertorials, advertisement feature, advertiser content
branded content, brand content, brandvoice, culture council, publireportage
"""
_BRAND_FOLDER: Final = re.compile(r"[a-z0-9-]+brandvoice", re.IGNORECASE)  # forbes.com/sites/NAMEbrandvoice/2024/…


def marks_of_words(sections: Iterable[str], categories: Iterable[str] = ()) -> frozenset[Mark]:
    """Return what the rubrics of a piece, and its other categories or tags, say of it."""
    filed = {name for word in sections for name in _names(word)}
    tagged = filed | {name for word in categories for name in _names(word)}
    says = {
        Mark.PAYWALL: tagged & _SETS["subscribers"],
        Mark.OPINION: tagged & _SETS["opinion"] or filed & _SETS["opinion sections"],
        Mark.SPONSORED: tagged & _SETS["paid"] or filed & _SETS["paid sections"],
    }
    return frozenset(mark for mark, words in says.items() if words)


def marks_of_place(url: str | None) -> frozenset[Mark]:
    """Return what the folders of a piece's address say of it (``/opinion/…``, ``/partner-content/…``)."""
    segments = [unquote(segment) for segment in urlsplit(url or "").path.split("/") if segment][:-1]
    folders = {_normal(segment) for segment in segments}
    is_paid = folders & _SETS["paid folders"] or any(_BRAND_FOLDER.fullmatch(segment) for segment in segments)
    says = {Mark.OPINION: folders & _SETS["opinion folders"], Mark.SPONSORED: is_paid}
    return frozenset(mark for mark, found in says.items() if found)


def is_paid_label(text: str) -> bool:
    """Tell whether a text over a headline says that somebody paid for the piece, and nothing else."""
    return _normal(text) in _SETS["paid labels"]


def _names(word: str) -> set[str]:
    """Return a rubric's name, and the names in a path of rubrics (``News / Opinion``)."""
    return {_normal(part) for part in (word, *_APART.split(word[:_LONGEST]))}


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFC", text[:_LONGEST]).casefold().translate(_APOSTROPHES)
    return _NOT_WORD.sub(" ", folded).strip()


def _set(*lists: str) -> frozenset[str]:
    return frozenset(_normal(word) for words in lists for line in words.splitlines() for word in line.split(",")) - {""}


_SETS: Final = {
    "opinion": _set(_OPINION),
    "opinion sections": _set(_OPINION_SECTIONS),
    "opinion folders": _set(_OPINION_FOLDERS),
    "paid": _set(_PAID_LABELS, _PAID),
    "paid labels": _set(_PAID_LABELS),
    "paid sections": _set(_PAID_SECTIONS),
    "paid folders": _set(_PAID_FOLDERS),
    "subscribers": _set(_SUBSCRIBERS),
}
