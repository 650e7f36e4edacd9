"""How a cell is written so that no spreadsheet takes it for a formula. Pure.

OWASP, "CSV Injection": what begins with =, +, -, @, a tab or a carriage return is reckoned by Excel, LibreOffice and
Google Sheets. An apostrophe before it makes it text; reading the file again takes that apostrophe away.
"""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARK: Final = "'"


def inert(cell: str) -> str:
    """Return the cell as it is written. One that begins with an apostrophe before such a sign gets one, too."""
    return _MARK + cell if cell.lstrip(_MARK).startswith(_FORMULA) else cell


def meant(cell: str) -> str:
    """Return the cell that ``inert`` has written."""
    return cell[1:] if cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_FORMULA) else cell
