"""Sealing: every committed row exactly once, by whole transactions, under a signed head."""

import json
import stat
import threading
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from meridian.evidence.keys import is_signed_by, public_key
from meridian.evidence.merkle import is_consistent, root_from_path
from meridian.evidence.seal import copy_path, seal_pending, seal_with
from meridian.evidence.tree import StoredTree
from meridian.kernel.models import RolePermission
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.evidence_case import acting, connected, new_role, rows, store_directory
from meridian.kernel.values.identity import uuid7
from meridian.site.postgres import Urls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealer(database_urls: Urls) -> Iterator[psycopg.Connection]:
    with connected(database_urls.seal) as raw:
        yield raw


def sealed_count(company: UUID) -> int:
    [(count,)] = rows("SELECT count(*) FROM kernel_log WHERE log_id = %s", company)
    return int(count)


def read(statement: str, parameters: object) -> list[tuple[object, ...]]:
    return fetch(statement, parameters)  # type: ignore[arg-type]


def test_a_row_is_sealed_once_under_a_signed_head(sealer: psycopg.Connection) -> None:
    company = uuid7()
    new_role(company)
    seal_pending(sealer, store_directory())
    assert sealed_count(company) == 2  # the act and the change
    assert seal_pending(sealer, store_directory()).rows == 0
    [(size, root, text, signature, key_id)] = rows(
        "SELECT tree_size, root_hash, signed_text, signature, key_id FROM kernel_head WHERE log_id = %s", company
    )
    told = json.loads(text)
    assert (told["size"], told["root"], told["log"], told["store"]) == (2, root.hex(), str(company), "test")
    assert size == 2
    assert is_signed_by(public_key(store_directory(), key_id), text, signature)
    assert not is_signed_by(public_key(store_directory(), key_id), text.replace("2", "3"), signature)


def test_heads_are_copied_and_keys_are_for_their_owner_alone(sealer: psycopg.Connection) -> None:
    company = uuid7()
    new_role(company)
    seal_pending(sealer, store_directory())
    new_role(company)
    seal_pending(sealer, store_directory())
    copies = [json.loads(line) for line in copy_path(store_directory(), company).read_text().splitlines()]
    stored = rows("SELECT signed_text FROM kernel_head WHERE log_id = %s ORDER BY tree_size", company)
    assert [copy["head"] for copy in copies] == [text for (text,) in stored]
    key = store_directory() / "keys" / "seal.ed25519"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_transaction_that_commits_late_is_sealed_late(sealer: psycopg.Connection) -> None:
    slow, quick = uuid7(), uuid7()
    with acting(slow):
        seal_pending(sealer, store_directory())
        assert sealed_count(slow) == 0
        done = threading.Thread(target=write_elsewhere, args=(quick,))
        done.start()
        done.join()
        seal_pending(sealer, store_directory())
        assert sealed_count(quick) == 2
        assert sealed_count(slow) == 0
    seal_pending(sealer, store_directory())
    assert sealed_count(slow) == 1


def write_elsewhere(company: UUID) -> None:
    try:
        new_role(company)
    finally:
        connection.close()


def test_batches_hold_whole_transactions(sealer: psycopg.Connection) -> None:
    company = uuid7()
    seal_pending(sealer, store_directory())
    for _turn in range(6):
        new_role(company)
    sealed = seal_pending(sealer, store_directory(), rows_per_batch=5)
    assert (sealed.rows, sealed.batches) == (12, 3)  # two transactions of two rows fit, three do not
    sizes = rows("SELECT tree_size FROM kernel_head WHERE log_id = %s ORDER BY 1", company)
    assert sizes == [(4,), (8,), (12,)]


def test_two_sealers_beside_writers_seal_each_row_once(database_urls: Urls) -> None:
    companies = [uuid7() for _ in range(3)]
    seal_with(database_urls.seal, store_directory())
    stop = threading.Event()
    failures: list[BaseException] = []

    def keep_sealing() -> None:
        try:
            while not stop.is_set():
                seal_with(database_urls.seal, store_directory())
        except BaseException as error:  # noqa: BLE001 - reported by the test below
            failures.append(error)

    def write(company: UUID) -> None:
        try:
            for _turn in range(15):
                new_role(company)
        except BaseException as error:  # noqa: BLE001 - reported by the test below
            failures.append(error)
        finally:
            connection.close()

    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(company,)) for company in companies]
    for thread in [*sealers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal_with(database_urls.seal, store_directory())
    assert failures == []
    for company in companies:
        assert rows(
            "SELECT count(*), count(DISTINCT (table_name, row_id)), max(position) FROM kernel_log WHERE log_id = %s",
            company,
        ) == [(30, 30, 29)]


def test_a_stored_tree_of_more_than_a_tile_proves_inclusion_and_consistency(sealer: psycopg.Connection) -> None:
    company = uuid7()
    role = new_role(company)
    with acting(company):
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=f"m.read_{n}") for n in range(700))
    with acting(company):
        run("UPDATE kernel_role_permission SET permission = permission || '.x' WHERE company_id = %s", [company])
    seal_pending(sealer, store_directory())
    new_role(company)
    seal_pending(sealer, store_directory())
    (first, first_root), (second, second_root) = rows(
        "SELECT tree_size, root_hash FROM kernel_head WHERE log_id = %s ORDER BY 1", company
    )
    assert (first, second) == (705, 707)
    tree = StoredTree(read, company)
    leaves = rows("SELECT position, leaf_hash FROM kernel_log WHERE log_id = %s ORDER BY 1", company)
    for position, leaf in [leaves[0], leaves[255], leaves[256], leaves[704], leaves[706]]:
        assert root_from_path(leaf, position, second, tree.inclusion(position, second)) == second_root
    assert is_consistent(first, second, first_root, second_root, tree.consistency(first, second))
