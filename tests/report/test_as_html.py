"""The self-contained file: it loads nothing, and what a student wrote is text."""

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest

from grader.report.as_html import as_html
from grader.report.snippet import snippet
from tests.report.sample_reports import ALL, BROKEN, FAILED, HIDDEN, NAMED, UNSAFE, report


class Page(HTMLParser):
    """Tags with their attributes, and the text, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_the_file_loads_nothing_and_runs_nothing(name: str, lang: str) -> None:
    page = as_html(ALL[name], lang)
    tags = Page(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [one for one in tags if set(one[1]) & {"src", "style", "onclick", "onerror", "srcset"}]
    links = [attributes.get("href") or "#" for _, attributes in tags]
    assert all(link.startswith(("#", "data:text/x-python;")) for link in links), "links lead into the file"
    assert not re.search(r"url\(|@import|https?:", page)
    assert dict(tags)["html"] == {"lang": lang}


def test_what_a_student_wrote_is_text() -> None:
    page = as_html(UNSAFE, "en")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; \\x1b[31m\\u202e") >= 3
    assert '<script>alert("1")</script>' in Page(page).text
    assert page.encode("utf-8")


def test_the_page_says_score_sentence_and_numbers() -> None:
    text = Page(as_html(FAILED, "en")).text
    for fact in ("17.12 / 18.8", "FAIL", "linear_svm.py:41", "dW[3, 1]", "0.410000", "0.620000", "wrong on 6 of 12"):
        assert fact in text
    chips = " ".join(text.split("passes when")[1].split())
    assert chips.startswith("reg=0 small weights fails when plain numbers reg=0.1 reg=3")


def test_a_link_to_a_card_leads_to_it() -> None:
    tags = Page(as_html(FAILED, "en")).tags
    ids = {attributes["id"] for tag, attributes in tags if tag == "section" and "id" in attributes}
    links = {(attributes["href"] or "")[1:] for tag, attributes in tags if tag == "a"}
    assert ids == {"function-svm_loss_naive", "function-svm_loss_vectorized"}
    assert links == {"function-svm_loss_vectorized"}


@pytest.mark.parametrize("name", ALL)
def test_headings_have_one_first_and_leave_no_level_out(name: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(as_html(ALL[name], "en")).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_a_report_of_ten_mistakes_is_small() -> None:
    many = report(*(replace(NAMED.functions[0], name=f"f{number}") for number in range(10)))
    assert len(gzip.compress(as_html(many, "ko").encode())) < 30_000


def test_hints_wait_until_they_are_opened() -> None:
    page = as_html(NAMED, "en")
    assert "<details><summary>Hint 1 of 2</summary>" in page
    assert "reg-gradient-halved" in page


def test_our_fault_shows_no_points() -> None:
    text = Page(as_html(BROKEN, "en")).text
    assert "our fault" in text
    assert "0.0 / 20" not in text


def test_a_hidden_check_stays_hidden_from_a_student() -> None:
    page = as_html(HIDDEN, "en", audience="student")
    assert "SECRET" not in page
    assert "Hidden checks: 1, worth 2.8 points." in page
    assert HIDDEN.seed not in page


def test_the_example_is_downloaded_out_of_the_file_itself() -> None:
    for lang in ("en", "ko"):
        (link,) = [of["href"] or "" for tag, of in Page(as_html(NAMED, lang)).tags if tag == "a" and "download" in of]
        kind, _, program = link.partition(",")
        assert kind == "data:text/x-python;charset=utf-8"
        assert unquote(program) == snippet(NAMED, lang, "svm_loss_vectorized")
