"""Where the hidden numbers come from: nothing but the submission, a secret, and the name of what is drawn.

`seed_of(secret, submission)` needs the server's secret and stands in the report that staff see; everything drawn
follows from it, so a replay needs no secret, and the seed of one upload says nothing of the next.
"""

import hashlib
import hmac

import numpy as np


def seed_of(secret: bytes, submission_sha256: str) -> bytes:
    """HMAC-SHA256 of the submission's hash under the server's secret: 32 bytes."""
    return hmac.digest(secret, submission_sha256.encode(), "sha256")


def from_text(text: str) -> bytes:
    """The seed that a person names: 64 hex digits are the seed of a report, anything else is hashed."""
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    return seed if len(seed) == 32 else hashlib.sha256(text.encode()).digest()


def stream(seed: bytes, id: str) -> np.random.RandomState:
    """The random stream of one check or case. `RandomState` because its draws are frozen for all time."""
    words = np.frombuffer(hmac.digest(seed, id.encode(), "sha256"), dtype="<u4")
    return np.random.RandomState(words)
