"""From the outbox to a mailbox: in the person's language, once, over TLS; tried again, or not, as the relay answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from grader.course import access, mail
from grader.course.allowances import Student, extend
from grader.course.database import Database, migrate
from grader.course.tables import CourseAssignment, Mail, Membership, SignInLink, User, now
from grader.jobs.postman import Postman
from grader.settings import Settings
from tests.cast import Cast, assemble
from tests.stubs.relay import Relay


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("postman") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def cast(tmp_path: Path, empty: Path) -> Iterator[Cast]:
    shutil.copy(empty, tmp_path / "grader.db")
    with Database(Settings(database_url=f"sqlite:///{tmp_path / 'grader.db'}")) as database:
        yield assemble(database)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


def postman(cast: Cast, relay: Relay, **more: object) -> Postman:
    named = {"smtp_host": "localhost", "smtp_port": relay.port, "smtp_starttls": False}
    about = {"base_url": "https://grader.example.org", **named, **more}
    return Postman(cast.database, Settings(**about))


def deliver(cast: Cast, carrier: Postman) -> int:
    """What the jobs would do with all that is due now; how many jobs there were."""
    with cast.database.read() as session:
        jobs = carrier.sources(session)
    for job in jobs:
        carrier.handlers[job.kind](int(job.subject))
    return len(jobs)


def box(cast: Cast) -> list[Mail]:
    with cast.database.read() as session:
        return list(session.scalars(sa.select(Mail).order_by(Mail.id)))


def change(cast: Cast, **values: object) -> None:
    with cast.database.write() as session:
        session.execute(sa.update(Mail).values(**values))


def about(cast: Cast, **values: object) -> None:
    with cast.database.write() as session:
        session.execute(sa.update(User).where(User.id == cast.ada).values(**values))


def ask(cast: Cast, email: str = "ada@example.org", lang: str = "en") -> None:
    with cast.database.write() as session:
        mail.ask_for_link(session, email, lang)


def granted(cast: Cast) -> None:
    with cast.database.write() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        extend(
            session,
            Student(assignment, cast.ada),
            due=datetime(2026, 12, 1, 14, 59, tzinfo=UTC),
            closes=None,
            reason="",
        )


def test_whoever_asks_for_a_link_is_sent_one_that_signs_in_once(cast: Cast, relay: Relay) -> None:
    """And no link lies in the outbox meanwhile: it is made when it is sent."""
    ask(cast, " Ada@Example.org ", "ko")
    with cast.database.read() as session:
        assert session.scalars(sa.select(SignInLink)).all() == []
    assert deliver(cast, postman(cast, relay)) == 1
    (got,) = relay.received
    assert (got.sender, got.recipients) == ("grader@grader.example.org", ["ada@example.org"])
    said = got.message.get_content()
    secret = said.partition("https://grader.example.org/sign-in/")[2].split()[0]
    assert "로그인" in str(got.message["subject"])
    with cast.database.write() as session:
        assert access.person_of_session(session, access.redeem(session, secret)).id == cast.ada
        assert not access.is_usable(session, secret)
    assert [one.state for one in box(cast)] == ["sent"]
    assert deliver(cast, postman(cast, relay)) == 0


def test_an_address_that_nobody_has_and_one_that_is_none_are_sent_nothing(cast: Cast) -> None:
    for email in ("nobody@example.org", "no address", "", "ada@example.org\r\nBcc: eve@example.org"):
        ask(cast, email)
    assert box(cast) == []


def test_an_extension_is_told_in_the_language_and_zone_of_the_person(cast: Cast, relay: Relay) -> None:
    about(cast, language="ko", timezone="America/New_York")
    granted(cast)
    deliver(cast, postman(cast, relay))
    said = relay.received[0].message.get_content()
    assert "2026-12-01 09:59 EST" in said
    assert "https://grader.example.org/courses/ml/assignments/svm" in said
    assert "https://grader.example.org/account" in str(relay.received[0].message["list-unsubscribe"])


def test_a_zone_of_ones_own_is_not_needed(cast: Cast, relay: Relay) -> None:
    granted(cast)
    deliver(cast, postman(cast, relay))
    assert "2026-12-01 23:59 KST" in relay.received[0].message.get_content()


def test_whoever_turned_mail_off_gets_none_but_the_link_that_was_asked_for(cast: Cast, relay: Relay) -> None:
    about(cast, mail=False)
    granted(cast)
    ask(cast)
    deliver(cast, postman(cast, relay))
    assert [got.message["subject"] for got in relay.received] == ["Your link to sign in"]
    assert [one.kind for one in box(cast)] == ["sign-in"]


def test_what_is_no_longer_the_persons_is_not_sent(cast: Cast, relay: Relay) -> None:
    granted(cast)
    with cast.database.write() as session:
        session.delete(session.get_one(Membership, (cast.course, cast.ada)))
    deliver(cast, postman(cast, relay))
    assert relay.received == []
    assert box(cast) == []


def test_several_comments_on_one_submission_are_one_message_after_a_while(cast: Cast, relay: Relay) -> None:
    id = cast.graded(10)
    with cast.database.write() as session:
        for _ in range(3):
            mail.post(session, cast.ada, "comment", submission=id)
    assert deliver(cast, postman(cast, relay)) == 0
    change(cast, next_at=now())
    deliver(cast, postman(cast, relay))
    assert [f"/submissions/{id}" in got.message.get_content() for got in relay.received] == [True]
    assert {one.state for one in box(cast)} == {"sent"}


def test_what_the_relay_cannot_take_now_is_tried_again_later_each_time(cast: Cast, relay: Relay) -> None:
    granted(cast)
    relay.answers = [b"451 try later"] * 2
    carrier = postman(cast, relay)
    deliver(cast, carrier)
    (first,) = box(cast)
    assert (first.state, first.tries) == ("waiting", 1)
    assert "451" in first.error
    assert deliver(cast, carrier) == 0
    change(cast, next_at=now())
    deliver(cast, carrier)
    assert box(cast)[0].next_at - now() > timedelta(seconds=45)
    change(cast, next_at=now())
    deliver(cast, carrier)
    assert (box(cast)[0].state, len(relay.received)) == ("sent", 1)


def test_it_is_given_up_after_eight_tries(cast: Cast, relay: Relay) -> None:
    granted(cast)
    relay.answers = [b"451 try later"] * 20
    carrier = postman(cast, relay)
    for _ in range(12):
        change(cast, next_at=now())
        deliver(cast, carrier)
    assert (box(cast)[0].state, box(cast)[0].tries) == ("failed", mail.MOST_TRIES)


def test_an_address_that_the_relay_refuses_for_good_is_not_tried_again(cast: Cast, relay: Relay) -> None:
    granted(cast)
    relay.answers = [b"550 no such mailbox"]
    deliver(cast, postman(cast, relay))
    assert (box(cast)[0].state, box(cast)[0].tries) == ("failed", 1)


def test_a_relay_that_is_away_costs_no_message(cast: Cast, relay: Relay) -> None:
    granted(cast)
    deliver(cast, postman(cast, relay, smtp_port=1))
    assert (box(cast)[0].state, box(cast)[0].tries) == ("waiting", 1)


def test_where_no_relay_is_named_nothing_is_sent_and_what_is_old_is_forgotten(cast: Cast) -> None:
    granted(cast)
    carrier = Postman(cast.database, Settings())
    assert deliver(cast, carrier) == 0
    carrier.send(box(cast)[0].id)
    assert box(cast)[0].state == "waiting"
    change(cast, made_at=now() - mail.KEPT - timedelta(hours=1))
    carrier.forget()
    assert box(cast) == []


def test_no_news_is_sent_after_a_day_and_no_link_after_a_quarter_of_an_hour(cast: Cast, relay: Relay) -> None:
    granted(cast)
    change(cast, made_at=now() - timedelta(days=2))
    ask(cast)
    with cast.database.write() as session:
        late = now() - timedelta(minutes=16)
        session.execute(sa.update(Mail).where(Mail.kind == "sign-in").values(made_at=late))
    assert deliver(cast, postman(cast, relay)) == 2
    assert relay.received == []
    assert box(cast) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "Ada\r\nBcc: eve@example.org\r\n\r\nhello",
        "\x1b[2J\u202egnp.exe",
        "=cmd|'/c calc'!A0",
        "<b>Ada</b>",
        ".\r\nQUIT\r\n",
    ],
)
def test_a_name_or_title_adds_no_header_no_recipient_and_no_command(cast: Cast, relay: Relay, hostile: str) -> None:
    about(cast, name=hostile)
    with cast.database.write() as session:
        session.execute(sa.update(CourseAssignment).values(title=hostile))
    granted(cast)
    deliver(cast, postman(cast, relay))
    (got,) = relay.received
    assert got.recipients == ["ada@example.org"]
    assert got.message.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    ]  # fmt: skip
    assert got.message.get_content_type() == "text/plain"
    said = str(got.message["subject"]) + got.message.get_content().replace("\r\n", "\n")
    assert not any(mark in said for mark in "\x1b\u202e\r")
    assert got.data.isascii()


@pytest.mark.parametrize("address", ["a b@example.org", "a@b@example.org", "<a@example.org", "a,b@example.org", "@"])
def test_an_address_that_is_none_is_given_up_at_once(cast: Cast, relay: Relay, address: str) -> None:
    about(cast, email=address)
    granted(cast)
    deliver(cast, postman(cast, relay))
    assert relay.received == []
    assert box(cast)[0].state == "failed"


def certificate(folder: Path) -> Path:
    """A certificate of `localhost` that it signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "relay.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


def test_the_password_is_said_to_a_relay_whose_certificate_is_good_and_to_no_other(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(cast)
    secrets = {"smtp_starttls": True, "smtp_user": "grader", "smtp_password": "pass word"}
    with Relay(certificate=certificate(tmp_path), users={"grader": "pass word"}) as relay:
        deliver(cast, postman(cast, relay, **secrets))
        assert relay.received == []
        assert "CERTIFICATE_VERIFY_FAILED" in box(cast)[0].error
        monkeypatch.setenv("SSL_CERT_FILE", str(relay.certificate))
        change(cast, next_at=now())
        deliver(cast, postman(cast, relay, **secrets))
        assert [(got.encrypted, got.user) for got in relay.received] == [(True, "grader")]


def test_a_relay_that_offers_no_encryption_is_not_used_where_it_is_asked_for(cast: Cast, relay: Relay) -> None:
    granted(cast)
    deliver(cast, postman(cast, relay, smtp_starttls=True))
    assert relay.received == []
    assert box(cast)[0].state == "waiting"
