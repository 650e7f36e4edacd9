"""Small sheets of our own in each bank's form, with the traps of the real ones."""

from collections.abc import Callable
from decimal import Decimal

from digest.collect.rates.rate import BankName, BankRow, BankSheet
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
    date: str = "02.04.2026",
    *,
    code: str = "USD",
    value: str = "475.09",
    nominal: str = "1",
    index: str = "DOWN",
    change: str = "-3.68",
) -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rates><title>Official rates</title><date>{date}</date>
<item><fullname>ДОЛЛАР США</fullname><title>{code}</title><description>{value}</description>
<quant>{nominal}</quant><index>{index}</index><change>{change}</change></item>
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


def cbt(date: str = "20.05.2026", *, code: str = "USD", value: str = "3.5", nominal: str = "1") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r
<cbt_currency_rate name="CBT Currency XML">\r
\t<date>{date}</date>\r
\t<rate code="{code}">\r
\t\t<name>ABŞ-NYŇ DOLLARY</name><rate_usd>1</rate_usd><multiplier>{nominal}</multiplier>\r
\t\t<rate_tmt>{value}</rate_tmt><checksum>0</checksum></rate>\r
\t<rate code="KGS"><name>GYRGYZ SOMY</name><rate_usd>87.45</rate_usd><multiplier>100</multiplier>\r
\t\t<rate_tmt>4.0023</rate_tmt><checksum>0</checksum></rate>\r
</cbt_currency_rate>""".encode()


def nbkr_weekly(date: str = "23.05.2026", *, code: str = "USD", value: str = "87,4500", nominal: str = "1") -> bytes:
    return nbkr(date, code=code, value=value, nominal=nominal).replace(b"<Value>", b"<ValidFor>7</ValidFor>\r\n<Value>")


def cbr(
    date: str = "25.04.2026",
    *,
    code: str = "USD",
    value: str = "75,5273",
    nominal: str = "1",
    unit: str = "5,39256E-05",
) -> bytes:
    return f"""<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="{date}" name="Foreign Currency Market">\
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal>\
<Name>Доллар США</Name><Value>{value}</Value></Valute>\
<Valute ID="R01324"><NumCode>364</NumCode><CharCode>IRR</CharCode><Nominal>1000000</Nominal>\
<Name>Иранских риалов</Name><Value>53,9256</Value><VunitRate>{unit}</VunitRate></Valute></ValCurs>""".encode(
        "windows-1251"
    )


def ecb(date: str = "2015-01-07", *, code: str = "USD", value: str = "1.1831", more: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube>
<Cube time='{date}'><Cube currency='{code}' rate='{value}'/><Cube currency='JPY' rate='140.60'/></Cube>
{more}</Cube>
</gesmes:Envelope>""".encode()


def frankfurter(date: str = "2026-04-01", *, code: str = "KZT", value: str = "478.770", more: str = "") -> bytes:
    return (
        f'[{{"date":"{date}","base":"USD","quote":"{code}","rate":{value}}},'
        f'{{"date":"{date}","base":"USD","quote":"TMT","rate":3.5}}{more}]'
    ).encode()


def er_api(
    date: str = "1744588952", *, code: str = "KZT", value: str = "517.5200", base: str = "1", result: str = "success"
) -> bytes:
    return (
        f'{{"result":"{result}","provider":"https://www.exchangerate-api.com","time_last_update_unix":{date},'
        f'"time_last_update_utc":"Mon, 14 Apr 2025 00:02:32 +0000","time_eol_unix":0,"base_code":"USD",'
        f'"rates":{{"USD":{base},"{code}":{value},"TMT":3.5}}}}'
    ).encode()


def ticker(date: str = "Friday, December 19, 2025", *, code: str = "KGS", value: str = "0.01144") -> bytes:
    """Return the text of an author's page of our own making, saved with its ticker."""
    return f"""{code}/USD = {value} 0%
KZT/USD = 0.00193 -0%
UZS/USD = 0.00008 0%

{date}

Our People > Dana Serikova

Dana Serikova's Avatar

Dana Serikova
Reporter

Dana Serikova writes about rivers.

Articles

The river is back

The water rose by a metre in one night, and the village moved its sheep. [...]

2 days ago
""".encode()


def ticker_page(date: str = "19 December 2025", pairs: str = "KGS/USD = 0.01144 0%") -> bytes:
    """Return an author's page of our own making with a ticker above its date."""
    return f"""<!DOCTYPE html><html><head><title>Dana Serikova</title></head><body>
<div class="ticker"><span>{pairs}</span></div><p>{date}</p><h1>Dana Serikova</h1>
<article><h2><a href="https://outlet.example/2025/river">The river is back</a></h2><p>It rose.</p></article>
</body></html>""".encode()


SAMPLES: dict[BankName, Callable[..., bytes]] = {
    BankName.NBK: nbk,
    BankName.CBU: cbu,
    BankName.NBKR: nbkr,
    BankName.NBKR_WEEKLY: nbkr_weekly,
    BankName.NBT: nbt,
    BankName.CBT: cbt,
    BankName.CBR: cbr,
    BankName.ECB: ecb,
    BankName.FRANKFURTER: frankfurter,
    BankName.ER_API: er_api,
    BankName.TICKER: ticker,
}
