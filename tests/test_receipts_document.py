"""The offline check that the documents and the page show is run as it stands: by Python and OpenSSL, without us."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from grader.course.receipts import SCHEMA, key_of, sign
from grader.web.pages.verify import OFFLINE

PAGE = Path(__file__).resolve().parent.parent / "docs/receipts.md"
KEY = key_of(b"a secret")
STATEMENTS = {"schema": SCHEMA, "user": "김@example.org", "submission": 42, "files": [{"path": "가 나.py", "size": 3}]}


def documented() -> list[str]:
    """The lines of the page's one shell block: the first fetches the key."""
    (block,) = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(block).splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a student has the key and a receipt."""
    (tmp_path / "key.pem").write_text(KEY.pem)
    (tmp_path / "receipt-42.json").write_text(json.dumps(sign(STATEMENTS, KEY).stored()))
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "\n".join(documented()[1:])
    return subprocess.run(["bash", "-ec", script], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_of_the_service_shows_the_documented_lines() -> None:
    assert documented()[0].endswith("/verify/key.pem")
    assert documented()[1:] == list(OFFLINE)


def test_openssl_finds_a_receipt_genuine(folder: Path) -> None:
    done = run(folder)
    assert (done.returncode, done.stdout) == (0, "Signature Verified Successfully\n"), done.stderr


def test_openssl_finds_a_receipt_tampered_with(folder: Path) -> None:
    path = folder / "receipt-42.json"
    path.write_text(path.read_text().replace("42", "43", 1))
    done = run(folder)
    assert done.returncode == 1
    assert "Signature Verification Failure" in done.stdout + done.stderr


def test_openssl_finds_a_receipt_of_another_key(folder: Path) -> None:
    (folder / "key.pem").write_text(key_of(b"another secret").pem)
    assert run(folder).returncode == 1
