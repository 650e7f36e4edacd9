"""What is measured in a page that Chromium has laid out. Each audit returns what is wrong, in words."""

from playwright.sync_api import Page

#: WCAG 2.2, success criterion 1.4.3, for text of any size.
LEAST_CONTRAST = 4.5

_WALK = """
const texts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(rect => rect.width > 0 && rect.height > 0);
    if (rects.length) found.push({node, rects, element: node.parentElement});
  }
  return found;
};
const said = words => words.trim().replace(/\\s+/g, ' ').slice(0, 60);
"""

_LAYOUT = """() => {
  %s
  const wrong = [];
  const wide = document.documentElement.scrollWidth, view = document.documentElement.clientWidth;
  if (wide > view) wrong.push(`the page is ${wide} px wide in ${view} px`);
  for (const {node, rects, element} of texts()) {
    if (element.closest('.skip, .contents thead, .trap') && rects[0].right < 0) continue;  // only heard
    const cell = element.closest('td, th, caption, p, li, dd, pre, h1, h2, h3') || document.body;
    const box = cell.getBoundingClientRect();
    for (const rect of rects) {
      if (rect.left < -0.5 || rect.right > view + 0.5) wrong.push(`beside the page: ${said(node.data)}`);
      else if (rect.left < box.left - 1 || rect.right > box.right + 1) wrong.push(`out of its box: ${said(node.data)}`);
    }
    for (let parent = element; parent; parent = parent.parentElement) {
      const hides = getComputedStyle(parent).overflow === 'hidden';
      if (hides && (parent.scrollWidth > parent.clientWidth + 1 || parent.scrollHeight > parent.clientHeight + 1))
        wrong.push(`clipped: ${said(node.data)}`);
    }
  }
  return [...new Set(wrong)];
}""".replace("%s", _WALK)

_CONTRAST = """least => {
  %s
  const parse = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const light = ({r, g, b}) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const canvas = dark ? {r: 18, g: 18, b: 18, a: 1} : {r: 255, g: 255, b: 255, a: 1};
    return layers.reverse().reduce((below, top) => over(top, below), canvas);
  };
  const wrong = [];
  for (const {node, element} of texts()) {
    for (let at = element; at; at = at.parentElement)
      if (getComputedStyle(at).opacity !== '1') wrong.push(`see-through: ${said(node.data)}`);
    const below = ground(element), ink = over(parse(getComputedStyle(element).color), below);
    const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) wrong.push(`${ratio.toFixed(2)}:1 ${said(node.data)}`);
  }
  return [...new Set(wrong)];
}""".replace("%s", _WALK)

_STRUCTURE = """() => {
  const wrong = [];
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => +heading.tagName[1]);
  if (levels[0] !== 1 || levels.filter(level => level === 1).length !== 1) wrong.push(`headings begin ${levels}`);
  levels.forEach((level, at) => {
    if (at && level > levels[at - 1] + 1) wrong.push(`h${level} after h${levels[at - 1]}`);
  });
  for (const link of document.querySelectorAll('a')) {
    if (!link.innerText.trim() && !link.getAttribute('aria-label')) wrong.push(`a link without words: ${link.href}`);
    if (!link.getAttribute('href')) wrong.push(`a link to nowhere: ${link.innerText}`);
  }
  for (const table of document.querySelectorAll('table:not([role=presentation])')) {
    if (!table.caption || !table.caption.innerText.trim()) wrong.push('a table of data without a caption');
    for (const th of table.querySelectorAll('th'))
      if (!['row', 'col'].includes(th.getAttribute('scope'))) wrong.push(`a th without a scope: ${th.innerText}`);
    for (const row of table.tBodies[0].rows)
      if (!row.querySelector('th[scope=row], td a')) wrong.push('a row that nothing names');
  }
  for (const picture of document.querySelectorAll('img'))
    if (picture.getAttribute('alt') === null) wrong.push(`a picture without words: ${picture.src}`);
  if (!document.documentElement.lang) wrong.push('no language');
  return wrong;
}"""


def layout(page: Page) -> list[str]:
    """Return text that is beside the page, out of its box or clipped, and a page that scrolls sideways."""
    return list(page.evaluate(_LAYOUT))


def contrast(page: Page) -> list[str]:
    """Return text with too little contrast against what really lies behind it."""
    return list(page.evaluate(_CONTRAST, LEAST_CONTRAST))


def structure(page: Page) -> list[str]:
    """Return headings out of order, links without words, tables without names."""
    return list(page.evaluate(_STRUCTURE))
