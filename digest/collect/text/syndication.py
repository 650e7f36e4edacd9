"""The line that WordPress appends to each item of a feed, "The post … appeared first on …", in its translations. Pure.

It is not the outlet's text. The wordings are those of WordPress's and Yoast's own translations.
"""

import re
from typing import Final

_LONGEST: Final = 1_000  # characters: a headline and the name of a site
#: How the line begins, and what stands between the headline and the site's name (or after both).
_WORDINGS: Final = (
    (r"The (?:post|article)", r"(?:first )?appeared (?:first )?on"),
    (
        r"(?:Сообщение|Запись|Публикация|Статья)",
        r"(?:впервые )?(?:появил\w+|опубликован\w*) (?:сначала |впервые )?(?:на|в)",
    ),
    (r"(?:Запис|Допис|Повідомлення|Стаття)", r"(?:спершу |вперше )?з.явил\w+ (?:спочатку |вперше )?на"),
    (r"(?:Der Beitrag|Der Artikel)", r"erschien zuerst auf"),
    (r"(?:Cet article|L.article|Le post)", r"est apparu en premier sur"),
    (r"(?:La entrada|El art[íi]culo|La noticia)", r"(?:apareci[óo] primero|se public[óo] primero) en"),
    (r"(?:L.articolo|Il post)", r"(?:proviene da|sembra essere il primo su)"),
    (r"(?:O post|O artigo)", r"apareceu primeiro em"),
    (r"(?:Het bericht|De post)", r"verscheen eerst op"),
    (r"(?:Artykuł|Post|Wpis)", r"pochodzi z serwisu"),
    (r"Inlägget", r"dök först upp på"),
    (r"Příspěvek", r"pochází z"),
)
_LINES: Final = tuple(
    re.compile(rf"\s*\b{begin}\b(?:(?!\b{begin}\b).){{1,500}}\b{between}\b.{{1,300}}\Z", re.DOTALL)
    for begin, between in _WORDINGS
)
#: Turkish puts the verb last.
_TURKISH: Final = re.compile(r"(?:\A|\n\n)[^\n]{1,500}\byazısı ilk önce\b[^\n]{1,300}\Z")


#: Words of which each line has one, to tell most texts by at once.
_TELLING: Final = (
    "appeared", "появил", "опубликован", "явил", "erschien", "apparu", "apareci", "publicó", "publico", "proviene",
    "sembra", "apareceu", "verscheen", "pochodzi", "dök", "pochází", "yazısı",
)  # fmt: skip


def without_syndication(text: str) -> str:
    """Return the text without WordPress's last line."""
    tail = text[-_LONGEST:]
    if not any(word in tail for word in _TELLING):
        return text.rstrip()
    start = len(text) - len(tail)
    for line in (*_LINES, _TURKISH):
        found = line.search(text, start)
        if found:
            return text[: found.start()].rstrip()
    return text.rstrip()
