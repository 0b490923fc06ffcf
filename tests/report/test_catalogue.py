"""From a message to a sentence."""

import pytest

from grader.core import Message
from grader.report import LANGUAGES, choose_language, text
from grader.report.catalogue import UntranslatedWarning, has, output_title, parsed

SHAPE = Message("warning.extra-axis", {"output": "dW", "actual": (3, 1), "expected": (3,)})


def test_a_message_is_said_in_each_language_with_the_same_facts() -> None:
    assert text(SHAPE, "en").startswith("dW has shape (3, 1); (3,) is asked for.")
    assert text(SHAPE, "ko").startswith("dW의 shape은 (3, 1)이고")
    assert set(LANGUAGES) == {"en", "ko"}


def test_another_language_is_read_as_english() -> None:
    assert text(SHAPE, "de") == text(SHAPE, "en")
    assert text(SHAPE, "../../etc") == text(SHAPE, "en")


@pytest.mark.parametrize("id", ["nowhere.at-all", "warning.unheard-of", "../../etc/passwd", "", "warning"])
def test_an_unknown_id_warns_us_and_costs_the_reader_nothing(id: str) -> None:
    with pytest.warns(UntranslatedWarning):
        assert text(Message(id), "en") == id
    assert not has(id)


def test_a_missing_parameter_warns_us_and_leaves_its_name() -> None:
    with pytest.warns(UntranslatedWarning, match="'actual'"):
        assert text(Message(SHAPE.id, {"output": "dW", "expected": (3,)}), "en").startswith("dW has shape {actual};")


def test_a_parameter_is_data_and_never_a_template() -> None:
    given = Message(SHAPE.id, {**SHAPE.params, "output": "{expected} {0.__class__}"})
    assert text(given, "en").startswith("{expected} {0.__class__} has shape")


def test_a_number_of_bytes_is_told_in_its_unit() -> None:
    said = text(Message("checks.output-dropped", {"dropped": 3 << 19}), "en")
    assert "1.5 MiB between them are not" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("W1_spread", "spread of W1"),
        ("W_std", "standard deviation of W"),
        ("slope/gamma1", "slope of your loss along gamma1"),
        ("kept_scale (1/3)", "scale of the kept units (1/3)"),
        ("dW1", "dW1"),
        ("running_mean", "running_mean"),
        ("slope/of/what", "slope/of/what"),
        ("W1_\x1b", "W1_\\x1b"),
        ("+3", "+3"),
    ],
)
def test_what_is_measured_of_a_result_is_called_by_words_and_a_result_by_its_name(name: str, said: str) -> None:
    assert output_title(name, "en") == said
    told = Message("checks.contract.right", {"outputs": (name, "loss")})
    assert text(told, "en").startswith(f"{said}, loss: ")


@pytest.mark.parametrize("template", ["{0}", "{}", "{a.b}", "{a[0]}", "{a!r}", "{a:{b}}", "{a", "{__class__.x}"])
def test_a_template_has_plain_names_only(template: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(template)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "en"),
        ("", "en"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en;q=0.1, ko;q=0.2", "ko"),
        ("fr, de", "en"),
        ("fr, ko;q=0.3", "ko"),
        ("ko;q=0", "en"),
        ("*", "en"),
        ("ko;q=many", "en"),
        (";;,=,q=1" * 1000, "en"),
    ],
)
def test_the_language_is_the_one_the_reader_prefers(header: str | None, lang: str) -> None:
    assert choose_language(header) == lang
