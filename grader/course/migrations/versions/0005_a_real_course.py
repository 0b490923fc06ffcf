"""A real course: schedules of one's own, work by hand, regrades, mail. Which report holds is pointed at, and the record
of who did what can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
MOMENT = sa.DateTime(timezone=True)
REFUSAL = "the audit log can only grow"


def upgrade() -> None:
    new_tables()
    new_columns()
    fill()
    keep_the_record()


def new_tables() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mails_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(op.f("ix_mails_state_next_at"), "mails", ["state", "next_at"])
    op.create_index(op.f("ix_mails_user_id"), "mails", ["user_id"])
    op.create_table(
        "answers",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_answers_assignment_id_assignments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["users.id"], name=op.f("fk_answers_marked_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_answers_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", "question", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_user_id"), "answers", ["user_id"])
    op.create_table(
        "extensions",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("closes", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_extensions_assignment_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_extensions_by_id_users"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_extensions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_extensions")),
    )
    op.create_index(op.f("ix_extensions_user_id"), "extensions", ["user_id"])
    op.create_table(
        "overrides",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_overrides_assignment_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_overrides_by_id_users"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_overrides_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_overrides")),
    )
    op.create_index(op.f("ix_overrides_user_id"), "overrides", ["user_id"])
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("which", sa.String(length=16), nullable=False),
        sa.Column("students", sa.JSON(), nullable=True),
        sa.Column("never_lower", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_regrades_assignment_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_regrades_by_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_assignment_id"), "regrades", ["assignment_id"])
    op.create_index(op.f("ix_regrades_state"), "regrades", ["state"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_comments_author_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_comments_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_submission_id"), "comments", ["submission_id"])
    op.create_table(
        "function_verdicts",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_function_verdicts_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", "function", name=op.f("pk_function_verdicts")),
    )
    op.create_table(
        "regrade_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("check", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("replay_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_regrade_requests_answered_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["regrades.id"], name=op.f("fk_regrade_requests_replay_id_regrades"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_regrade_requests_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_regrade_requests_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_requests")),
    )
    op.create_index(op.f("ix_regrade_requests_submission_id"), "regrade_requests", ["submission_id"])
    op.create_index(op.f("ix_regrade_requests_user_id"), "regrade_requests", ["user_id"])
    op.create_table(
        "regrade_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("old_report_id", sa.Integer(), nullable=True),
        sa.Column("new_report_id", sa.Integer(), nullable=True),
        sa.Column("old", sa.Integer(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["new_report_id"], ["reports.id"], name=op.f("fk_regrade_items_new_report_id_reports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["old_report_id"], ["reports.id"], name=op.f("fk_regrade_items_old_report_id_reports"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrades.id"], name=op.f("fk_regrade_items_regrade_id_regrades"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_regrade_items_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_regrade_items_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_items")),
        sa.UniqueConstraint("regrade_id", "submission_id", name=op.f("uq_regrade_items_regrade_id_submission_id")),
    )
    op.create_index(op.f("ix_regrade_items_state_id"), "regrade_items", ["state", "id"])
    op.create_index(op.f("ix_regrade_items_submission_id"), "regrade_items", ["submission_id"])


def new_columns() -> None:
    with op.batch_alter_table("assignments") as batch_op:
        batch_op.add_column(sa.Column("points", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("tolerance", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("visibility", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("released_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("teams", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("questions", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("check_verdicts") as batch_op:
        batch_op.add_column(sa.Column("error", sa.Double(), nullable=True))

    with op.batch_alter_table("courses") as batch_op:
        batch_op.add_column(sa.Column("late_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("ends", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("grades") as batch_op:
        batch_op.add_column(sa.Column("raw", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("penalty", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("manual", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("late_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("overridden", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("excused", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("submission_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("reports") as batch_op:
        batch_op.add_column(sa.Column("regrade_id", sa.Integer(), nullable=True))
        batch_op.alter_column("attempt", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_reports_submission_id_regrade_id"), ["submission_id", "regrade_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_reports_regrade_id_regrades"), "regrades", ["regrade_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("submissions") as batch_op:
        batch_op.add_column(sa.Column("team", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("report_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_submissions_report_id"), ["report_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_submissions_report_id_reports"),
            "reports",
            ["report_id"],
            ["id"],
            ondelete="SET NULL",
            use_alter=True,
        )

    with op.batch_alter_table("tokens") as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("course_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", MOMENT, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_tokens_course_id_courses"), "courses", ["course_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("timezone", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("password", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("mail", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("erased_at", MOMENT, nullable=True))


def fill() -> None:
    """The newest report of a submission is the one that holds; what counted before was counted without anything by
    hand."""
    op.execute(
        "UPDATE submissions SET report_id = (SELECT max(id) FROM reports WHERE reports.submission_id = submissions.id)"
    )
    op.execute(
        "UPDATE grades SET raw = (SELECT score FROM submissions WHERE submissions.id = grades.submission_id)"
        " WHERE EXISTS (SELECT 1 FROM submissions WHERE submissions.id = grades.submission_id AND score IS NOT NULL)"
    )
    op.execute("UPDATE grades SET penalty = raw - score")


def keep_the_record() -> None:
    """Rows of the audit log are neither changed nor deleted, whoever asks the database for it."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()"
    )
