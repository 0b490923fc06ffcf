"""Bundles under addresses of their own, titles of an instructor's own units, and profiles."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("accepts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_profiles")),
    )
    with op.batch_alter_table("courses") as courses:
        courses.add_column(sa.Column("profile", sa.String(length=64), nullable=False, server_default="default"))
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("titles", sa.JSON(), nullable=False, server_default="{}"))
        units.drop_column("title")
    with op.batch_alter_table("submissions") as submissions:
        submissions.add_column(sa.Column("terms", sa.JSON(), nullable=True))
    with op.batch_alter_table("assignments") as assignments:
        assignments.add_column(sa.Column("unit_slug", sa.String(length=200), nullable=True))
        assignments.add_column(sa.Column("profile", sa.String(length=64), nullable=True))
        assignments.add_column(sa.Column("learning", sa.Integer(), nullable=False, server_default="0"))
        assignments.add_column(sa.Column("supply", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE assignments SET unit_slug = slug")
    with op.batch_alter_table("assignments") as assignments:
        assignments.alter_column("unit_slug", existing_type=sa.String(length=200), nullable=False)
        assignments.drop_constraint(op.f("fk_assignments_slug_units"), type_="foreignkey")
        assignments.create_foreign_key(op.f("fk_assignments_unit_slug_units"), "units", ["unit_slug"], ["slug"])
