"""Every page as the standing cast sees it: owner, member, instructor, stranger, nobody."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from grader.course.tables import Worker, now
from tests.web.world import COURSE, HOSTILE, SVM, World, beat

ADA, BEN, EVE, KIM, MALLORY = (f"{name}@uni.example" for name in ("ada", "ben", "eve", "kim", "mallory"))
ASSIGNMENT = f"/courses/{COURSE}/assignments/svm"
GRADEBOOK = f"/courses/{COURSE}/gradebook"
STATISTICS = f"{ASSIGNMENT}/statistics"
STATES = ("queued", "running", "full", "partly", "limit", "rejected", "broken", "cancelled")


class Outline(HTMLParser):
    """What a page is made of: its tags, and its text without them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def as_browser(name: str, data: bytes, code: str = "") -> dict[str, Any]:
    """The upload form as a browser sends it: an empty file input is a part whose file name is empty."""
    begin = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'.encode()
    body = begin + b"Content-Type: application/octet-stream\r\n\r\n" + data
    body += b'\r\n--b\r\nContent-Disposition: form-data; name="code"\r\n\r\n' + code.encode() + b"\r\n--b--\r\n"
    return {"content": body, "headers": {"content-type": "multipart/form-data; boundary=b"}}


def text(response: Response) -> str:
    return Outline(response.text).text


# --------------------------------------------------------------------------- who may see what


@pytest.mark.parametrize("path", ["/", ASSIGNMENT, GRADEBOOK, STATISTICS, "/queue", "/submissions/1"])
def test_nobody_is_taken_to_the_sign_in_page(world: World, path: str) -> None:
    answer = world.client().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", [ASSIGNMENT, f"{ASSIGNMENT}/attempts", GRADEBOOK, STATISTICS])
def test_to_a_stranger_the_course_does_not_exist(world: World, path: str) -> None:
    assert world.client(MALLORY).get(path).status_code == 404


@pytest.mark.parametrize("part", ["", "/live"])
def test_someone_elses_submission_does_not_exist(world: World, part: str) -> None:
    assert world.client(BEN).get(f"/submissions/{world.made['full']}{part}").status_code == 404


def test_staff_see_whose_submission_it_is(world: World) -> None:
    answer = world.client(KIM).get(f"/submissions/{world.made['full']}")
    assert answer.status_code == 200
    assert "Handed in by Ada Byron." in text(answer)


@pytest.mark.parametrize("path", [STATISTICS, "/queue"])
def test_the_staffs_pages_are_refused_to_students(world: World, path: str) -> None:
    answer = world.client(ADA).get(path)
    assert answer.status_code == 403
    assert Outline(answer.text).count("h1") == 1


def test_a_late_score_is_shown_with_its_penalty_as_arithmetic(world: World) -> None:
    staff, path = world.client(KIM), f"/api/v1/courses/{COURSE}/assignments/svm"
    due = staff.get(path).json()["due"]
    harsh = {"due": "2020-01-01T00:00:00Z", "late_policy": {"kind": "percent", "percent_per_day": 0.01}}
    assert staff.patch(path, json=harsh).status_code == 200
    said = text(world.client(ADA).get(f"/submissions/{world.made['full']}"))
    assert staff.patch(path, json={"due": due, "late_policy": {"kind": "none"}}).status_code == 200
    arithmetic = re.search(r"20\.0 - (\S+) = ([0-9.]+): ", said)
    assert arithmetic is not None
    assert float(arithmetic[1]) + float(arithmetic[2]) == 20
    assert "late" in said


def test_staff_cannot_cancel_what_is_not_theirs(world: World) -> None:
    assert world.client(KIM).post(f"/submissions/{world.made['queued']}/cancel").status_code == 403


def test_a_form_of_another_site_is_refused(world: World) -> None:
    client = world.client(ADA)
    answer = client.post(ASSIGNMENT, data={"code": "x = 1"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


# --------------------------------------------------------------------------- every page alike


def every_page(world: World) -> list[tuple[str | None, str]]:
    submissions = [(ADA, f"/submissions/{world.made[state]}") for state in STATES]
    students = [(ADA, "/"), (BEN, ASSIGNMENT), (ADA, ASSIGNMENT), (ADA, "/nothing-here"), (MALLORY, "/")]
    mistake, ada = f"{STATISTICS}/mistakes/reg-gradient-halved", f"/courses/{COURSE}/students/{ADA}"
    staff = [(KIM, path) for path in ("/", ASSIGNMENT, GRADEBOOK, STATISTICS, mistake, ada, "/queue")]
    return [*submissions, *students, *staff, (KIM, f"/submissions/{world.made['hostile']}"), (None, "/sign-in")]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_page_has_its_parts_and_says_that_nothing_is_isolated(world: World, lang: str) -> None:
    """One h1, a title, a skip link, a main part, the language, and the banner while isolation is none."""
    with world.database.write() as session:  # else a worker is silent when a slow machine comes to the last page
        session.execute(sa.update(Worker).values(beat_at=now() + timedelta(hours=1)))
    for who, path in every_page(world):
        answer = world.client(who, lang).get(path)
        page = Outline(answer.text)
        assert page.count("h1") == page.count("main") == 1, path
        assert [attributes for tag, attributes in page.tags if tag == "title" and "id" not in attributes] == [{}], path
        assert ("html", {"lang": lang}) in page.tags, path
        assert any(tag == "a" and attributes.get("href") == "#main" for tag, attributes in page.tags), path
        assert {"en": "runs without isolation", "ko": "격리 없이 실행됩니다"}[lang] in page.text, path


def test_every_page_carries_the_policy_and_nothing_inline(world: World) -> None:
    """`default-src 'self'` refuses inline scripts and styles: no page has any, with data in it too."""
    for who, path in every_page(world):
        answer = world.client(who).get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'self';"), path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        for tag, attributes in Outline(answer.text).tags:
            assert tag != "style" and not (tag == "script" and "src" not in attributes), path  # noqa: PT018
            assert not [name for name in attributes if name == "style" or name.startswith("on")], path


def test_links_between_the_pages_lead_somewhere(world: World) -> None:
    """Every address that a page links to within the service answers."""
    client = world.client(KIM)
    for who, path in every_page(world):
        if who != KIM:
            continue
        for tag, attributes in Outline(client.get(path).text).tags:
            href = attributes.get("href") or ""
            if tag in ("a", "link") and href.startswith(("/", "?")):
                target = path.partition("?")[0] + href if href.startswith("?") else href
                assert client.get(target).status_code == 200, (path, href)


# --------------------------------------------------------------------------- what students wrote is data


def test_a_hostile_name_and_file_name_are_shown_as_text(world: World) -> None:
    for path in (GRADEBOOK, f"/submissions/{world.made['hostile']}", f"/submissions/{world.made['rejected']}"):
        answer = world.client(KIM).get(path)
        assert HOSTILE in text(answer), path
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text


def test_a_file_name_that_turns_the_reading_order_around_is_written_out(world: World) -> None:
    """A mark of direction would have the receipt read `live.py`; the link still leads to the file."""
    client = world.client(EVE)
    name = "\u202eyp.evil\u2066.py"
    assert client.post(ASSIGNMENT, files=[("files", (name, SVM))]).status_code == 303
    row = re.search(r'href="(/submissions/\d+)"', client.get(ASSIGNMENT).text)
    assert row is not None
    page = client.get(row[1]).text
    assert ">\\u202eyp.evil\\u2066.py</a>" in page
    assert not {"\u202e", "\u2066"} & set(page)
    link = re.search(r'href="(/api/v1[^"]+/files/[^"]+)"', page)
    assert link is not None
    assert client.get(link[1]).content == SVM


def test_a_hostile_upload_is_refused_in_words_that_do_nothing(world: World) -> None:
    answer = world.client(BEN).post(ASSIGNMENT, files={"files": (f"{HOSTILE}.txt", b"x")})
    assert answer.status_code in (415, 422)
    assert "<img" not in answer.text
    assert Outline(answer.text).count("h1") == 1


# --------------------------------------------------------------------------- students


def test_my_assignments_say_what_is_due_and_how_it_stands(world: World) -> None:
    said = text(world.client(ADA).get("/"))
    assert "SVM loss of a linear classifier" in said
    assert "in 3 h 1" in said
    assert "20.0 / 20" in said


def test_whoever_is_in_no_course_is_told_how_to_get_in(world: World) -> None:
    assert "grader admin add-member COURSE mallory@uni.example" in text(world.client(MALLORY).get("/"))


def test_staff_see_their_courses_and_the_way_to_the_gradebook(world: World) -> None:
    answer = world.client(KIM).get("/")
    assert "2 / 3" in text(answer)
    assert f'href="{GRADEBOOK}"' in answer.text


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("queued", "First in line."),
        ("running", "svm_loss_vectorized, 1 of 2 done."),
        ("full", "full marks"),
        ("partly", "14.0 / 20"),
        ("limit", "limit reached"),
        ("rejected", "Nothing was run; no attempt was used."),
        ("broken", "The fault is ours. Nothing was counted."),
        ("cancelled", "Stopped before a score was reached."),
    ],
)
def test_each_state_of_a_submission_is_said_in_words(world: World, state: str, word: str) -> None:
    answer = world.client(ADA).get(f"/submissions/{world.made[state]}")
    assert word in text(answer)
    assert ("hx-sse:connect" in answer.text) == (state in ("queued", "running"))


def test_the_live_parts_end_the_listening_once_finished(world: World) -> None:
    waiting = world.client(ADA).get(f"/submissions/{world.made['running']}/live").text
    finished = world.client(ADA).get(f"/submissions/{world.made['full']}/live").text
    assert 'hx-target="#line"' in waiting
    assert 'hx-target="#stream"' not in waiting
    assert 'hx-target="#stream" hx-swap="delete"' in finished
    assert "svm_loss_naive" in finished


def test_a_report_shows_its_cards_and_the_ways_to_take_it_away(world: World) -> None:
    answer = world.client(ADA).get(f"/submissions/{world.made['partly']}")
    assert "dW[3, 1]" in text(answer)
    for kind in ("html", "json", "xml"):
        assert f"/report.{kind}" in answer.text


def test_an_upload_by_the_form_goes_through_the_same_door_and_comes_back_as_a_row(world: World) -> None:
    client = world.client(BEN)
    answer = client.post(ASSIGNMENT, files=[("files", ("linear_svm.py", SVM))])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ASSIGNMENT}#attempts")
    page = client.get(ASSIGNMENT)
    assert "Attempt 1" in text(page)
    assert "hx-sse:connect" in page.text
    again = client.post(ASSIGNMENT, files=[("files", ("linear_svm.py", SVM))])
    assert "duplicate=1" in again.headers["location"]
    assert "byte for byte" in text(client.get(f"{ASSIGNMENT}?duplicate=1"))


def test_pasted_code_is_handed_in_under_the_handouts_name(world: World) -> None:
    client = world.client(EVE)
    code = "def svm_loss_naive(W, X, y, reg):\r\n    return 0.0, W\r\n"
    answer = client.post(ASSIGNMENT, **as_browser("", b"", code))
    assert answer.status_code == 303
    row = re.search(r'href="(/submissions/\d+)"', client.get(ASSIGNMENT).text)
    assert row is not None
    page = client.get(row[1]).text
    assert ">linear_svm.py</a>" in page
    assert client.get(f"/api/v1{row[1]}/files/linear_svm.py").content == code.replace("\r\n", "\n").encode()


@pytest.mark.parametrize(
    ("name", "data", "status", "word"),
    [
        ("", b"", 422, "No file was chosen"),
        ("linear_svm.py", b"", 422, "empty"),
        ("linear_svm.py", b"x = 1\n", 422, "svm_loss_naive"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0", 415, "picture.png"),
    ],
)
def test_what_the_door_refuses_is_said_above_the_form(
    world: World, name: str, data: bytes, status: int, word: str
) -> None:
    """The page comes back with its form, the reason in an alert, and nothing was stored."""
    client = world.client(BEN)
    answer = client.post(ASSIGNMENT, **as_browser(name, data))
    alert = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert answer.status_code == status
    assert alert is not None
    assert word in alert[1]
    assert "data-upload" in answer.text


def test_an_upload_to_a_closed_assignment_is_refused_with_the_reason(world: World) -> None:
    closes = {"closes": "2020-01-01T00:00:00+00:00"}
    staff = world.client(KIM)
    path = f"/api/v1/courses/{COURSE}/assignments/layers"
    assert staff.patch(path, json=closes).status_code == 200
    client = world.client(BEN)
    layers = f"/courses/{COURSE}/assignments/layers"
    assert "Uploads are closed." in text(client.get(layers))
    files = [("files", ("layers.py", b"def affine_forward(x, w, b):\n    return 0\n"))]
    assert client.post(layers, files=files).status_code == 403
    assert staff.patch(path, json={"closes": None}).status_code == 200


def test_too_many_uploads_are_told_when_to_come_back(world: World) -> None:
    client = world.client(EVE)
    answers = [client.post(ASSIGNMENT, **as_browser("", b"", f"svm_loss_naive = {n}")) for n in range(31)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "data-upload" in answers[-1].text


def test_cancelling_ends_the_waiting(world: World) -> None:
    client = world.client(BEN)
    client.post(ASSIGNMENT, files=[("files", ("linear_svm.py", SVM + b"# to be cancelled\n"))])
    row = re.search(r'href="(/submissions/\d+)"', client.get(ASSIGNMENT).text)
    assert row is not None
    assert client.post(f"{row[1]}/cancel").headers["location"] == row[1]
    assert "Stopped before a score was reached." in text(client.get(row[1]))


def test_the_starter_file_is_given_out(world: World) -> None:
    answer = world.client(BEN).get(f"{ASSIGNMENT}/starter/linear_svm.py")
    assert answer.text.startswith("def svm_loss_naive")
    assert answer.headers["content-type"].startswith("text/plain")
    assert world.client(BEN).get(f"{ASSIGNMENT}/starter/other.py").status_code == 404


# --------------------------------------------------------------------------- staff


def test_the_gradebook_shows_scores_totals_medians_and_shares(world: World) -> None:
    said = text(world.client(KIM).get(GRADEBOOK))
    assert "Median of those with a score 17.0" in said
    assert "/ 20" in said
    assert "/ 30" in said
    assert "2 / 3" in said


def test_the_gradebook_is_sorted_and_filtered_by_links(world: World) -> None:
    client = world.client(KIM)
    names = re.compile(r'<th scope="row" title="(\w+)@')
    assert names.findall(client.get(f"{GRADEBOOK}?sort=-svm").text) == ["ada", "eve", "ben"]
    assert names.findall(client.get(f"{GRADEBOOK}?sort=name&section=A").text) == ["ada", "ben"]
    assert 'aria-sort="descending"' in client.get(f"{GRADEBOOK}?sort=-svm").text
    assert client.get(f"{GRADEBOOK}?sort=nonsense").status_code == 400


def test_a_student_sees_only_their_own_row(world: World) -> None:
    page = world.client(ADA).get(GRADEBOOK).text
    assert "ada@uni.example" in page
    assert "ben@uni.example" not in page


def test_statistics_have_a_picture_a_sentence_for_it_and_a_table(world: World) -> None:
    answer = world.client(KIM).get(STATISTICS)
    picture = next(attributes for tag, attributes in Outline(answer.text).tags if tag == "svg")
    assert picture["role"] == "img"
    assert "2 students" in (picture["aria-label"] or "")
    assert "svm_loss_vectorized" in text(answer)


def test_the_queue_lists_what_waits_and_runs_and_who_works(world: World) -> None:
    said = text(world.client(KIM).get("/queue"))
    assert "svm_loss_vectorized, 1 of 2 done." in said
    assert "Ada Byron" in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ("errands to forges only", "runs nothing", "keeps submissions and does not run them", "SANDBOX_MIN_TIER"),
        ),
        ("ko", ("저장소 연동 전용", "실행하지 않음", "제출을 보관만 하고 실행하지 않습니다", "SANDBOX_MIN_TIER")),
    ],
)
def test_the_queue_tells_workers_that_run_nothing_apart_and_why_one_refuses(
    world: World, lang: str, words: tuple[str, ...]
) -> None:
    with world.database.write() as session:
        beat(session)
    said = text(world.client(KIM).get("/queue", headers={"Accept-Language": lang}))
    for word in words:
        assert word in said


# --------------------------------------------------------------------------- signing in, switches, errors


def test_a_link_shows_a_button_and_its_post_signs_in_once(world: World) -> None:
    client, secret = world.client(), world.link_of(BEN)
    for _ in range(2):
        assert f'action="/sign-in/{secret}"' in client.get(f"/sign-in/{secret}").text
    entered = client.post(f"/sign-in/{secret}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("/").status_code == 200
    again = world.client().post(f"/sign-in/{secret}")
    assert again.status_code == 401
    assert Outline(again.text).count("h1") == 1
    assert world.client().get(f"/sign-in/{secret}").status_code == 404


@pytest.mark.parametrize("pasted", ["http://127.0.0.1:8000/sign-in/{}", "{}", " http://127.0.0.1:8000/sign-in/{}/ "])
def test_a_pasted_link_leads_to_its_button(world: World, pasted: str) -> None:
    answer = world.client().post("/sign-in", data={"link": pasted.format("abc-_9")})
    assert answer.headers["location"] == "/sign-in/abc-_9"


def test_a_pasted_text_that_is_no_link_leads_nowhere_else(world: World) -> None:
    answer = world.client().post("/sign-in", data={"link": "https://evil.example/?q=%2e%2e"})
    assert answer.headers["location"] == "/sign-in/unknown"


def test_signing_out_ends_the_session_everywhere(world: World) -> None:
    client = world.client(BEN)
    cookie = client.cookies["session"]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    thief = world.client()
    thief.cookies.set("session", cookie)
    assert thief.get("/").status_code == 303


def test_the_language_is_kept_with_the_person_and_the_theme_in_a_cookie(world: World) -> None:
    client = world.client(EVE)
    client.post("/preferences", data={"lang": "ko", "back": "/"})
    client.post("/preferences", data={"theme": "dark", "back": "/"})
    page = client.get("/").text
    assert '<html lang="ko" data-theme="dark">' in page
    assert "내 과제" in page
    client.post("/preferences", data={"theme": "auto", "back": "/"})
    assert '<html lang="ko">' in client.get("/").text
    assert '<html lang="ko">' in world.client(EVE).get("/").text


@pytest.mark.parametrize(
    "back", ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:1", "/a\r\nb"]
)
def test_a_switch_never_leads_to_another_site(world: World, back: str) -> None:
    answer = world.client().post("/preferences", data={"theme": "dark", "back": back})
    assert answer.headers["location"] == "/"


def test_an_unknown_address_is_a_page_with_what_why_and_what_to_do(world: World) -> None:
    answer = world.client(ADA).get("/nothing-here")
    assert answer.status_code == 404
    assert "Check the address" in text(answer)
    assert answer.headers["content-type"].startswith("text/html")


def test_programs_get_problems_as_json_from_the_same_addresses(world: World) -> None:
    answer = world.client(ADA).get("/nothing-here", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_static_files_with_a_hash_are_kept_and_others_asked_for_anew(world: World) -> None:
    client = world.client()
    page = client.get("/sign-in").text
    named = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', page)
    assert named is not None
    assert "immutable" in client.get(named[1]).headers["cache-control"]
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/report.css").status_code == 200
    assert client.get("/static/../rendering.py").status_code == 404
