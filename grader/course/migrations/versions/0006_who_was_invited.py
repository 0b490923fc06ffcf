"""Who has ever signed in, and which links are invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("signed_in_at", MOMENT, nullable=True))
    with op.batch_alter_table("sign_in_links") as batch_op:
        batch_op.add_column(sa.Column("invitation", sa.Boolean(), nullable=False, server_default=sa.false()))
    fill()


def fill() -> None:
    """Whoever has used a link, has a browser signed in, or has a password, came in before."""
    op.execute(
        "UPDATE users SET signed_in_at = coalesce("
        "(SELECT max(used_at) FROM sign_in_links WHERE sign_in_links.user_id = users.id), "
        "(SELECT max(made_at) FROM sessions WHERE sessions.user_id = users.id), "
        "CASE WHEN password IS NULL THEN NULL ELSE made_at END)"
    )
