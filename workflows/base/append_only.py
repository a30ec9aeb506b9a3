"""A migration operation that lets the database itself refuse to change or delete rows of a table.

SQLite rebuilds a table when a later migration alters it, and triggers are lost: name the table again with
`AppendOnly` at the end of such a migration. Applying it twice does no harm.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AppendOnly(Operation):
    """Refuse UPDATE and DELETE on `table`, except UPDATE of the columns in `allow_update_of`.

    :param may_go_if: an SQL condition over OLD under which a row may be deleted after all.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, *, allow_update_of: Sequence[str] = (), may_go_if: str = "") -> None:
        self.table = table
        self.may_go_if = may_go_if
        self.allow_update_of = tuple(allow_update_of)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        told = {"allow_update_of": list(self.allow_update_of), "may_go_if": self.may_go_if}
        return (type(self).__name__, [self.table], told)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        guarded = [c for c in _columns(schema_editor, self.table) if c not in self.allow_update_of]
        for statement in _create(schema_editor.connection.vendor, self.table, guarded, self.may_go_if):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in _drop(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Refuse changes to the rows of {self.table}"


def _columns(schema_editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _create(vendor: str, table: str, guarded: Sequence[str], may_go_if: str) -> list[str]:
    columns = ", ".join(f'"{column}"' for column in guarded)
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        return [
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" {refuse}',
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
            f"{f'WHEN NOT ({may_go_if}) ' if may_go_if else ''}{refuse}",
        ]
    no_delete = [
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change()'
    ]
    if may_go_if:
        no_delete = [
            f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF ({may_go_if}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'rows of %% are never changed', TG_TABLE_NAME USING ERRCODE = '23000'; END $$",
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {table}_stays()",
        ]
    return [
        # The same class of error as a broken constraint, so that both databases answer with IntegrityError.
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'rows of %% are never changed', TG_TABLE_NAME USING ERRCODE = '23000'; END $$",
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        *no_delete,
    ]


def _drop(vendor: str, table: str) -> list[str]:
    where = "" if vendor == "sqlite" else f' ON "{table}"'
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{what}"{where}' for what in ("update", "delete")]
