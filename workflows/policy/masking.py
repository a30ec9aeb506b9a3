"""How names and numbers are shown to those who need not know them in full: the one place that masks."""

import unicodedata

_HIDDEN = "*"


def mask_name(name: str) -> str:
    """张三 is 张*, 欧阳小明 is 欧**; a name of one character is *.

    Of a name of two or more characters only the first is shown, even of a two-character surname, so that the
    mask does not tell how many there are.
    """
    letters = [char for char in unicodedata.normalize("NFC", name) if _is_letter(char)]
    if len(letters) < 2:
        return _HIDDEN * len(letters)
    return letters[0] + _HIDDEN * min(len(letters) - 1, 2)


def _is_letter(char: str) -> bool:
    # Marks and variation selectors belong to the letter before them; dots and blanks stand between letters.
    return unicodedata.category(char)[0] in "LNSC" and unicodedata.category(char) not in ("Cf", "Cc")


def mask_id(number: str) -> str:
    """First six and last four of an identity number; anything too short for that is hidden whole."""
    shown = _compact(number)
    if len(shown) < 15:
        return _HIDDEN * len(shown)
    return shown[:6] + _HIDDEN * (len(shown) - 10) + shown[-4:]


def mask_card(number: str) -> str:
    """**** and the last four of a bank card; anything shorter than 12 is hidden whole."""
    shown = _compact(number)
    if len(shown) < 12:
        return _HIDDEN * 4
    return _HIDDEN * 4 + " " + shown[-4:]


def mask_phone(number: str) -> str:
    """139****0001; anything that is not a mobile number is hidden whole."""
    shown = _compact(number).removeprefix("+86")
    if len(shown) != 11 or not shown.isdecimal():
        return _HIDDEN * len(shown)
    return shown[:3] + _HIDDEN * 4 + shown[-4:]


def _compact(number: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", number) if char.isalnum() or char == "+")
