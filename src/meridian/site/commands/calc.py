"""`calc udi`: reads scans as JSON lines and answers each with one line."""

import argparse
import sys
from collections.abc import Sequence

from meridian.items.udi import calc


def main(arguments: Sequence[str]) -> int:
    """Reads standard input to its end; every line gets an answer, faulty ones too."""
    parser = argparse.ArgumentParser(prog="meridian calc")
    parser.add_argument("what", choices=["udi"])
    parser.parse_args(arguments)
    calc.main(sys.stdin, sys.stdout)
    return 0
