"""No index of the ledger holds a state any more: a delivery changes it twice, and each change was written there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAITING = sa.text("not_before IS NOT NULL")
NOTED = sa.text("reason IS NOT NULL AND contents_key IS NOT NULL")
BEFORE = "ck_deliveries_named_exclusion CHECK (state <> 'excluded' OR reason IS NOT NULL)"
NAMED_END = "reason IS NOT NULL OR state = 'planned' OR state = 'claimed' OR state = 'accepted'"
AFTER = f"ck_deliveries_named_end CHECK ({NAMED_END})"


def upgrade() -> None:
    """Index what waits and what did not go as planned, which is little; every such row says why."""
    op.drop_index("ix_deliveries_issue_state_subscriber", "deliveries")
    op.drop_index("ix_deliveries_by_hour", "deliveries")
    op.execute(
        "UPDATE deliveries SET reason = 'no reason was recorded'"
        " WHERE reason IS NULL AND state IN ('refused', 'uncertain')"
    )
    if op.get_bind().dialect.name == "sqlite":
        _spell_on_sqlite()
    else:
        op.drop_constraint(op.f("ck_deliveries_named_exclusion"), "deliveries", type_="check")
        op.create_check_constraint(op.f("ck_deliveries_named_end"), "deliveries", NAMED_END)
        # Room for a row's next two versions beside it: so no index of the table is written when it changes.
        op.execute("ALTER TABLE deliveries SET (fillfactor = 50)")
    for name, columns, where in (
        ("ix_deliveries_waiting", ["issue", "not_before"], WAITING),
        ("ix_deliveries_noted", ["issue", "subscriber"], NOTED),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)


def _spell_on_sqlite() -> None:
    """Change the text of the table alone (sqlite.org, "ALTER TABLE", section 7): else every row would be copied."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'deliveries' AND instr(sql, :before) > 0"
        ),
        {"before": BEFORE, "after": AFTER},
    )
    assert changed.rowcount == 1
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
