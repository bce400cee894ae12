"""Unique device identifiers, read from and written for barcodes. Pure: no database, no framework, no clock.

    read("(01)06901234567892(17)150707(10)A213B1").lot    →  "A213B1"

One module per issuing agency (`gs1`, `hibc`, `iccbba`, `ma`, `ahm`) reads and writes; `reader` chooses, `messages` has
the refusals, `calc` the JSON-lines protocol.
"""

from meridian.items.udi import ahm, hibc, iccbba, ma
from meridian.items.udi.gs1.check_digits import check_digit, gtin14, gtin_is_valid
from meridian.items.udi.gs1.pairing import PairingProblem, pairing_problems
from meridian.items.udi.gs1.writing import digital_link
from meridian.items.udi.messages import MESSAGES, MESSAGES_ZH, UdiRefused
from meridian.items.udi.reader import human_readable, read, write
from meridian.items.udi.reading import Reading

__all__ = [
    "MESSAGES",
    "MESSAGES_ZH",
    "PairingProblem",
    "Reading",
    "UdiRefused",
    "ahm",
    "check_digit",
    "digital_link",
    "gtin14",
    "gtin_is_valid",
    "hibc",
    "human_readable",
    "iccbba",
    "ma",
    "pairing_problems",
    "read",
    "write",
]
