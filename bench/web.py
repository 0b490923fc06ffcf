"""Memory of the web process after a sign-in, some pages and an upload, beside NumPy's own interpreter."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2

from bench import Row
from tests.harness import Service

GOAL_MIB = 120
REQUESTS = 200


def resident_mib(pid: int) -> float:
    """VmRSS of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def bare_numpy_mib() -> float:
    code = "import numpy; print([l for l in open('/proc/self/status') if l.startswith('VmRSS')][0].split()[1])"
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) / 1024


def measure() -> Iterator[Row]:
    source = Path("submissions/svm/right_einsum.py").read_bytes()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        service.admin("create-course", "bench")
        service.admin("create-user", "ada@bench.example")
        service.admin("add-member", "bench", "ada@bench.example", "--role", "student")
        service.admin("enable", "bench", "svm")
        token = service.admin("token", "ada@bench.example").strip()
        with httpx2.Client(base_url=service.url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            door = "/api/v1/courses/bench/assignments/svm/submissions"
            id = client.post(door, files=[("files", ("linear_svm.py", source))]).raise_for_status().json()["id"]
            client.get(f"/api/v1/submissions/{id}", params={"wait": 60}).raise_for_status()
            for _ in range(REQUESTS):
                client.get(f"/submissions/{id}")
        used, bare = resident_mib(service.children("web")[0]), bare_numpy_mib()
    goal = f"<= {GOAL_MIB} MiB"
    yield Row("web process, resident", used, "MiB", "a bare `import numpy`", used / bare, goal, used <= GOAL_MIB)
