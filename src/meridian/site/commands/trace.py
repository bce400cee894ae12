"""`trace <text>`: where lots came from and where they went, as a tree with sums, for people and (`--json`) programs."""

import argparse
import json
from collections.abc import Sequence
from importlib import import_module

from meridian.site.commands.environment import open_database


def main(arguments: Sequence[str]) -> int:
    """Prints the trace; 1 when the text means no lot or the sums do not add up, 2 when a choice must be made."""
    parser = argparse.ArgumentParser(prog="meridian trace")
    parser.add_argument("text", help="批号 · 序列号 · UDI 条码 · 单号 (lot, serial, barcode, document number, lot id)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--up", action="store_true", help="only where it came from 反查来源")
    way.add_argument("--down", action="store_true", help="only where it went 正查去向")
    parser.add_argument("--json", action="store_true", help="the answer of the API")
    parser.add_argument("--company", default="", help="name or credit code, where the store holds several companies")
    options = parser.parse_args(arguments)
    open_database()
    printing = import_module("meridian.site.tracing")  # imports models, so only once Django is loaded
    direction = "back" if options.up else "forward" if options.down else "both"
    company_id = printing.company_named(options.company)
    if company_id is None:
        print("meridian: name the company with --company · 请用 --company 指明公司：")
        print("\n".join(f"  {line}" for line in printing.companies()))
        return 2
    answer = printing.answered(company_id, options.text, direction)
    print(json.dumps(answer.data, ensure_ascii=False, indent=1) if options.json else answer.text)
    code: int = answer.code
    return code
