"""A class graded again on the slow lane: how many a second, and what an upload has to wait meanwhile.

The submissions have four modules each. The processes of the lane are warm, as they are but for the first seconds of a
regrade of a thousand; that one is extrapolated from the rate. Uploads are of one module, measured from the first byte
sent to the score read, one after another: first on an idle service, then while a regrade runs.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import httpx2
import sqlalchemy as sa

from bench import Row
from bench.catalogue import BUNDLE, written
from grader.course import access, people, regrades, submissions, units
from grader.course.database import Database
from grader.course.regrades import Wanted
from grader.course.submissions import Upload
from grader.course.tables import CourseAssignment, Regrade, Role, Status, Submission
from grader.grading import registry
from grader.settings import Settings
from tests.harness import Service, descendants, wait_for

CLASS, WHOLE_CLASS = 80, 1000
GOAL_SECONDS = 60.0
UPLOADS = 10
GOAL_RATIO = 2.0
PATIENCE = 300.0


class Course:
    """A running service with a class that has handed in, and one student more who uploads."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service, self.uploads = service, 0
        self.database = Database(Settings(database_url=service.environment["GRADER_DATABASE_URL"]))
        with self.database.write() as session:
            course = people.create_course(session, "bench")
            self.bundle, self.svm = (units.enable(session, course, slug).id for slug in (BUNDLE, "svm"))
            students = [people.create_user(session, f"student{number}@bench.example") for number in range(CLASS + 1)]
            for student in students:
                people.add_member(session, course, student, Role.STUDENT)
            self.token = access.make_token(session, students[-1])
        paths = sorted(written(registry.load(BUNDLE), folder / "solution").iterdir())
        with self.database.write() as session:
            for student in students[:-1]:
                mark = f"# {student.id}\n".encode()
                files = tuple((path.name, path.read_bytes() + mark) for path in paths)
                submissions.accept(session, [Upload(student.id, self.bundle, files)])
        self.wait(lambda: self.count(Status.DONE) == CLASS)

    def count(self, status: Status) -> int:
        with self.database.read() as session:
            return session.scalar(sa.select(sa.func.count(Submission.id)).where(Submission.status == status)) or 0

    def wait(self, ready: Callable[[], bool]) -> None:
        wait_for(ready, PATIENCE, self.service.log_text)

    def begin(self) -> int:
        with self.database.write() as session:
            return regrades.begin(session, session.get_one(CourseAssignment, self.bundle), Wanted(), None).id

    def runs(self, id: int) -> bool:
        with self.database.read() as session:
            return session.get_one(Regrade, id).state == "running"

    def drop(self, id: int) -> None:
        with self.database.write() as session:
            regrades.drop(session, id, None)

    def regraded(self) -> tuple[float, float]:
        """Seconds of one regrade of the class: on the clock, and of processors in all processes."""
        start, spent = time.perf_counter(), self.processor_seconds()
        id = self.begin()
        self.wait(lambda: not self.runs(id))
        took = time.perf_counter() - start, self.processor_seconds() - spent
        self.drop(id)
        return took

    def processor_seconds(self) -> float:
        """Of every process of the service, and of what they have waited for: boxes are counted when they have ended."""
        return sum(spent(pid) for pid in descendants(self.service.pid))

    def upload(self) -> float:
        """Seconds from the first byte to the score."""
        self.uploads += 1
        source = Path("submissions/svm/right_einsum.py").read_bytes() + f"# {self.uploads}\n".encode()
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx2.Client(base_url=self.service.url, headers=headers, timeout=90) as client:
            start = time.perf_counter()
            door = "/api/v1/courses/bench/assignments/svm/submissions"
            id = client.post(door, files=[("files", ("linear_svm.py", source))]).raise_for_status().json()["id"]
            found = client.get(f"/api/v1/submissions/{id}", params={"wait": 60}).raise_for_status().json()
            while found["status"] in ("queued", "running"):
                found = client.get(f"/api/v1/submissions/{id}", params={"wait": 60}).raise_for_status().json()
            took = time.perf_counter() - start
        if found["score"] != found["max_score"]:
            raise ValueError(f"the sample is right, and got {found}")
        return took


def spent(pid: int) -> float:
    """Processor seconds of a process and of its children that have ended: proc(5), fields 14 to 17 of stat."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name, Service(Path(name)) as service:
        course = Course(service, Path(name))
        course.regraded()  # the processes start
        yield rate(*course.regraded())
        course.upload()
        yield beside(course)


def rate(took: float, processors: float) -> Row:
    whole = took * WHOLE_CLASS / CLASS
    each = f"{1000 * processors / CLASS:.0f} ms of CPU each"
    goal = f"{WHOLE_CLASS} <= {GOAL_SECONDS:g} s, at this rate {whole:.0f} s; {each}"
    what = f"regrade of {CLASS} four-module submissions"
    return Row(what, CLASS / took, "1/s", "the goal", GOAL_SECONDS / whole, goal, whole <= GOAL_SECONDS)


def beside(course: Course) -> Row:
    idle = median(course.upload() for _ in range(UPLOADS))
    busy: list[float] = []
    while len(busy) < UPLOADS:
        id = course.begin()
        while len(busy) < UPLOADS:
            took = course.upload()
            if not course.runs(id):
                break  # it ended meanwhile: that one does not count
            busy.append(took)
        course.drop(id)
    ratio = median(busy) / idle
    goal = f"<= {GOAL_RATIO:g}x, worst {max(busy) / idle:.1f}x of {len(busy)}"
    return Row(
        "an upload beside a regrade: to its score", 1000 * median(busy), "ms", "idle", ratio, goal, ratio <= GOAL_RATIO
    )
