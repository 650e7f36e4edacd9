"""Is this the same story at another outlet? Pure.

A syndicated piece stands at two addresses, often under two bylines. Both are articles of their own, and a reader gets
one of them. What makes two of one title a story told twice is the text, compared with ``rapidfuzz``'s
``partial_ratio``: how much of the shorter text stands in one piece in the longer one, letter by letter. It was chosen
by measuring (``tests/collect/test_copies.py`` holds the pairs): leads, notes of thanks and trailers around a text, and
excerpts of it, leave 93 to 100 of 100, another article of the same title at most 75, a translation 18. ``ratio`` gives
an excerpt 33, ``token_set_ratio`` a text that was written anew 74, ``partial_token_set_ratio`` everything 100.

Sentences that stay the same while their figures change ("the dollar costs ... today") are told apart by the figures,
the numbers of a column by their days, and what is too short to tell stays two: a piece that is sent twice is a
nuisance, one that is never sent is a broken promise.
"""

from datetime import timedelta
from typing import Final

from rapidfuzz import fuzz

from digest.collect.article import Article, FoundArticle
from digest.collect.identity import TELLING, host_of, overlap, words_of

#: Of 100: between what copies (93) and what other articles of one title (75) were measured to have.
_NEARLY_EQUAL: Final = 85
#: Words of the shorter text that tell enough; where the title does not tell, or at one outlet, more of them.
_FEWEST, _FEWEST_UNTOLD = 20, 60
#: Words that are compared at the beginning of the shorter text, and of the longer one, where a lead may stand first.
_COMPARED, _SEARCHED = 150, 300
#: The share of the shorter text's figures that must be in the longer one, too.
_SAME_FIGURES: Final = 2 / 3
#: How far apart the same story comes out at two outlets; the next number of a weekly column is further.
_LAG: Final = timedelta(days=3)


def is_copy(one: Article, other: Article | FoundArticle, *, is_recurring: bool) -> bool:
    """Tell whether two articles that have had the same title are one story.

    ``is_recurring``: one outlet has used the title for several stories.
    """
    if one.published.best and other.published.best and not _came_out_together(one, other):
        return False
    shorter, longer = sorted((words_of(one.text), words_of(other.text)), key=len)
    is_told = len(words_of(one.title)) >= TELLING and not is_recurring and not _of_one_outlet(one, other)
    if len(shorter) < (_FEWEST if is_told else _FEWEST_UNTOLD):
        return False
    shorter, longer = shorter[:_COMPARED], longer[:_SEARCHED]
    figures = {word for word in shorter if any(map(str.isdigit, word))}
    if len(figures.intersection(longer)) < len(figures) * _SAME_FIGURES:
        return False
    return fuzz.partial_ratio(" ".join(shorter), " ".join(longer), score_cutoff=_NEARLY_EQUAL) > 0


def _came_out_together(one: Article, other: Article | FoundArticle) -> bool:
    if _of_one_outlet(one, other):
        return overlap(one.published, other.published)
    return overlap(one.published, other.published, _LAG)


def _of_one_outlet(one: Article, other: Article | FoundArticle) -> bool:
    return one.url is not None and host_of(one.url) == host_of(other.url)
