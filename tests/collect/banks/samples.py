"""Small sheets of our own in each bank's form, with the traps of the real ones."""

from decimal import Decimal

from digest.collect.rate import BankRow, BankSheet
from digest.collect.web import Response
from tests.fakes import NOON


def answer(body: bytes, ref: str = "https://bank.example/rates") -> Response:
    return Response(ref=ref, url=ref, body=body, fetched_at=NOON)


def row_of(sheet: BankSheet, currency: str) -> BankRow:
    (row,) = (row for row in sheet.rows if row.currency == currency)
    return row


def per_unit(sheet: BankSheet, currency: str) -> Decimal:
    row = row_of(sheet, currency)
    return row.value / row.nominal


def nbk(
    date: str = "02.04.2026", *, code: str = "USD", value: str = "475.09", quant: str = "1", change: str = "-3.68"
) -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rates><title>Official rates</title><date>{date}</date>
<item><fullname>ДОЛЛАР США</fullname><title>{code}</title><description>{value}</description>
<quant>{quant}</quant><index>DOWN</index><change>{change}</change></item>
<item><fullname>УЗБЕКСКИХ СУМОВ</fullname><title>UZS</title><description>3.9</description><quant>100</quant>
<index></index></item></rates>""".encode()


def cbu(
    date: str = "01.04.2026", *, code: str = "USD", value: str = "12194.21", nominal: str = "1", diff: str = "-16.5"
) -> bytes:
    return (
        f'[{{"id":69,"Code":"840","Ccy":"{code}","CcyNm_EN":"US Dollar","Nominal":"{nominal}","Rate":"{value}",'
        f'"Diff":"{diff}","Date":"{date}"}},'
        f'{{"id":1,"Ccy":"VND","Nominal":"10","Rate":"4.63","Date":"{date}"}}]'
    ).encode()


def nbkr(date: str = "24.05.2026", *, code: str = "USD", value: str = "87,4500", nominal: str = "1") -> bytes:
    return f"""<?xml version="1.0" encoding="windows-1251" ?>
<CurrencyRates Name="Курсы валют" Date="{date}">
<Currency ISOCode="{code}"><Nominal>{nominal}</Nominal><Value>{value}</Value></Currency>
<Currency ISOCode="KZT"><Nominal>1</Nominal><Value>0,1859</Value></Currency>
</CurrencyRates>""".encode("windows-1251")


def nbt(date: str = "2026-05-18", *, code: str = "USD", value: str = "9.3450", nominal: str = "1") -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8" ?>
<ValCurs Date="{date}" name="Foreign Currency Market">
<Valute ID="840"><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>US Dollar</Name>
<Value>{value}</Value></Valute>
<Valute ID="810"><CharCode>RUB</CharCode><Nominal>10</Nominal><Name>Russian Ruble</Name><Value>1.1580</Value></Valute>
</ValCurs>""".encode()


def cbt(date: str = "20.05.2026", *, code: str = "USD", value: str = "3.5", multiplier: str = "1") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r
<cbt_currency_rate name="CBT Currency XML">\r
\t<date>{date}</date>\r
\t<rate code="{code}">\r
\t\t<name>ABŞ-NYŇ DOLLARY</name><rate_usd>1</rate_usd><multiplier>{multiplier}</multiplier>\r
\t\t<rate_tmt>{value}</rate_tmt><checksum>0</checksum></rate>\r
\t<rate code="KGS"><name>GYRGYZ SOMY</name><rate_usd>87.45</rate_usd><multiplier>100</multiplier>\r
\t\t<rate_tmt>4.0023</rate_tmt><checksum>0</checksum></rate>\r
</cbt_currency_rate>""".encode()
