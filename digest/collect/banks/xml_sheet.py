"""Sheets in XML: most banks publish one day as a date and one element for each currency, and differ in the names."""

from collections.abc import Iterator
from typing import ClassVar, Final

from lxml import etree

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.reading import (
    DayForm,
    make_sheet,
    no_sheet,
    read_change,
    read_currency,
    read_day,
    read_nominal,
    read_price,
    trimmed,
)
from digest.collect.rates.rate import BankRow, BankSheet, Currency
from digest.collect.web import Response
from digest.errors import ParseError

ACCEPT_XML: Final = "application/xml, text/xml;q=0.9, */*;q=0.1"


class XmlSheet(BankFile):
    """A bank whose sheets are XML, one day each; a subclass is what is particular about one of them.

    Where something stands is the name of a child of which there must be exactly one, or ``@`` and an attribute's.
    """

    local: Currency

    root: ClassVar[str]
    day: ClassVar[str]
    day_form: ClassVar[DayForm] = DayForm.DAY_FIRST
    row: ClassVar[str]
    code: ClassVar[str]
    nominal: ClassVar[str]
    price: ClassVar[str]
    #: The bank's own change, which a row may lack; empty where the bank gives none.
    change: ClassVar[str] = ""
    has_decimal_comma: ClassVar[bool] = False

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read the one day of the answer.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        root = parse_xml(response, self.root)
        effective_on = read_day(ref, place_of(ref, root, self.day), self.day_form)
        warnings: list[str] = []
        return (make_sheet(ref, self.name, effective_on, self._rows(ref, root, warnings), warnings=warnings),)

    def check(self, ref: str, element: etree._Element, row: BankRow) -> tuple[BankRow, str | None]:  # noqa: ARG002 - for subclasses
        """Hold a row against what else stands in its element; return what of it can be kept, and a warning.

        :raises ParseError: the price itself is in doubt.
        """
        return row, None

    def _rows(self, ref: str, root: etree._Element, warnings: list[str]) -> Iterator[BankRow]:
        for element in root.iterchildren(self.row):
            code = read_currency(ref, place_of(ref, element, self.code))
            row = BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, place_of(ref, element, self.nominal)),
                value=read_price(ref, code, place_of(ref, element, self.price), comma=self.has_decimal_comma),
                change=read_change(ref, code, optional_text_of(ref, element, self.change)) if self.change else None,
            )
            kept, warning = self.check(ref, element, row)
            warnings += [warning] if warning else []
            yield kept


def parse_xml(response: Response, root_tag: str) -> etree._Element:
    """Return the root element of an answer, which must be called ``root_tag``, in whatever namespace.

    There are no entities: an answer with a document type of its own is refused. Nothing is loaded from anywhere,
    libxml2's limits for size and depth stay on. Comments and processing instructions are dropped. The declared encoding
    holds (NBKR and the Bank of Russia declare windows-1251).

    :raises ParseError: empty, no XML, a web page, or another document.
    """
    body = trimmed(response)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(response.ref, no_sheet(body, f"it is no XML ({str(error)[:80]})")) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ParseError(response.ref, no_sheet(body, "it brings a document type of its own, which no bank does"))
    if etree.QName(root).localname != root_tag:
        raise ParseError(response.ref, no_sheet(body, f"its root is <{root.tag}>, not <{root_tag}>"))
    return root


def place_of(ref: str, element: etree._Element, place: str) -> str:
    """Return the trimmed text of the child or (``@name``) attribute ``place``.

    :raises ParseError: it is missing, or there are several.
    """
    return attribute_of(ref, element, place[1:]) if place.startswith("@") else text_of(ref, element, place)


def text_of(ref: str, parent: etree._Element, tag: str) -> str:
    """Return the trimmed text of the only child ``tag`` of ``parent``.

    :raises ParseError: there is none or more than one, or it holds more than text.
    """
    children = parent.findall(tag)
    if len(children) != 1 or len(children[0]):
        raise ParseError(ref, f"<{parent.tag}> must have exactly one plain <{tag}>")
    return (children[0].text or "").strip()


def optional_text_of(ref: str, parent: etree._Element, tag: str) -> str:
    """Return the trimmed text of the only child ``tag``, or nothing where there is no such child.

    :raises ParseError: there is more than one, or it holds more than text.
    """
    return "" if parent.find(tag) is None else text_of(ref, parent, tag)


def attribute_of(ref: str, element: etree._Element, name: str) -> str:
    """Return the trimmed attribute ``name``.

    :raises ParseError: it is missing.
    """
    value = element.get(name)
    if value is None:
        raise ParseError(ref, f"<{element.tag}> has no {name}")
    return value.strip()
