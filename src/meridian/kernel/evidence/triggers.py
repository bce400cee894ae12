"""Which triggers a table carries, derived from its class."""

from dataclasses import dataclass

from psycopg import sql

from meridian.kernel.evidence.catalogue import STORE_TABLE, Table
from meridian.kernel.tenancy import Evidence

_NEW = "REFERENCING NEW TABLE AS new_rows"
_OLD = "REFERENCING OLD TABLE AS old_rows"
_BOTH = "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"


@dataclass(frozen=True)
class Trigger:
    """One trigger of one table, as the words after its name."""

    table: str
    name: str
    when: str
    function: str
    arguments: tuple[str, ...] = ()
    rows: str = ""
    """Which transition tables the function reads."""
    level: str = "STATEMENT"
    condition: str = ""
    constraint: bool = False

    def create(self) -> sql.Composed:
        """The statement that makes it."""
        return sql.SQL(
            "CREATE {kind} {name} {when} ON {table} {rows} FOR EACH {level} {condition} "
            "EXECUTE FUNCTION {function}({args})"
        ).format(
            kind=sql.SQL("CONSTRAINT TRIGGER" if self.constraint else "TRIGGER"),
            rows=sql.SQL("DEFERRABLE" if self.constraint else self.rows),
            name=sql.Identifier(self.name),
            when=sql.SQL(self.when),
            table=sql.Identifier(self.table),
            level=sql.SQL(self.level),
            condition=sql.SQL(f"WHEN ({self.condition})" if self.condition else ""),
            function=sql.Identifier(self.function),
            args=sql.SQL(", ").join(map(sql.Literal, self.arguments)),
        )


def triggers_of(table: Table) -> list[Trigger]:
    """The triggers a table of this class must carry."""
    found: list[Trigger] = []
    if table.evidence is Evidence.GOVERNED:
        found += _trail(table)
    if table.evidence is Evidence.BOOK:
        found.append(Trigger(table.name, "kernel_keep_rows", "BEFORE UPDATE OR DELETE OR TRUNCATE", "kernel_keep_rows"))
    elif table.evidence is not Evidence.LOCAL:
        found.append(Trigger(table.name, "kernel_keep_rows", "BEFORE TRUNCATE", "kernel_keep_rows"))
    if table.is_sealed and not table.defects:
        found.append(Trigger(table.name, "kernel_queue_seal", "AFTER INSERT", "kernel_queue_seal", rows=_NEW))
    if table.is_document:
        found += _lifecycle(table)
    if table.name == STORE_TABLE:
        found.append(Trigger(table.name, "kernel_keep_store", "BEFORE UPDATE", "kernel_keep_store", level="ROW"))
        found.append(Trigger(table.name, "kernel_keep_rows", "BEFORE DELETE OR TRUNCATE", "kernel_keep_rows"))
    return found


def _trail(table: Table) -> list[Trigger]:
    scope = (str(table.tenancy), "{" + ",".join(table.left_out) + "}", table.digested)
    name = table.name
    insert = "kernel_trail_insert_set" if table.set_key else "kernel_trail_insert"
    keys = (*scope, table.set_key) if table.set_key else scope
    return [
        Trigger(name, "kernel_trail_insert", "AFTER INSERT", insert, keys, _NEW),
        Trigger(name, "kernel_trail_update", "AFTER UPDATE", "kernel_trail_update", scope, _BOTH),
        Trigger(name, "kernel_trail_delete", "AFTER DELETE", "kernel_trail_delete", scope, _OLD),
        Trigger(name, "kernel_keep_key", "BEFORE UPDATE OF id", "kernel_keep_key"),
    ]


def _lifecycle(table: Table) -> list[Trigger]:
    born = "NEW.state <> '" + table.initial_state.replace("'", "''") + "'"
    moved = "OLD.state IS DISTINCT FROM NEW.state"
    function, first = "kernel_require_transition", (table.initial_state,)
    events = (("kernel_birth", "AFTER INSERT", born), ("kernel_move", "AFTER UPDATE OF state", moved))
    return [
        Trigger(table.name, name, when, function, first, level="ROW", condition=condition, constraint=True)
        for name, when, condition in events
    ]
