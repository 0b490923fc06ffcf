"""Importing a roster: what it creates and changes, what it refuses, and in which encodings it may come."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from grader.course import people
from grader.course.database import Database
from grader.course.roster import Change, import_roster, look
from grader.course.roster_file import RosterFault, parse
from grader.course.roster_text import Unreadable, read
from grader.course.tables import Course, Membership, Role, User


@pytest.fixture
def course(database: Database) -> Course:
    with database.write() as session:
        return people.create_course(session, "ml")


def load(database: Database, course: Course, table: str, *, by_number: bool = False) -> list[Change]:
    with database.write() as session:
        return list(import_roster(session, course, parse(table.encode()).entries, by_number=by_number).changes)


def member(database: Database, course: Course, email: str) -> Membership:
    with database.read() as session:
        return session.scalars(people.members(course.id).where(User.email == email)).one()


def test_new_people_become_users_and_members(database: Database, course: Course) -> None:
    changes = load(
        database,
        course,
        "email,name,role,group,external_id,section,repository\n"
        " Ada@Example.org ,Ada Lovelace,,g1,17,a,https://github.com/Ada/CS231n.git\nines@example.org,Ines,Instructor,,,,\n",
    )
    assert [change.kind for change in changes] == ["new", "new"]
    ada = member(database, course, "ada@example.org")
    assert (ada.user.name, ada.role, ada.group, ada.external_id, ada.section, ada.repository) == (
        "Ada Lovelace",
        Role.STUDENT,
        "g1",
        "17",
        "a",
        "ada/cs231n",
    )
    assert member(database, course, "ines@example.org").role is Role.INSTRUCTOR


def test_the_same_table_again_changes_nothing(database: Database, course: Course) -> None:
    table = "email,name,role\nada@example.org,Ada,student\n"
    load(database, course, table)
    assert [change.kind for change in load(database, course, table)] == ["same"]


def test_a_change_says_what_was_and_what_is(database: Database, course: Course) -> None:
    load(database, course, "email,name,section\nada@example.org,Ada,a\n")
    changes = load(database, course, "email,name,section\nada@example.org,,b\n")
    assert changes == [Change("ada@example.org", "changed", {"section": ("a", "b")})]


def test_an_empty_cell_and_a_missing_column_leave_what_was_there(database: Database, course: Course) -> None:
    load(database, course, "email,name,role\nada@example.org,Ada,assistant\n")
    load(database, course, "email,role\nada@example.org,\n")
    ada = member(database, course, "ada@example.org")
    assert (ada.user.name, ada.role) == ("Ada", Role.ASSISTANT)


def test_every_wrong_line_is_told_at_once_and_nothing_is_written(database: Database, course: Course) -> None:
    table = (
        "email,name,role,repository\n"
        "ada@example.org,Ada,,\n"
        "nobody,,,\n"
        "ben@example.org,Ben,king,\n"
        "ada@example.org,Ada,,\n"
        "cy@example.org,Cy,,not a repository\n"
        "dan@example.org,Doe, Dan,,\n"
    )
    with pytest.raises(RosterFault) as refusal:
        load(database, course, table)
    assert [(line, message.id) for line, message in refusal.value.faults] == [
        (3, "course.email.bad"),
        (4, "course.role.unknown"),
        (5, "course.roster.twice"),
        (6, "course.repository.bad"),
        (7, "course.roster.cells"),
    ]
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 0


@pytest.mark.parametrize("table", ["", "name\nAda\n", "email,sectoin\n", "email,email\n", "\x00"])
def test_a_header_that_is_none_is_told(database: Database, course: Course, table: str) -> None:
    with pytest.raises(RosterFault) as refusal:
        load(database, course, table)
    assert refusal.value.faults[0][0] == 1


def test_a_repository_is_one_persons(database: Database, course: Course) -> None:
    load(database, course, "email,repository\nada@example.org,x/y\n")
    with pytest.raises(RosterFault):
        load(database, course, "email,repository\nben@example.org,X/Y\n")


def test_repositories_can_be_swapped_in_one_table(database: Database, course: Course) -> None:
    load(database, course, "email,repository\nada@example.org,x/a\nben@example.org,x/b\n")
    load(database, course, "email,repository\nada@example.org,x/b\nben@example.org,x/a\n")
    assert member(database, course, "ada@example.org").repository == "x/b"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_names_survive_the_encodings_spreadsheets_write(encoding: str) -> None:
    assert "홍길동" in read("email,name\na@b.c,홍길동\n".encode(encoding)).text


def test_a_western_table_is_not_taken_for_a_korean_one() -> None:
    assert "Müller" in read("email,name\na@b.c,Müller\n".encode("cp1252")).text


@pytest.mark.parametrize(("delimiter", "name"), [(",", "Doe, Jane"), (";", "Doe; Jane"), ("\t", "Doe Jane")])
def test_spreadsheets_separate_cells_differently(delimiter: str, name: str) -> None:
    (entry,) = parse(f'email{delimiter}name\na@b.c{delimiter}"Doe{delimiter} Jane"\n'.encode()).entries
    assert entry.says == {"name": name}


def test_a_cell_of_several_lines_is_one_and_later_lines_keep_their_numbers(database: Database, course: Course) -> None:
    load(database, course, 'email,name\na@b.c,"Ada\nLovelace"\n')
    assert member(database, course, "a@b.c").user.name == "Ada Lovelace"
    with pytest.raises(RosterFault) as refusal:
        parse(b'email,name\r\na@b.c,"Ada\r\nLovelace"\r\nnobody,\r\n')
    assert [line for line, _ in refusal.value.faults] == [4]


@pytest.mark.parametrize("name", ["A\0da", "\x1b[31mAda", "\u202eAda", " A\u2066da "])
def test_what_cannot_be_seen_does_not_come_into_a_name(name: str) -> None:
    (entry,) = parse(f"email,name\na@b.c,{name}\n".encode()).entries
    assert entry.says["name"].removeprefix("[31m") == "Ada"


def test_a_workbook_is_told_to_be_one() -> None:
    with pytest.raises(RosterFault) as refusal:
        parse(b"PK\x03\x04\x14\x00")
    assert refusal.value.faults[0][1].id == "people.roster.workbook"


def rows(count: int) -> bytes:
    return b"email,name,section\n" + b"\n".join(b"p%d@example.org,P %d,s%d" % (n, n, n % 40) for n in range(count))


def test_a_table_of_a_hundred_thousand_lines_is_not_read_to_its_end() -> None:
    with pytest.raises(RosterFault) as refusal:
        parse(rows(100_000))
    assert [(line, message.id) for line, message in refusal.value.faults] == [(20_002, "people.roster.long")]


def test_a_large_course_is_imported_in_one_go(database: Database, course: Course) -> None:
    with database.write() as session:
        plan = import_roster(session, course, parse(rows(3_000)).entries)
    assert plan.counts["new"] == 3_000
    with database.read() as session:
        plan = look(session, course, parse(rows(3_001)).entries)
    assert plan.counts == {"new": 1, "changed": 0, "same": 3_000}


def test_a_look_counts_who_is_not_named_and_writes_nothing(database: Database, course: Course) -> None:
    load(database, course, "email\nada@example.org\nben@example.org\n")
    with database.read() as session:
        plan = look(session, course, parse(b"email,section\nada@example.org,b\ncy@example.org,\n").entries)
    assert (plan.absent, plan.counts) == (1, {"new": 1, "changed": 1, "same": 0})
    assert member(database, course, "ada@example.org").section == ""


def test_sections_of_an_assistant_are_kept_plain(database: Database, course: Course) -> None:
    load(database, course, 'email,role,section\nasa@example.org,assistant," A; B ;A"\n')
    assert member(database, course, "asa@example.org").section == "A;B"


def test_the_name_of_an_administrator_is_not_a_courses_to_change(database: Database, course: Course) -> None:
    with database.write() as session:
        people.create_user(session, "root@example.org", name="Root", admin=True)
    load(database, course, "email,name\nroot@example.org,Somebody\n")
    assert member(database, course, "root@example.org").user.name == "Root"


# --------------------------------------------------------------------------- encodings that do not show


@pytest.mark.parametrize("name", ["Ángel Ruiz", "Åsa Lind", "O’Brien", "ÀÉ"])
def test_a_line_that_can_be_read_two_ways_is_asked_back_with_both(name: str) -> None:
    data = f"email,name\na@b.c,Jane\nb@b.c,{name}\n".encode("cp1252")
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert (refusal.value.line, refusal.value.message.id) == (3, "roster.encoding.two")
    assert refusal.value.message.params["western"] == f"b@b.c,{name}"
    assert name in read(data, "cp1252").text


@pytest.mark.parametrize(
    ("name", "encoding"), [("Łukasz", "cp1250"), ("金哲洙", "cp949"), ("王伟", "gb18030"), ("山田", "shift_jis")]
)
def test_what_is_neither_plainly_korean_nor_western_is_not_guessed(name: str, encoding: str) -> None:
    data = f"email,name\na@b.c,{name}\n".encode(encoding)
    with pytest.raises(Unreadable):
        read(data)
    assert name in read(data, encoding).text


def test_the_encoding_that_was_found_is_told() -> None:
    assert read("email,name\na@b.c,이서연\n".encode("cp949")).encoding == "cp949"
    assert read("email,name\na@b.c,José\n".encode("cp1252")).encoding == "cp1252"


def test_a_file_that_is_not_in_the_encoding_that_was_said_is_refused_with_its_line() -> None:
    with pytest.raises(Unreadable) as refusal:
        read("email,name\na@b.c,José\n".encode("cp1252"), "utf-8")
    assert (refusal.value.line, refusal.value.message.id) == (2, "roster.encoding.wrong")
    with pytest.raises(Unreadable) as unknown:
        read(b"email\n", "latin-9")
    assert unknown.value.message.id == "roster.encoding.unknown"


# --------------------------------------------------------------------------- the first line


def test_a_head_that_is_no_column_is_named_alone() -> None:
    with pytest.raises(RosterFault) as refusal:
        parse(b"Email,Name,Rolle\n")
    ((line, message),) = refusal.value.faults
    assert (line, message.id, message.params["name"]) == (1, "roster.header.unknown", "Rolle")


def test_every_fault_of_the_first_line_is_told_at_once() -> None:
    with pytest.raises(RosterFault) as refusal:
        parse(b"name,name,,sectoin\n")
    told = [message.id.rpartition(".")[2] for _, message in refusal.value.faults]
    assert told == ["empty", "unknown", "twice", "email"]


def test_heads_may_be_written_as_people_write_them() -> None:
    (entry,) = parse(b"E-mail;NAME;External ID\na@b.c;Ada;17\n").entries
    assert (entry.email, entry.says) == ("a@b.c", {"name": "Ada", "external_id": "17"})


# --------------------------------------------------------------------------- numbers


NUMBERED = "email,name,external_id\nada@gmail.example,Ada,2026-001\nben@uni.example,Ben,2026-002\n"


def refused(database: Database, course: Course, table: str, *, by_number: bool = False) -> list[tuple[int, str]]:
    with pytest.raises(RosterFault) as refusal:
        load(database, course, table, by_number=by_number)
    return [(line, message.id) for line, message in refusal.value.faults]


@pytest.mark.parametrize(
    "lines",
    ["x@uni.example,2026-009\ny@uni.example,2026-009\n", "ada@gmail.example,\nben@uni.example,2026-001\n"],
)
def test_a_number_is_one_persons(database: Database, course: Course, lines: str) -> None:
    load(database, course, NUMBERED)
    assert refused(database, course, "email,external_id\n" + lines) == [(3, "roster.number.taken")]


def test_numbers_can_be_swapped_in_one_table(database: Database, course: Course) -> None:
    load(database, course, NUMBERED)
    load(database, course, "email,external_id\nada@gmail.example,2026-002\nben@uni.example,2026-001\n")
    assert member(database, course, "ben@uni.example").external_id == "2026-001"


def test_a_new_address_with_a_members_number_is_asked_back_with_both_addresses(
    database: Database, course: Course
) -> None:
    load(database, course, NUMBERED)
    with pytest.raises(RosterFault) as refusal:
        load(database, course, "email,external_id\nada@uni.example,2026-001\n")
    ((line, message),) = refusal.value.faults
    assert (line, message.id) == (2, "roster.number.moved")
    assert dict(message.params) == {
        "number": "2026-001",
        "name": "Ada",
        "old": "ada@gmail.example",
        "new": "ada@uni.example",
    }


def test_where_the_number_says_who_it_is_the_address_changes_and_the_person_stays(
    database: Database, course: Course
) -> None:
    load(database, course, NUMBERED)
    before = member(database, course, "ada@gmail.example").user_id
    table = "email,section,external_id\nada@uni.example,b,2026-001\nben@uni.example,,2026-002\n"
    first, second = load(database, course, table, by_number=True)
    assert first.fields == {"email": ("ada@gmail.example", "ada@uni.example"), "section": ("", "b")}
    assert (first.kind, second.kind) == ("changed", "same")
    ada = member(database, course, "ada@uni.example")
    assert (ada.user_id, ada.section, ada.user.name) == (before, "b", "Ada")
    assert load(database, course, table, by_number=True)[0].kind == "same"
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 2


def test_an_address_that_another_account_has_is_not_taken_by_a_number(database: Database, course: Course) -> None:
    load(database, course, NUMBERED)
    with database.write() as session:
        people.create_user(session, "ada@uni.example")
    table = "email,external_id\nada@uni.example,2026-001\n"
    assert refused(database, course, table, by_number=True) == [(2, "roster.email.taken")]


def test_the_address_of_who_is_in_another_course_too_is_not_changed_by_a_number(
    database: Database, course: Course
) -> None:
    load(database, course, NUMBERED)
    with database.write() as session:
        other = people.create_course(session, "other")
        people.add_member(session, other, people.find_user(session, "ada@gmail.example"), Role.STUDENT)
    table = "email,external_id\nada@uni.example,2026-001\n"
    assert refused(database, course, table, by_number=True) == [(2, "roster.email.elsewhere")]
