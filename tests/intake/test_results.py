"""`results.json`: read as data, shown beside the course's own figures, flagged, and worth nothing either way."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from grader.core import Submission
from grader.intake import Rejected, door, parse, read
from grader.report import text

NAMES = ("svm_loss_naive",)
CODE = ("svm.py", b"def svm_loss_naive(): pass\n")


def submission(content: object, path: str = "results.json") -> Submission:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return parse([CODE, (path, data)], NAMES)


def ids(content: object) -> list[str]:
    notes = submission(content).notes
    assert all(text(note, lang) for note in notes for lang in ("en", "ko"))
    return [note.id.removeprefix("intake.results.") for note in notes]


def test_what_is_reported_stands_beside_what_the_course_comes_to() -> None:
    (note,) = submission({"knn": {"val": 0.274, "test": 0.271}}).notes
    assert text(note, "en").startswith("knn, as results.json reports it: val 0.274, test 0.271. The course's own")
    assert note.params["course"] == "0.2-0.28"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"two-layer-net": {"val": 0.524, "test": 0.513}}, ["compared"]),
        ({"TwoLayerNet": {"val": 0.524, "test": 0.524 + 0.011}}, ["compared"]),
        ({"random_search": {"test": 0.155}}, ["compared"]),
        ({"conv": {"val": 0.72}}, ["said"]),
        ({"svm": {"val": 0.39}, "softmax": {"val": 0.35}}, ["compared", "compared"]),
        ({"svm": {"val": 0.61, "test": 0.6}}, ["compared", "too-good"]),
        ({"svm": {"val": 0.3, "test": 0.39}}, ["compared", "test-above-val"]),
        ({"svm": {"val": 0.3, "test": 0.38}}, ["compared"]),
        ({"knn": {"val": 0.27, "k": 1, "train": 0.99}}, ["compared", "own-neighbour"]),
        ({"knn": {"val": 0.27, "k": 1, "train": 1}}, ["compared"]),
        ({"knn": {"val": 0.27, "k": 5, "train": 0.5}}, ["compared"]),
        ({"svm": {"initial_loss": 9.3}}, ["compared"]),
        ({"svm": {"initial_loss": 10.0}}, ["compared", "start"]),
        ({"softmax": {"initial_loss": 2.7}}, ["compared", "start"]),
        ({"softmax": {"initial_loss": 2.35, "note": "mine"}}, ["compared"]),
        ({}, []),
    ],
)
def test_what_cannot_well_be_so_is_flagged(content: object, expected: list[str]) -> None:
    assert ids(content) == expected


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (b"{", "not-json"),
        (b"", "not-json"),
        (b"\xff\xfe\x00", "not-json"),
        (b"[" * 9000, "not-json"),
        (b'{"knn": {"val": ' + b"9" * 9000 + b"}}", "not-json"),
        ([], "form"),
        ({"knn": 0.27}, "form"),
        ({"knn": {"val": 27.4}}, "share"),
        ({"knn": {"val": "0.27"}}, "share"),
        ({"knn": {"test": True}}, "share"),
        (b'{"knn": {"val": NaN}}', "share"),
        (b'{"svm": {"initial_loss": Infinity}}', "number"),
        ({"svm": {"initial_loss": -1}}, "number"),
        ({str(model): {} for model in range(21)}, "many"),
        (b" " * (17 << 10), "too-large"),
    ],
)
def test_a_wrong_file_gets_a_clear_note_and_costs_nothing(content: object, id: str) -> None:
    assert ids(content) == [id]


def test_names_and_values_of_a_student_are_shown_as_data() -> None:
    (note,) = submission({"\x1b[31m" + "x" * 90: {"val": 0.1}}).notes
    assert "\x1b" not in text(note, "en")
    assert len(str(note.params["model"])) == 40


def test_the_file_belongs_to_the_submission_and_is_never_run() -> None:
    one, other = submission({"knn": {"val": 0.2}}), submission({"knn": {"val": 0.3}})
    assert [file.path for file in one.files] == ["svm.py"]
    assert [(file.path, file.text) for file in one.data] == [("results.json", "")]
    assert one.sha256 != other.sha256


def test_it_is_found_in_archives_folders_and_below_them(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hw/svm.py", CODE[1])
        archive.writestr("hw/out/results.json", '{"knn": {"val": 0.2}}')
    assert [file.path for file in parse([("hw.zip", packed.getvalue())], NAMES).data] == ["out/results.json"]
    (tmp_path / "svm.py").write_bytes(CODE[1])
    (tmp_path / "results.json").write_text('{"knn": {"val": 0.2}}')
    assert [note.id for note in read([tmp_path], NAMES).notes] == ["intake.results.compared"]


def test_the_door_keeps_it_beside_the_sources() -> None:
    sent = [CODE, ("Results.json", b"{")]
    assert door(sent, NAMES, 1 << 20) == sent


def test_alone_it_is_no_submission() -> None:
    with pytest.raises(Rejected) as refusal:
        parse([("results.json", b"{}")], NAMES)
    assert refusal.value.message.id == "intake.no-source"
