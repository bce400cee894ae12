"""Loads the demonstration company into an empty demo store, with a bar that shows how far it is."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.utils.translation import override

from meridian.organization.services import NewCompany, set_up_company
from meridian.site.demo import masters, shelves
from meridian.site.demo.clockwork import Days, arrive, last_day
from meridian.site.demo.leaving import Leaving
from meridian.site.demo.marks import labels, published_catalogue
from meridian.site.demo.products import Product, families, register
from meridian.site.demo.staff import NAMES, Staff, new_passwords, new_users, remembered_passwords
from meridian.site.demo.trade import House
from meridian.site.migration import BEHIND

FIRST_DAY = BEHIND.days - 1
"""How many days before the last one the company is set up."""
FIRST_ROUND, LAST_ROUND = 181, 13
"""Rounds of trade begin each week from the first day ago to the last."""


@dataclass
class Progress:
    """A bar on the error output: one line that grows on a terminal, one line a stage in a file."""

    began: float = field(default_factory=time.monotonic)
    total: int = 1
    done: int = 0
    shown: str = ""

    def stage(self, title: str, share: int) -> None:
        """Begins a stage that makes up `share` of a hundred."""
        self.shown = title
        if not sys.stderr.isatty():
            sys.stderr.write(f"  {title} …\n")
        self._draw()
        self.done += share

    def _draw(self) -> None:
        if sys.stderr.isatty():
            filled = min(self.done, 100) * 30 // 100
            bar = "█" * filled + "░" * (30 - filled)
            sys.stderr.write(f"\r  {bar} {min(self.done, 100):3} %  {self.shown:<24}")
            sys.stderr.flush()

    def finish(self) -> None:
        """Says how long it took."""
        self.done, self.shown = 100, ""
        self._draw()
        start = "\r" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{start}  演示数据已装入 demo data loaded: {time.monotonic() - self.began:.0f} s{' ' * 40}\n")


def load(accounts: Path) -> None:
    """Makes the company and its six months of work; writes who may sign in to `accounts`, readable by the owner alone.

    The store must be a demo store without a company, its clock `BEHIND` the real time.
    """
    progress = Progress()
    with override("zh-hans"), remembered_passwords(), _quick_commits():
        staff, days = _set_up(progress)
        with staff.reading():
            _live_through(staff, days, progress)
    _write_accounts(accounts, staff)
    arrive()
    progress.finish()


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Commits without waiting for the disk: a store that loses its last second here is loaded anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")


def _set_up(progress: Progress) -> tuple[Staff, Days]:
    progress.stage("建账 company", 4)
    days = Days(last_day())
    days.go_to(FIRST_DAY, "09:00")
    passwords = new_passwords()
    new = NewCompany(
        name="江南仁和医疗器械有限公司",
        uscc=masters.uscc(1),
        users=new_users(passwords),
        address="江南省江南市仁和路 1 号",
        phone="0500-6000001",
        site_name="江南仁和总部",
        departments=(("ZG", "质量管理部"), ("CG", "采购部"), ("CC", "仓储部"), ("XS", "销售部"), ("CW", "财务部")),
    )
    return Staff(set_up_company(new), passwords), days


def _live_through(staff: Staff, days: Days, progress: Progress) -> None:
    days.go_to(FIRST_DAY, "10:00")
    shelves.build(staff)
    masters.own_papers(staff, days)
    masters.qualifications(staff, days)
    periods = masters.periods(staff, days, BEHIND.days)
    progress.stage("供货者 suppliers", 5)
    days.go_to(FIRST_DAY - 1, "09:00")
    suppliers = masters.suppliers(staff, days)
    progress.stage("购货者 customers", 7)
    days.go_to(FIRST_DAY - 2, "09:00")
    customers = masters.customers(staff, days)
    products = _products(staff, days, progress)
    published_catalogue(staff, days, FIRST_DAY - 3)
    house = House(staff, days, products, suppliers, customers)
    for week, begins in enumerate(range(FIRST_ROUND, LAST_ROUND - 1, -7), start=1):
        weeks = (FIRST_ROUND - LAST_ROUND) // 7 + 1
        progress.stage(f"业务 weeks {week}/{weeks}", 2 if week % 2 else 3)
        masters.close_periods(staff, days, periods, begins)
        house.week(begins)
    progress.stage("待办 work left", 4)
    Leaving(house).everything()
    labels(staff)


def _products(staff: Staff, days: Days, progress: Progress) -> list[Product]:
    products: list[Product] = []
    days.go_to(FIRST_DAY - 3, "09:00")
    for product in register(staff, days, masters.names_of_makers()):
        if (not products or product.family != products[-1].family) and product.family.serial % 5 == 1:
            progress.stage(f"产品 products {product.family.serial}/{len(families())}", 3)
        products.append(product)
    return products


def _write_accounts(path: Path, staff: Staff) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    people = [
        {"username": role.value, "password": staff.passwords[role], "name": name, "role": role.value,
         "role_name": str(role.label)}
        for role, name in NAMES.items()
    ]  # fmt: skip
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(people, file, ensure_ascii=False, indent=1)
    unfinished.replace(path)
