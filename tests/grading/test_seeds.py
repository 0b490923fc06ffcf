"""Hidden numbers follow from the submission, a secret, and the name of what is drawn."""

import hashlib
import hmac

from grader.grading.seeds import from_text, seed_of, stream


def test_the_seed_is_the_hmac_of_the_submission_under_the_secret() -> None:
    assert seed_of(b"secret", "ab" * 32) == hmac.new(b"secret", b"ab" * 32, hashlib.sha256).digest()


def test_another_secret_or_submission_gives_another_seed() -> None:
    assert len({seed_of(b"1", "a"), seed_of(b"2", "a"), seed_of(b"1", "b")}) == 3


def test_a_seed_of_a_report_is_read_back_and_any_other_text_is_hashed() -> None:
    seed = seed_of(b"secret", "a")
    assert from_text(seed.hex()) == seed
    assert from_text("42") == hashlib.sha256(b"42").digest()
    assert len({from_text("1"), from_text("2"), from_text("ab" * 31), from_text("")}) == 4


def test_the_same_name_gives_the_same_numbers_and_another_name_others() -> None:
    draws = [stream(b"seed", id).standard_normal(5).tolist() for id in ("value", "value", "gradient")]
    assert draws[0] == draws[1] != draws[2]


def test_the_stream_is_frozen() -> None:
    """Reports of years ago are replayed: these numbers must never change, on any NumPy."""
    assert stream(bytes(32), "case/base").randint(1000, size=6).tolist() == [173, 432, 824, 39, 400, 625]
