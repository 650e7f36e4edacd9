"""The words around the numbers of a date, in eleven languages, and a date with as few of them as possible. Pure."""

import re
import unicodedata
from typing import Final

#: Months as English, Russian, Kazakh, Kyrgyz, Uzbek (both scripts), Tajik, Turkmen, Turkish, German, French and Spanish
#: print them. Short forms that are everyday words of one of these languages (ago, set) are left out.
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        """
        january jan январь января янв yanvar январ қаңтар ocak januar jänner jän janvier janv enero ene ýanwar;
        february feb февраль февраля фев февр fevral феврал ақпан şubat februar feber février févr fév febrero
        fewral;
        march mar март марта мар mart наурыз märz maerz mrz mars marzo;
        april apr апрель апреля апр aprel апрел сәуір nisan avril avr abril abr;
        may май мая мамыр mayıs mai mayo maý;
        june jun июнь июня июн iyun маусым haziran juni juin junio iýun;
        july jul июль июля июл iyul шілде temmuz juli juillet juil julio iýul;
        august aug август августа авг avgust тамыз ağustos août aout agosto awgust;
        september sep sept сентябрь сентября сен сент sentabr sentyabr сентябр қыркүйек eylül septembre
        septiembre setiembre sentýabr;
        october oct октябрь октября окт oktabr oktyabr октябр қазан ekim oktober okt octobre octubre oktýabr;
        november nov ноябрь ноября ноя нояб noyabr ноябр қараша kasım novembre noviembre noýabr;
        december dec декабрь декабря дек dekabr декабр желтоқсан aralık dezember dez décembre déc diciembre dic
        """.split(";"),  # noqa: SIM905 - a list of twelve long strings would say less
        start=1,
    )
    for word in words.split()
}  # fmt: skip

_LEAD: Final = re.compile(
    r"^(?:(?:(?:first |last )?(?:published|posted|updated|modified)|date|опубликован[оа]?|обновлен[оа]|обновлено|дата|"
    r"дата публикации|жарияланды|жарияланған(?: күні)?|жарыяланды|жарыяланган|e[ʻ‘’']lon qilin(?:di|gan)|"
    r"joylashtirilgan|chop etilgan|sana|сана|нашр(?: шуд)?|таърих|çap edildi|sene|yayın(?:lan?ma)?(?: tarihi)?|"
    r"güncelle(?:nme|me)?(?: tarihi)?|veröffentlicht|aktualisiert|erstellt|stand|publié|mis à jour|modifié|publicado|"
    r"actualizado|fecha)(?![^\W\d_])\s*(?:(?:on|am|vom|le|el|der|den|в)(?![^\W\d_]))?\s*[:|]?\s*)+",
    re.IGNORECASE,
)
_TIME: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b\.?)?"
_AT: Final = r"at|um|в|о|à|a\s+las|alle|om|kl\.?|saat|soat|соат|саат|сағат|sagat"
#: What goes, or is written in one way: (pattern, replacement), in this order.
_PLAINER: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\bмск\b", "MSK"),
        (r"\b(\d{1,2})\s?h\s?(\d{2})\b", r"\1:\2"),
        (r"(\d:\d{2}(?::\d{2})?)\s*(?:uhr|h|hrs|ч)\b\.?", r"\1"),
        # The time before the day, which mostly comes after it.
        (rf"^({_TIME})(?:\s*[,|·•–—-]\s*|\s+)(?:(?:on|am|le|el|du|от)\s+)?(?=\D*\d)(.+)$", r"\2 \1"),
        (rf"[,|]?\s*\b(?:{_AT})\s+(?=\d{{1,2}}:\d{{2}})", " "),
        (r"(?<=\d{4})-?(?:nji|njy|нчи|нчы)\b", ""),
        (r"(?<=\d{4})[\s-]*(?:г|года?|ж|жыл\w*|йил\w*|yil\w*|ýyl\w*|йыл\w*|соли?|il)(?![^\W\d_])\.?", ""),
        (r"\bсоли\s+(?=\d{4})", ""),
        (r"\b(\d{1,2})(?:st|nd|rd|th|er|º|ª|-?(?:nji|njy|нчи|нчы|чи|чы|ші))(?![^\W\d_])", r"\1"),
        (r"(?<=\d)\s+(?:de\s+|d['’])(?=[^\W\d_])", " "),
        (r"(?<=[^\W\d_])\s+(?:de|del)\s+(?=\d{4})", " "),
        # A zone in brackets right behind the time; behind an offset it would only say the same again.
        (rf"({_TIME})\s*\((?:(?:gmt|utc)\s?)?([+−-]\d{{1,2}}(?::?\d{{2}})?|[a-z]{{2,5}})\)$", r"\1 \2"),
    )
)  # fmt: skip


def month_of(word: str) -> int:
    """Return the number of the month that a word or a number names, or 0.

    In Kyrgyz, Tajik and Turkmen a month that belongs to a day ends in a vowel: ``19 декабри``, ``19-njy dekabry``.
    """
    name = word.lower()
    return (
        int(name) if name.isdecimal() else _MONTHS.get(name) or _MONTHS.get(name[:-1] if name[-1:] in "иыуy" else "", 0)
    )


def without_lead(text: str) -> str:
    """Return a date without "Published on:", "Обновлено", "Stand:" and the like before it."""
    return _LEAD.sub("", text)


def plainly(text: str) -> str:
    """Return a date without the words that stand around its numbers; what is no date may come out maimed.

    ``2025-yil 19-dekabr, soat 10:00`` becomes ``2025 19-dekabr 10:00``.
    """
    plain = unicodedata.normalize("NFC", text)
    for pattern, instead in _PLAINER:
        plain = pattern.sub(instead, plain)
    return plain.strip(" ,")
