"""The text of a leaf: what of a row is sealed, word for word, made by the database in one session setting.

Format 1: the jsonb text of `{"row": …, "table": …, "format": 1}`; the row's own null columns are left out, so that a
column added later changes no text. Instants are in UTC. Columns of sealed tables never change type or name.
"""

from typing import Final
from uuid import UUID

from psycopg import sql

from meridian.kernel.evidence.catalogue import SHARED_LOG, Table
from meridian.kernel.tenancy import Tenancy

FORMAT = 1
SESSION: Final = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL extra_float_digits = 1"
)
"""Settings under which the text is the same in every session; first in each transaction that makes leaf texts."""


def leaf_text(table: Table, alias: str = "t") -> sql.Composed:
    """The SQL expression of a row's text."""
    row = sql.SQL("to_jsonb({})").format(sql.Identifier(alias))
    if table.nullable:
        nulls = sql.SQL(", ").join(
            sql.SQL("CASE WHEN {}.{} IS NULL THEN {} END").format(
                sql.Identifier(alias), sql.Identifier(column), sql.Literal(column)
            )
            for column in table.nullable
        )
        row = sql.SQL("({} - array_remove(ARRAY[{}]::text[], NULL))").format(row, nulls)
    return sql.SQL("jsonb_build_object('format', {}::int, 'table', {}::text, 'row', {})::text").format(
        sql.Literal(FORMAT), sql.Literal(table.name), row
    )


def leaf_hash(table: Table, alias: str = "t") -> sql.Composed:
    """The SQL expression of a row's leaf hash (RFC 9162: SHA-256 over 0x00 and the text)."""
    return sql.SQL("sha256('\\x00'::bytea || convert_to({}, 'UTF8'))").format(leaf_text(table, alias))


def log_of(table: Table, alias: str = "t") -> sql.Composed:
    """The SQL expression of the log a row belongs to: its company's, or the shared one."""
    shared = sql.Literal(str(SHARED_LOG))
    if table.tenancy is Tenancy.COMPANY and "company_id" in table.columns:
        return sql.SQL("coalesce({}.company_id, {}::uuid)").format(sql.Identifier(alias), shared)
    return sql.SQL("{}::uuid").format(shared)


def log_id_of(company_id: UUID | None) -> UUID:
    """The log of a company's rows."""
    return company_id or SHARED_LOG
