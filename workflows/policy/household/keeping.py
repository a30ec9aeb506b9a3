"""How long tables of files lie here while they wait for somebody. Both hold whole families: no longer than needed.

Not for a county to set: they shorten what is exposed, and nobody's right hangs on them.
"""

from typing import Final

#: Days an upload waits to be confirmed: a working week to ask back about its errors, and the weekend (I).
UPLOAD_DAYS: Final = 7
#: Days a table that was asked for waits to be taken: whoever asked knows that it comes, a weekend included (I).
TABLE_DAYS: Final = 3
