"""Hints that open one after another: the rule of an assignment, who has opened what, and which mistakes were named."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("assignments") as assignments:
        assignments.add_column(sa.Column("hints", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "named_mistakes",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_named_mistakes_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", "function", "diagnosis", name=op.f("pk_named_mistakes")),
    )
    op.create_table(
        "hint_unlocks",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(
                f"{one}_id",
                sa.Integer(),
                sa.ForeignKey(f"{one}s.id", name=op.f(f"fk_hint_unlocks_{one}_id_{one}s"), ondelete="CASCADE"),
                nullable=False,
            )
            for one in ("assignment", "user", "submission")
        ),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_unlocks")),
        sa.UniqueConstraint(
            "assignment_id",
            "user_id",
            "function",
            "diagnosis",
            "level",
            name=op.f("uq_hint_unlocks_assignment_id_user_id_function_diagnosis_level"),
        ),
    )
    op.create_index(op.f("ix_hint_unlocks_submission_id"), "hint_unlocks", ["submission_id"])
