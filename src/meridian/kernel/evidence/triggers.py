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
    level: str = "STATEMENT"
    condition: str = ""
    constraint: bool = False

    def create(self) -> sql.Composed:
        """The statement that makes it."""
        return sql.SQL(
            "CREATE {kind} {name} {when} ON {table} {tail} FOR EACH {level} {condition} "
            "EXECUTE FUNCTION {function}({args})"
        ).format(
            kind=sql.SQL("CONSTRAINT TRIGGER" if self.constraint else "TRIGGER"),
            name=sql.Identifier(self.name),
            when=sql.SQL(self.when.split(" REFERENCING")[0]),
            table=sql.Identifier(self.table),
            tail=sql.SQL(self._tail),
            level=sql.SQL(self.level),
            condition=sql.SQL(f"WHEN ({self.condition})" if self.condition else ""),
            function=sql.Identifier(self.function),
            args=sql.SQL(", ").join(map(sql.Literal, self.arguments)),
        )

    @property
    def _tail(self) -> str:
        if self.constraint:
            return "DEFERRABLE INITIALLY DEFERRED"
        parts = self.when.split(" REFERENCING", 1)
        return f"REFERENCING{parts[1]}" if len(parts) == 2 else ""


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
        found.append(Trigger(table.name, "kernel_queue_seal", f"AFTER INSERT {_NEW}", "kernel_queue_seal"))
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
        Trigger(name, "kernel_trail_insert", f"AFTER INSERT {_NEW}", insert, keys),
        Trigger(name, "kernel_trail_update", f"AFTER UPDATE {_BOTH}", "kernel_trail_update", scope),
        Trigger(name, "kernel_trail_delete", f"AFTER DELETE {_OLD}", "kernel_trail_delete", scope),
        Trigger(name, "kernel_keep_key", "BEFORE UPDATE OF id", "kernel_keep_key"),
    ]


def _lifecycle(table: Table) -> list[Trigger]:
    born = "NEW.state <> '" + table.initial_state.replace("'", "''") + "'"
    moved = "OLD.state IS DISTINCT FROM NEW.state"
    function, first = "kernel_require_transition", (table.initial_state,)
    return [
        Trigger(table.name, "kernel_birth", "AFTER INSERT", function, first, "ROW", born, constraint=True),
        Trigger(table.name, "kernel_move", "AFTER UPDATE OF state", function, first, "ROW", moved, constraint=True),
    ]
