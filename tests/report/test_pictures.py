"""Every picture is well-formed, in bounds, readable in both themes, and said in words and as a table."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len

from grader import report as room
from grader.core import CheckResult, Diagnosis, FunctionResult, FunctionStatus, Message, Picture
from grader.report import stored
from grader.report.as_html import as_html
from grader.report.as_json import Audience, as_json
from grader.report.as_text import as_text
from grader.report.catalogue import text
from grader.report.pictures.drawing import Drawing
from grader.report.pictures.drawings import DRAWN, drawings
from tests.report.sample_pictures import EVERY, HEAT, LARGE, RATIOS, STEPS, TEMPLATES, WINDOW
from tests.report.sample_reports import ALL, PICTURED, VECTORISED, check, report

TEMPLATES_FOLDER = Path(room.__file__).parent / "templates"
NARROW = 296  # pixels between the margins of a screen of 320
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SIZES = ("x", "y", "x1", "y1", "x2", "y2")
LANGUAGES = ("en", "ko")


def drawn(*pictures: Picture, lang: str = "en", audience: Audience = "staff", **more: object) -> list[Drawing]:
    function = replace(VECTORISED, pictures=pictures, **more)  # type: ignore[arg-type]
    return list(drawings(function, "here", lang, audience))


def figures(lang: str = "en") -> list[ElementTree.Element]:
    """The pictures of the page, as XML. What does not parse raises."""
    texts = re.findall(r"<figure.*?</figure>", as_html(PICTURED, lang), re.DOTALL)
    return [ElementTree.fromstring(text) for text in texts]  # noqa: S314  ours


def words_of(element: ElementTree.Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def test_there_is_a_sample_of_every_kind() -> None:
    assert {picture.kind for picture in EVERY} == set(DRAWN)


# --------------------------------------------------------------------------- form


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_is_xml_of_a_few_elements_with_numbers_for_attributes(lang: str) -> None:
    found = figures(lang)
    assert len(found) == len(EVERY) + 2
    for element in (element for figure in found for svg in figure.iter("svg") for element in svg.iter()):
        assert element.tag in {"svg", "title", "desc", "path", "line", "text"}
        assert set(element.attrib) <= {
            *SIZES,
            "d",
            "class",
            "id",
            "role",
            "aria-labelledby",
            "viewBox",
            "width",
            "height",
        }
        drawn_by = [value for name, value in element.attrib.items() if name in (*SIZES, "d")]
        assert all(re.fullmatch(r"[-\d.MLhvlmz ]+", value) for value in drawn_by)


@pytest.mark.parametrize("picture", EVERY, ids=lambda one: one.kind)
def test_every_shape_lies_within_its_picture_and_the_picture_on_a_narrow_screen(picture: Picture) -> None:
    for lang in LANGUAGES:
        sketch = drawn(picture, lang=lang)[0].sketch
        assert sketch.width <= NARROW
        assert sketch.shapes
        for shape in sketch.shapes:
            for name, size in ((name, shape.at[name]) for name in SIZES if name in shape.at):
                most = sketch.width if name.startswith("x") else sketch.height
                assert -1 <= float(size) <= most + 1, (picture.kind, shape)
            for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", shape.at.get("d", "")):
                assert -1 <= float(x) <= sketch.width + 1
                assert -1 <= float(y) <= sketch.height + 1


@pytest.mark.parametrize("picture", EVERY, ids=lambda one: one.kind)
def test_what_is_no_number_breaks_no_picture(picture: Picture) -> None:
    sketch = drawn(picture)[0].sketch
    assert not re.search(r"nan|inf|None", str(sketch.shapes), re.IGNORECASE)


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_has_a_name_a_description_a_sentence_and_a_table(lang: str) -> None:
    found = figures(lang)
    ids = [element.attrib["id"] for figure in found for element in figure.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)) == 2 * len(found)
    for figure in found:
        svg = figure.find("svg")
        assert svg is not None
        assert svg.attrib["role"] == "img"
        named = [svg.find(f"*[@id='{one}']") for one in svg.attrib["aria-labelledby"].split()]
        assert [one.tag for one in named if one is not None] == ["title", "desc"]
        assert all(words_of(one) in words_of(figure.find("figcaption")) for one in named)
        assert all(words_of(one) for one in figure.iterfind(".//tbody//th[@scope='row']"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_terminal_shows_the_sentence_of_every_picture_of_wrong_code_and_lines_of_blocks(lang: str) -> None:
    shown = as_text(PICTURED, lang, width=100)
    flat = re.sub(r"\s+", " ", shown)
    for picture in EVERY:
        (one, *_) = drawn(picture, lang=lang)
        assert f"{one.title}: {one.text}" in flat
        assert all(line.rstrip() in shown for line in one.sketch.lines)


def test_in_a_narrow_terminal_no_line_is_too_wide_and_none_is_broken() -> None:
    lines = as_text(PICTURED, "en", width=48).splitlines()
    assert [line for line in lines if cell_len(line) > 48] == []


def test_a_terminal_shows_a_map_with_a_character_for_an_entry() -> None:
    (one, *_) = drawn(HEAT)
    assert one.sketch.lines == ("    0123", "  0 ·█x▒", "  1 ·█▓·", "  2 ·██░")


# --------------------------------------------------------------------------- meaning


def test_a_map_has_a_large_square_for_each_large_error_and_a_dot_for_each_right_entry() -> None:
    looks = {shape.look: shape.at["d"].count("M") for shape in drawn(HEAT)[0].sketch.shapes if "d" in shape.at}
    assert looks == {"right": 4, "wrong": 7, "cross": 1}


def test_the_table_of_a_map_has_the_largest_error_of_every_row_and_column() -> None:
    rows = dict(drawn(HEAT)[0].sketch.rows)
    assert rows == {
        "row 0": "-",
        "row 1": "10",
        "row 2": "1e+09",
        "column 0": "7.9e-08",
        "column 1": "1.6e+02",
        "column 2": "-",
        "column 3": "0.0032",
    }


def test_a_map_of_many_entries_is_numbered_by_those_it_stands_for() -> None:
    numbers = [shape.words for shape in drawn(LARGE)[0].sketch.shapes if shape.look == "end"]
    assert numbers == [str(row) for row in range(0, 64, 4)]


def test_a_window_frames_the_numbers_that_differ() -> None:
    sketch = drawn(WINDOW)[0].sketch
    frames = [shape.at["d"].count("M") for shape in sketch.shapes if shape.look.startswith("outline")]
    assert frames == [2, 2]
    assert sketch.rows == (("[2, 1]", "2", "-"), ("[3, 1]", "-4.12", "4.12"))


def test_the_numbers_of_a_window_fit_their_cells() -> None:
    numbers = {**WINDOW.numbers, "actual": [[-0.00639, -1.23e5] for _ in WINDOW.numbers["actual"]]}
    numbers["expected"] = numbers["actual"]
    numbers["wrong"] = [[1, 1] for _ in numbers["actual"]]
    sketch = drawn(replace(WINDOW, numbers=numbers))[0].sketch
    said = [shape.words for shape in sketch.shapes if shape.look == "middle"]
    assert set(said) == {"-0.006", "-1e+05"}
    assert sketch.rows[0][1:] == ("-0.00639", "-0.00639")


def test_the_named_ratio_is_written_below_its_bar() -> None:
    (tick,) = [shape for shape in drawn(RATIOS)[0].sketch.shapes if shape.words == "N = 7"]
    (bars,) = [shape for shape in drawn(RATIOS)[0].sketch.shapes if shape.look == "bars"]
    last = float(re.findall(r"M(-?[\d.]+)", bars.at["d"])[-1])
    assert abs(float(tick.at["x"]) - last) < 12


def test_a_curve_has_a_gap_where_there_is_no_number() -> None:
    yours = next(shape for shape in drawn(STEPS)[0].sketch.shapes if shape.look == "yours" and "d" in shape.at)
    assert yours.at["d"].count("M") == 3


def test_a_template_shows_the_pixels_that_speak_for_its_class() -> None:
    (weights,) = [shape for shape in drawn(TEMPLATES)[0].sketch.shapes if shape.look == "weights"]
    assert weights.at["d"].count("M") == 3 + 0 + 4


# --------------------------------------------------------------------------- which, and for whom


def test_the_cases_of_the_checks_are_shown_where_there_is_room() -> None:
    kinds = [[one.kind for one in drawn(*pictures)] for pictures in ((), (HEAT,), (HEAT, STEPS), (HEAT, STEPS, RATIOS))]
    assert kinds == [["cases"], ["heat", "cases"], ["heat", "steps"], ["heat", "steps"]]


def test_a_long_title_of_a_check_has_room_before_its_bar() -> None:
    function = replace(VECTORISED, checks=(check("numeric-gradient", "0", "2", cases=VECTORISED.checks[2].cases),))
    (bars,) = drawings(function, "here", "en", "staff")
    (title,) = [shape for shape in bars.sketch.shapes if shape.words == "gradient of your own loss"]
    (bar,) = [shape for shape in bars.sketch.shapes if shape.look == "passed"]
    assert 6 * len(title.words) < float(title.at["x"]) < float(re.findall(r"M(-?[\d.]+)", bar.at["d"])[0])


@pytest.mark.parametrize(("certainty", "kinds"), [("exact", ["steps"]), ("pattern", ["steps"]), ("hint", ["ratios"])])
def test_a_single_bar_is_drawn_only_where_no_sentence_says_the_same(
    certainty: Literal["exact", "pattern", "hint"], kinds: list[str]
) -> None:
    single = replace(RATIOS, numbers={**RATIOS.numbers, "counts": [0, 0, 20, 0]})
    named = (Diagnosis("factor", certainty, "one-term", Message("checks.not-implemented", {"function": "f"})),)
    assert [one.kind for one in drawn(single, STEPS, diagnosis=named)][:1] == kinds
    assert drawn(RATIOS, STEPS, diagnosis=named)[0].kind == "ratios", "several bars are worth a look"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_picture_of_numbers_made_for_showing_says_so_and_of_which_case_wherever_it_stands(lang: str) -> None:
    caption = text(HEAT.drawn_on, lang) if HEAT.drawn_on else ""
    shown = report(replace(VECTORISED, pictures=(HEAT, TEMPLATES)))
    assert text(Message("case.base"), lang) in caption
    assert as_html(shown, lang).count(caption) == 1
    assert re.sub(r"\s+", " ", as_text(shown, lang, width=80)).count(caption) == 1
    assert [one.get("drawn_on") for one in as_json(shown, lang)["functions"][0]["pictures"]] == [caption, None]


def test_the_mark_for_what_is_not_finite_is_told_where_it_stands() -> None:
    keys = [drawn(picture)[0].sketch.key for picture in (HEAT, LARGE)]
    assert ["× marks a value" in key for key in keys] == [True, False]
    assert ["2 × 2." in key for key in keys] == [False, True], "a mark may stand for several entries"


def test_right_code_has_no_bar_of_cases() -> None:
    assert drawn(status=FunctionStatus.PASSED) == []


@pytest.mark.parametrize(("audience", "kinds"), [("staff", ["heat", "steps"]), ("student", ["steps", "cases"])])
def test_no_picture_tells_students_of_a_hidden_check(audience: Audience, kinds: list[str]) -> None:
    function = _with_hidden_gradient()
    assert [one.kind for one in drawings(function, "here", "en", audience)] == kinds
    in_json = as_json(report(function), "en", audience=audience)["functions"][0]["pictures"]
    assert [one["kind"] for one in in_json] == [kind for kind in kinds if kind != "cases"]


def test_hidden_checks_are_not_counted_for_students() -> None:
    (bars,) = [one for one in drawings(_with_hidden_gradient(), "here", "en", "student") if one.kind == "cases"]
    assert "gradient" not in bars.text
    assert [row[0] for row in bars.sketch.rows] == ["value"]


def _with_hidden_gradient() -> FunctionResult:
    hidden: CheckResult = check("gradient", "1", "2", hidden=True, cases=VECTORISED.checks[-1].cases)
    wrong = check("value", "1", "2", cases=VECTORISED.checks[-1].cases)
    return replace(VECTORISED, checks=(wrong, hidden), pictures=(HEAT, STEPS))


def test_the_pictures_of_two_functions_have_ids_of_their_own() -> None:
    one, other = (next(drawings(replace(VECTORISED, pictures=(HEAT,)), at, "en", "staff")) for at in ("one", "other"))
    assert one.id != other.id


def test_a_stored_report_keeps_its_pictures() -> None:
    kept = stored.decode(json.loads(json.dumps(stored.encode(PICTURED), allow_nan=False)))
    assert kept == PICTURED


# --------------------------------------------------------------------------- size and colour


def test_a_picture_has_some_kilobytes_at_most() -> None:
    sizes = {one.attrib["data-kind"]: len(ElementTree.tostring(one)) for one in figures()}
    assert max(sizes.values()) < 40_000
    assert sum(sizes.values()) < 120_000


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of `#rrggbb`."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = {
    name: colours
    for name, *colours in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", (TEMPLATES_FOLDER / "report_page.css").read_text()
    )
}
RULES = re.findall(
    r"\.picture ([^{]*)\{[^}]*?(?:stroke|fill): var\(--([\w-]+)\)", (TEMPLATES_FOLDER / "report.css").read_text()
)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_mark_stands_out_in_either_theme(theme: int) -> None:
    """3:1 for marks, 4.5:1 for words; thin lines that only guide the eye are free."""
    assert {"accent", "fail", "pass", "ink", "ink-2", "rule"} == {token for _, token in RULES}
    for looks, token in RULES:
        least = 1.0 if token == "rule" else 4.5 if "text" in looks else 3.0
        assert contrast(TOKENS[token][theme], TOKENS["paper"][theme]) >= least, looks


def test_no_look_of_a_shape_lacks_its_rule() -> None:
    looks = {look for picture in EVERY for shape in drawn(picture)[0].sketch.shapes for look in shape.look.split()}
    style = (TEMPLATES_FOLDER / "report.css").read_text(encoding="utf-8")
    assert {look for look in looks if not re.search(rf"\.picture [^{{]*\.{look}\b", style)} == set()


def test_what_stands_in_a_title_is_escaped() -> None:
    hostile = replace(HEAT, title=Message("picture.heat.title", {"output": "<script>alert(1)</script>"}))
    page = as_html(report(replace(VECTORISED, pictures=(hostile,))), "en")
    assert "<script" not in page


def test_a_report_without_pictures_says_nothing_of_them_in_json() -> None:
    assert all("pictures" not in one for one in as_json(ALL["failed"], "en")["functions"])
