"""References of cases: short, drawn at random, hard to mistake when they are read aloud or copied."""

import re
import secrets

# No two of these look or sound alike: of letters that rhyme (B, C, D, E, G, P, T, V; A, H, J, K; M, N; F, S; Q, U) one each.
_SYMBOLS = "2346789FKMQRTWXY"
_MISTAKEN = str.maketrans("05BCDEGPVZAHJNOSU", "Q98TTT6TW2KKKMQFQ")
_LENGTH, _HALF = 8, 4


def drawn() -> str:
    """A new reference, such as 7KQM-2XWT: one of four thousand million."""
    symbols = "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))
    return f"{symbols[:_HALF]}-{symbols[_HALF:]}"


def read(text: str) -> str | None:
    """The reference that a text is meant for, whatever its case, spaces and hyphen; None where it can be none.

    A letter or figure that no reference has is taken for the one that it looks or sounds like.
    """
    symbols = re.sub(r"[\W_]", "", text).upper().translate(_MISTAKEN)
    if len(symbols) != _LENGTH or not set(symbols) <= set(_SYMBOLS):
        return None
    return f"{symbols[:_HALF]}-{symbols[_HALF:]}"
