# ruff: noqa: E501 - markup as it is served
"""Author pages of our own writing, in the structures that publishing systems really make.

Each shows two or three articles of Dana Serikova's (or of a namesake in another script) and things that are none.
"""

from typing import Final

TEASER: Final = "Water reached the canal on Monday, three weeks before anybody had expected it."
OTHER: Final = "Engineers say that the dam was never meant to hold so much, and that it will."


def page(body: str, head: str = "", *, html: str = 'lang="en"') -> str:
    """Return a whole page."""
    return f"<!DOCTYPE html><html {html}><head><title>x</title>{head}</head><body>{body}</body></html>"


_WP_POST: Final = """
<article id="post-{n}" class="post-{n} post type-post status-publish hentry category-popular tag-trending">
 <header class="entry-header"><span class="cat-links"><a href="/category/rivers/">Rivers</a></span>
  <h2 class="entry-title"><a href="https://herald.example/{n}/" rel="bookmark">{title}</a></h2>
  <div class="entry-meta"><span class="posted-on"><a href="https://herald.example/{n}/">
   <time class="updated" datetime="2025-12-19T09:00:00+05:00">19.12.2025</time>
   <time class="entry-date published" datetime="2025-12-1{n}T08:00:00+05:00">1{n}.12.2025</time></a></span>
   <span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/{slug}/">{author}</a></span></span>
   <span class="comments-link"><a href="/{n}/#respond">Leave a comment</a></span></div></header>
 <figure class="post-thumbnail"><img src="/{n}.jpg"><figcaption><p>The canal in spring, as everybody remembers it
  (photo: A. Photographer)</p></figcaption></figure>
 <div class="entry-summary"><p>{teaser}</p></div>
 <footer class="entry-footer"><a class="more-link" href="/{n}/">Continue reading</a></footer>
</article>"""
#: A WordPress archive with hAtom classes, a co-author, a widget area and numbered pages.
WORDPRESS: Final = page(
    '<header class="site-header"><h1 class="site-title"><a href="/">The Herald</a></h1>'
    '<div class="author vcard"><span class="fn">admin</span></div></header>'
    '<div id="content" class="has-sidebar content-sidebar-wrap"><main id="main"><header class="page-header">'
    '<h1 class="page-title">Author: <span class="vcard">Dana Serikova</span></h1>'
    '<div class="archive-description"><p>Covers rivers.</p></div></header>'
    + _WP_POST.format(n=2, title="The canal", slug="dana-serikova", author="Dana Serikova", teaser=TEASER)
    + _WP_POST.format(n=1, title="The dam", slug="timur-aliyev", author="Timur Aliyev", teaser=OTHER)
    + '<nav class="navigation pagination"><span class="page-numbers current">1</span>'
    '<a class="page-numbers" href="/author/dana-serikova/page/2/">2</a></nav></main>'
    '<div id="secondary" class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul><li><h3><a href="/w1/">A '
    "foreign post</a></h3><p>18 December 2025</p></li></ul></section></div></div>"
    '<footer class="site-footer"><h3><a href="/w2/">Footer post</a></h3><p>17 December 2025</p></footer>'
)

_DRUPAL_ROW: Final = """<div class="views-row"><div class="views-field views-field-title"><span class="field-content">
<a href="/node/{n}" hreflang="en">{title}</a></span></div><div class="views-field views-field-created">
<span class="field-content">Fri, 12 Dec 2025 - 10:0{n}</span></div><div class="views-field views-field-body">
<div class="field-content"><p>{teaser}</p></div></div></div>"""
#: A Drupal view without headings, whose pager counts from zero.
DRUPAL: Final = page(
    '<div class="region-header"><h1 class="page-title">Dana Serikova</h1></div><div class="view-content">'
    + _DRUPAL_ROW.format(n=1, title="What the canal tells about the river", teaser=TEASER)
    + _DRUPAL_ROW.format(n=2, title="What the dam tells about the canal", teaser=OTHER)
    + '</div><ul class="pager"><li class="pager__item pager__item--next"><a href="?page=1" title="Go to next page">'
    "<span>Next ›</span></a></li></ul>"
)

_BITRIX_ITEM: Final = """<p class="news-item" id="bx_{n}"><a href="/news/{n}/"><img class="preview_picture" src="/{n}.jpg"
alt="{title}"></a><span class="news-date-time">1{n}.12.2025</span> <a href="/news/{n}/"><b>{title}</b></a><br>
{teaser}</p>"""
#: A list of Bitrix: everything of an item in one paragraph, in Russian, pages by ``PAGEN_1``.
BITRIX: Final = page(
    '<div class="author-card"><img src="/dana.jpg" alt="Дана Серикова"><h1>Дана Серикова</h1>'
    "<div>Специальный корреспондент</div><div>Пишет о реках и каналах, о плотинах и о людях, которые живут ниже них.</div>"
    '</div><div class="news-list">'
    + _BITRIX_ITEM.format(
        n=2, title="Что канал говорит о реке", teaser="Вода пришла в понедельник, на три недели раньше срока."
    )
    + _BITRIX_ITEM.format(
        n=1, title="Что плотина говорит о канале", teaser="Инженеры говорят, что она столько не удержит."
    )
    + '</div><div class="modern-page-navigation"><span>1</span><a href="/avtory/dana-serikova/?PAGEN_1=2">2</a>'
    '<a href="/avtory/dana-serikova/?PAGEN_1=3">3</a></div>'
    '<div class="block"><div class="block-head"><h3>Самое читаемое</h3></div><div><h4><a href="/news/77/">Чужая статья '
    "о другом</a></h4><span>18.12.2025</span></div></div>",
    html='lang="ru"',
)

#: A table with a date and a title in each row.
TABLE: Final = page(
    "<h1>Stories by Dana Serikova</h1><table><tr><th>Date</th><th>Title</th></tr>"
    '<tr><td>19 Dec 2025</td><td><a href="/a/1">What the canal tells about the river</a></td></tr>'
    '<tr><td>18 Dec 2025</td><td><a href="/a/2">What the dam tells about the canal</a></td></tr></table>'
    '<p><a href="/about">All that you may want to know about us</a></p>'
)

#: A list with only the time of today, and yesterday's under a heading.
CLOCKS: Final = page(
    "<h1>Dana Serikova</h1><ul class=news>"
    '<li><span class="t">SOCIETY | 10:06</span> <a href="/a/1">What the canal tells about the river</a></li>'
    '<li><span class="t">SOCIETY | 09:15</span> <a href="/a/2">What the dam tells about the canal</a></li></ul>'
    "<h2>19 December 2025</h2><ul>"
    '<li><span class="t">23:40</span> <a href="/a/3">What the river tells about the dam</a></li></ul>'
)

_WRAPPED: Final = """<a class="card" href="/a/{n}"><div class="pic"><img src="/{n}.jpg"></div><div><span class="tag">Rivers
</span><h3>{title}</h3><p>{teaser}</p><span>1{n} December 2025</span> <span>5 min read</span></div></a>"""
#: Cards that are links as a whole.
WRAPPED: Final = page(
    '<div class="profile"><img data-src="/dana.jpg" src="data:image/gif;base64,R0" alt="Dana Serikova"><div><h1>Dana '
    "Serikova</h1><p>Senior editor</p><p>Writes about rivers and canals, about dams and those who live below.</p></div></div>"
    '<div class="grid">'
    + _WRAPPED.format(n=2, title="The canal", teaser=TEASER)
    + _WRAPPED.format(n=1, title="The dam", teaser=OTHER)
    + '</div><a class="btn" href="?page=2">Load more</a>'
)

_READ_MORE: Final = """<div class="item"><h3>{title}</h3><small>1{n}.12.2025</small><p>{teaser}</p>
<a href="/a/{n}" class="button">Read more</a></div>"""
#: Headings that do not link.
READ_MORE: Final = page(
    '<h1>Dana Serikova</h1><p><a href="https://social.example/dana">Follow</a></p><div class="items">'
    + _READ_MORE.format(n=2, title="The canal", teaser=TEASER)
    + _READ_MORE.format(n=1, title="The dam", teaser=OTHER)
    + "</div>"
)

_PLAIN_CARD: Final = """<div class="c"><div class="media"><a href="/a/{n}"><img src="/{n}.jpg"></a><div class="caption"><p>The
canal in spring, as everybody remembers it, photographed from the bridge.</p></div></div><h3><a href="/a/{n}">{title}</a></h3>
<div class="m">1{n} Dec 2025 · <a href="/authors/dana-serikova">Dana Serikova</a>, <a href="/authors/timur-aliyev">Timur
Aliyev</a></div><div class="t">{teaser}</div></div>"""
#: Sidebars by headings only, without telling classes, before and after the list; the author's box stands at the end.
SIDEBARS: Final = page(
    '<div class="row"><div class="l"><div><h3>Most read</h3></div><div class="c"><h4><a href="/x/1">A foreign one</a></h4><p>18 '
    'Dec 2025</p></div><div class="c"><h4><a href="/x/2">Another foreign one</a></h4><p>17 Dec 2025</p></div></div>'
    '<div class="m"><h1>Articles</h1>'
    + _PLAIN_CARD.format(n=2, title="The canal", teaser=TEASER)
    + _PLAIN_CARD.format(n=1, title="The dam", teaser=OTHER)
    + '<div class="sticky author-box"><img class="avatar" src="/dana.jpg"><h4><a href="/authors/dana-serikova">Dana Serikova</a>'
    '</h4><span class="position">Correspondent</span><p>Covers rivers.</p></div></div>'
    '<div class="r"><h3>Latest news</h3><div class="c"><h4><a href="/x/3">The third foreign one</a></h4><p>19 Dec 2025</p></div>'
    '<h3>Related</h3><div class="c"><h4><a href="/x/4">The fourth foreign one</a></h4><p>19 Dec 2025</p></div></div></div>'
    '<a href="/authors/dana-serikova/page/2">Older posts</a>'
)

#: A page that a script draws, out of the data that it carries.
SCRIPTED: Final = page(
    '<div id="__next"><h1>Dana Serikova</h1></div><script id="__NEXT_DATA__" type="application/json">{"props":{"menu":[{"title":'
    '"Home","url":"/"},{"title":"Rivers","url":"/rivers"},{"title":"Dams","url":"/dams"}],"mostRead":[{"title":"Foreign","url":'
    '"/x/1","date":"2025-12-19"},{"title":"Foreign too","url":"/x/2","date":"2025-12-19"},{"title":"And this","url":"/x/3","date":'
    '"2025-12-18"}],"posts":{"edges":[{"node":{"title":"The canal &amp; the river","url":"/a/1","publishedAt":'
    '"2025-12-19T08:00:00+05:00","excerpt":"<p>Water reached the canal.</p>","authors":[{"name":"Dana Serikova"}]}},'
    '{"node":{"title":"The dam","url":"/a/2","publishedAt":"2025-12-18T08:00:00+05:00","author":"By Dana Serikova"}}]}}}</script>'
)

#: Arabic, right to left.
ARABIC: Final = page(
    '<div class="author-info"><h1>الكاتب: دانا سيريكوفا</h1><span class="job-title">مراسلة</span></div><ul class="posts">'
    '<li><h2><a href="/a/1">القناة والنهر</a></h2><time datetime="2025-12-19T08:00:00+03:00">١٩ ديسمبر</time><p>وصلت المياه إلى '
    "القناة يوم الاثنين قبل ثلاثة أسابيع من الموعد الذي توقعه الجميع.</p></li>"
    '<li><h2><a href="/a/2">السد</a></h2><time datetime="2025-12-18T08:00:00+03:00">١٨ ديسمبر</time><p>يقول المهندسون إن السد '
    'لم يبن ليحتفظ بكل هذا الماء، وإنه سيفعل ذلك.</p><a href="/a/2">اقرأ المزيد</a></li></ul>'
    '<a href="/author/dana/page/2/">التالي</a>',
    html='lang="ar" dir="rtl"',
)

#: Microformats: an h-feed whose entries have no headings, and an h-card.
H_FEED: Final = page(
    '<div class="p-author h-card"><img class="u-photo" src="/dana.jpg"><a class="p-name u-url" href="/people/dana">Dana '
    'Serikova</a><span class="p-job-title">Editor</span> at <span class="p-org">The Herald</span><p class="p-note">Covers '
    'rivers.</p></div><ul class="h-feed">'
    '<li class="h-entry"><a class="u-url p-name" href="/a/1">Rain</a> <time class="dt-updated" datetime="2025-12-19">now</time> '
    f'<time class="dt-published" datetime="2025-12-18T08:00:00Z">18 Dec</time><p class="p-summary">{TEASER}</p></li>'
    '<li class="h-entry"><a class="u-url p-name" href="/a/2">Snow</a> <time class="dt-published" datetime="2025-12-17T08:00:00Z">'
    '17 Dec</time><span class="p-author h-card"><span class="p-name">Timur Aliyev</span></span></li></ul>'
)

#: hAtom classes that mean nothing: the theme puts the site's name, a share bar and "admin" into them.
FALSE_HATOM: Final = page(
    "<h1>Dana Serikova</h1>"
    + "".join(
        f'<div class="hentry"><span class="entry-title" style="display:none">The Herald</span><span class="vcard author"><span '
        f'class="fn">admin</span></span><h3><a href="/a/{n}">{name}</a></h3><p class="updated">1{n} December 2025</p>'
        f'<div class="entry-summary"><a href="#">Share</a></div><p>{text}</p></div>'
        for n, name, text in ((2, "The canal", TEASER), (1, "The dam", OTHER))
    )
)
