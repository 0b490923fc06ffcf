"""The system call filter: what it lets through is what is stated here, on paper (a BPF interpreter) and in the kernel.

The names are looked up in libseccomp, so that a wrong number in the filter's table is found by two witnesses.
"""

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from struct import Struct

import pytest

from grader.sandbox.inside.seccomp import ALLOW, KILL, MACHINES, POLICY, program, refuse

FILTERED = Path(__file__).parent / "filtered.py"
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
HERE = os.uname().machine
ONES = (1 << 64) - 1
ALWAYS = """
    read write readv writev pread64 pwrite64 lseek close dup dup2 dup3 pipe pipe2 ftruncate poll ppoll select pselect6
    stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents64 getcwd chdir fchdir
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 umask munmap brk nanosleep gettimeofday time
    times getrusage sched_yield getitimer setitimer alarm rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
    restart_syscall getpid getppid gettid getuid geteuid getgid getegid getgroups getresuid getresgid getpgrp uname
    getrandom exit exit_group
"""
# Arguments with which a call that is judged by them passes. Those that are not named are 2^64 - 1.
BY_ARGUMENT: dict[str, dict[int, int]] = {
    "mmap": {2: 3, 3: 0x22},
    "mprotect": {2: 3},
    "madvise": {2: 4},
    "open": {1: 0o1102},
    "openat": {2: 0o1101},
    "fcntl": {1: 1030},
    "futex": {1: 128},
    "clock_gettime": {0: 1},
    "clock_getres": {0: 0},
    "clock_nanosleep": {0: 1},
    "sched_getaffinity": {0: 0},
    "prlimit64": {0: 0, 2: 0},
}
KILLED = """
    execve execveat ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd io_uring_setup io_uring_enter
    io_uring_register userfaultfd keyctl add_key request_key bpf perf_event_open fanotify_init fanotify_mark unshare
    setns mount umount2 pivot_root chroot open_by_handle_at move_mount fsopen fsmount open_tree mount_setattr kexec_load
    kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct syslog quotactl seccomp
    landlock_create_ruleset landlock_restrict_self splice tee vmsplice io_setup io_submit move_pages migrate_pages
    process_madvise process_mrelease memfd_secret vhangup iopl ioperm modify_ldt adjtimex clock_adjtime mq_notify
"""
REFUSED = {
    errno.EPERM: "fork vfork kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal setpriority sysinfo "
    "sched_setaffinity memfd_create flock shmget semget msgget mq_open inotify_init1 eventfd2 prctl personality "
    "chmod fchmod fchmodat chown fchownat utimensat truncate link linkat symlink symlinkat setuid setresuid setgroups",
    errno.EACCES: "socket socketpair connect bind sendto sendmsg sendmmsg recvfrom recvmsg accept4 shutdown",
    errno.ENOSYS: "clone3 openat2 close_range rseq pkey_mprotect copy_file_range",
    errno.ENOTSUP: "setxattr fsetxattr lgetxattr fallocate",
    errno.ECHILD: "wait4 waitid",
    errno.ENOTTY: "ioctl",
    errno.ENOMEM: "mremap",
    0: "fsync fdatasync",
}
COMBINED, HIGH = 1 << 32 | 1, 1 << 32  # what looks harmless, or harmful, in half of its words only
UNASKED = (335, 336) if HERE == "x86_64" else ()
PASSES, EPERM, EACCES, EINVAL, ENOSYS = ALLOW, *map(refuse, (errno.EPERM, errno.EACCES, errno.EINVAL, errno.ENOSYS))
EDGES: list[tuple[str, dict[int, int], int]] = [
    *(("mmap", {2: prot, 3: 0x22}, PASSES) for prot in (0, 1, 2, 3)),
    *(("mmap", {2: prot, 3: 0x22}, EPERM) for prot in (4, 5, 6, 7, 8, 0x01000000, HIGH, COMBINED, ONES)),
    *(("mmap", {2: 1, 3: flags}, PASSES) for flags in (0x2, 0x12, 0x802, 0x4022, 0x20022, 0x100022, 0x8022)),
    # shared, shared and anonymous, validated, neither, growing down, 32 bits, locked, huge, and the high word
    *(("mmap", {2: 1, 3: flags}, EPERM) for flags in (1, 0x21, 3, 0, 0x20, 0x122, 0x62, 0x2022, 0x40022, HIGH | 0x22)),
    ("mprotect", {2: 3}, PASSES),
    *(("mprotect", {2: prot}, EPERM) for prot in (0, 1, 2, 4, 5, 7, 0x01000003, 0x02000003, HIGH | 3, COMBINED, ONES)),
    *(("madvise", {2: advice}, PASSES) for advice in (0, 1, 2, 3, 4, 8, 14, 15, HIGH | 4)),
    *(("madvise", {2: advice}, EINVAL) for advice in (9, 10, 12, 13, 16, 20, 21, 25, 100, 101, ONES)),
    *(("openat", {2: flags}, PASSES) for flags in (0, 1, 2, 3, 0o1001, 0o1002, 0o101, 0o2001, 0o2200000, HIGH)),
    *(("openat", {2: flags}, EACCES) for flags in (0o1000, 0o1003, 0o1100, 0o12001000, HIGH | 0o1000)),
    *(("fcntl", {1: command}, PASSES) for command in (0, 1, 2, 3, 4, 1030, HIGH | 3)),
    # locks, owners and signals of a descriptor, leases, notification, pipe sizes, seals, open file locks
    *(("fcntl", {1: command}, EPERM) for command in (*range(5, 17), 36, 37, 38, 1024, 1026, 1031, 1032, 1033, ONES)),
    *(("futex", {1: op}, PASSES) for op in (128, 129, 137, 138, 128 | 256, 137 | 256)),
    # shared between processes; requeued; on behalf of priority inheritance
    *(("futex", {1: op}, ENOSYS) for op in (0, 1, 9, 10, 131, 132, 133, 134, 135, 136, 139, 140, 141, 512 | 128, ONES)),
    *(("clock_gettime", {0: clock}, PASSES) for clock in range(12)),
    *(("clock_gettime", {0: clock}, EINVAL) for clock in (16, ~(1 << 3) & ONES, (~1 << 3 | 2) & 0xFFFFFFFF, ONES)),
    ("sched_getaffinity", {0: 1}, EPERM),
    ("prlimit64", {0: 1, 2: 0}, EPERM),
    ("prlimit64", {0: 0, 2: 1}, EPERM),
    ("prlimit64", {0: 0, 2: HIGH}, EPERM),
    *(("clone", {0: flags}, refuse(errno.EAGAIN)) for flags in (17, 0x4111, 0x3D0F00, 0x1200011)),
    *(("clone", {0: 1 << bit | 17}, KILL) for bit in (17, 25, 26, 27, 28, 29, 30)),
]  # fmt: skip


# --------------------------------------------------------------------------- two witnesses


@cache
def libseccomp() -> Callable[[int, bytes], int]:
    """What libseccomp says a call's number is on an architecture: negative where there is none. `.ci/run` supplies
    the library, and CI fails without."""
    try:
        function = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name_arch
    except OSError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    function.argtypes, function.restype = (ctypes.c_uint32, ctypes.c_char_p), ctypes.c_int
    resolve: Callable[[int, bytes], int] = function
    return resolve


def numbers(machine: str, names: str) -> dict[str, int]:
    """The numbers of those calls that an architecture has."""
    found = {name: libseccomp()(ARCHITECTURES[machine], name.encode()) for name in names.split()}
    assert -1 not in found.values(), f"libseccomp does not know {[name for name in found if found[name] == -1]}"
    return {name: number for name, number in found.items() if number >= 0}


@cache
def instructions(machine: str) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(Struct("=HBBI").iter_unpack(program(machine)))


def judge(machine: str, number: int, arguments: Sequence[int] = (0,) * 6, architecture: int | None = None) -> int:
    """Run the filter on one call: classic BPF as the kernel's linux/filter.h has it, as far as it is used."""
    given = architecture or ARCHITECTURES[machine]
    data = Struct("=IIQ6Q").pack(number, given, 0, *arguments)
    code, at, accumulator = instructions(machine), 0, 0
    while True:
        kind, yes, no, k = code[at]
        at += 1
        if kind == 0x20:  # load a word
            accumulator = int.from_bytes(data[k : k + 4], sys.byteorder)
        elif kind == 0x54:  # and
            accumulator &= k
        elif kind == 0x15:  # jump if equal
            at += yes if accumulator == k else no
        elif kind == 0x35:  # jump if greater or equal
            at += yes if accumulator >= k else no
        else:
            assert kind == 0x06, f"instruction {kind:#x} is not of the filter's"
            return k


def words(given: dict[int, int], rest: int = ONES) -> tuple[int, ...]:
    return tuple(given.get(place, rest) for place in range(6))


# --------------------------------------------------------------------------- on paper


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_calls_that_pass_are_those_stated_and_no_other(machine: str) -> None:
    tried = [(0,) * 6, (ONES,) * 6, *map(words, BY_ARGUMENT.values())]
    outcomes = {number: {judge(machine, number, given) for given in tried} for number in range(501)}
    always = {number for number, found in outcomes.items() if found == {ALLOW}}
    ever = {number for number, found in outcomes.items() if ALLOW in found}
    assert always == set(numbers(machine, ALWAYS).values())
    assert ever - always == set(numbers(machine, " ".join(BY_ARGUMENT)).values())


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_a_call_that_is_judged_by_its_arguments_can_pass(machine: str) -> None:
    for name, number in numbers(machine, " ".join(BY_ARGUMENT)).items():
        assert judge(machine, number, words(BY_ARGUMENT[name])) == ALLOW, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_that_change_the_system_or_reach_other_processes_kill(machine: str) -> None:
    for name, number in numbers(machine, KILLED).items():
        assert {judge(machine, number), judge(machine, number, (ONES,) * 6)} == {KILL}, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_what_a_program_with_no_evil_in_mind_comes_upon_is_refused_with_its_errno(machine: str) -> None:
    for number, names in REFUSED.items():
        for name, call in numbers(machine, names).items():
            assert {judge(machine, call), judge(machine, call, (ONES,) * 6)} == {refuse(number)}, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(("name", "given", "expected"), EDGES, ids=str)
def test_a_rule_by_argument_holds_at_its_edges(machine: str, name: str, given: dict[int, int], expected: int) -> None:
    number = numbers(machine, name)[name]
    assert {judge(machine, number, words(given, rest)) for rest in (0, ONES)} == {expected}


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_numbers_above_the_table_are_unknown_calls_and_those_of_x32_kill(machine: str) -> None:
    unknown = {judge(machine, number) for number in (450, 451, 499, 500, 1 << 20, (1 << 30) - 1)}
    assert unknown == {refuse(errno.ENOSYS)}
    x32 = [number | 1 << 30 for number in (*range(501), 512, 547)]
    assert {judge(machine, number) for number in (*x32, 1 << 31, 0xFFFFFFFF)} == {KILL}


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_of_another_architecture_kill_whatever_their_number(machine: str) -> None:
    others = {0x40000003, 0x40000028, *ARCHITECTURES.values()} - {ARCHITECTURES[machine]}  # i386, 32-bit ARM
    assert {judge(machine, number, architecture=other) for number in range(501) for other in others} == {KILL}


def table() -> Iterator[tuple[str, dict[str, int]]]:
    """The filter's own table: each name with its number by machine."""
    for _, calls in POLICY:
        for call in calls.split(";"):
            name, *given = call.split()
            yield name, {machine: int(number) for machine, number in zip(MACHINES, given, strict=True) if number != "-"}


def test_each_number_in_the_table_is_that_of_its_name_and_stands_there_once() -> None:
    calls = list(table())
    assert len({name for name, _ in calls}) == len(calls)
    for machine in MACHINES:
        found = {name: given[machine] for name, given in calls if machine in given}
        assert found == numbers(machine, " ".join(name for name, _ in calls))
        assert len(set(found.values())) == len(found)


def test_a_machine_that_is_not_in_the_table_has_no_filter_and_says_so() -> None:
    with pytest.raises(ValueError, match=r"no system call table for riscv64: there are x86_64, aarch64"):
        program("riscv64")


# --------------------------------------------------------------------------- in the kernel


def tried(calls: Sequence[tuple[int, Sequence[int], bool]]) -> list[str | int]:
    """What became of each call in a process of its own."""
    command = [sys.executable, "-I", "-S", str(FILTERED)]
    run = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    outcomes: list[str | int] = json.loads(run.stdout)
    return outcomes


def expected(verdict: int, unfiltered: str | int) -> str | int:
    """What a verdict looks like from outside; a call that passes does what it does without a filter."""
    return unfiltered if verdict == ALLOW else "SIGSYS" if verdict == KILL else verdict & 0xFFFF


def agree(calls: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Make each call with the filter and, where it would pass, without as well; compare with the interpreter."""
    verdicts = [judge(HERE, number, arguments) for number, arguments in calls]
    passing = [call for call, verdict in zip(calls, verdicts, strict=True) if verdict == ALLOW]
    outcomes = tried([*((*call, True) for call in calls), *((*call, False) for call in passing)])
    unfiltered = iter(outcomes[len(calls) :])
    wanted = [expected(verdict, next(unfiltered) if verdict == ALLOW else 0) for verdict in verdicts]
    assert dict(zip(map(str, calls), outcomes, strict=False)) == dict(zip(map(str, calls), wanted, strict=True))


def test_the_kernel_does_with_every_number_what_the_interpreter_says() -> None:
    """With arguments that make every call fail that passes."""
    agree([(number, (ONES,) * 6) for number in range(501) if number not in UNASKED])


@pytest.mark.skipif(HERE != "x86_64", reason="uprobes have calls on x86_64 only")
def test_calls_that_the_kernel_asks_no_filter_about_do_nothing() -> None:
    """Since Linux 6.14 `uretprobe` and `uprobe` pass any filter. Both end unless they come from the instructions
    that a probe has put there (kernel: arch/x86/kernel/uprobes.c)."""
    nothing = {"SIGSYS", "SIGILL", errno.ENXIO, errno.ENOSYS}
    assert set(tried([(number, (argument,) * 6, True) for number in UNASKED for argument in (0, ONES)])) <= nothing


def test_the_kernel_kills_on_calls_of_x32() -> None:
    agree([(number | 1 << 30, (ONES,) * 6) for number in (0, 39, 59, 61, 520, 545)])


def test_the_kernel_judges_arguments_as_the_interpreter_does() -> None:
    """A futex word, a buffer and a path are null pointers, a descriptor is none: nothing waits, nothing is made."""
    known = numbers(HERE, " ".join({name for name, _, _ in EDGES}))
    agree([(known[name], words(given, 0 if name == "prlimit64" else ONES)) for name, given, _ in EDGES])


@pytest.mark.skipif(HERE != "x86_64", reason="int 0x80 is an instruction of x86_64")
def test_a_32_bit_call_by_machine_code_kills_where_the_kernel_takes_one() -> None:
    with_filter, without = tried([(-1, (), True), (-1, (), False)])
    assert (with_filter, without) in (("SIGSYS", 0), ("SIGSEGV", "SIGSEGV"))


BENIGN = {
    "import os; result = os.system('true') != 0": "True",
    "import os, subprocess\ntry: subprocess.run(['true'])\nexcept OSError as error: result = error.errno": "11",
    "import threading\ntry: threading.Thread(target=print).start()\nexcept RuntimeError as error: result = error": (
        "can't start new thread"
    ),
    "import os\ntry: os.kill(os.getpid(), 9)\nexcept PermissionError as error: result = error.errno": "1",
    "import os\ntry: os.wait()\nexcept ChildProcessError: result = 'none'": "none",
    "import os\ntry: os.get_terminal_size()\nexcept OSError as error: result = error.errno": "25",
    "import os; result = (os.cpu_count() or 0) > 0, os.isatty(0), len(os.urandom(8))": "(True, False, 8)",
    "import time; time.sleep(0.001); result = time.process_time() > 0 < time.thread_time()": "True",
    "import threading; result = threading.Event().wait(0.001)": "False",
    "import os; r, w = os.pipe(); os.set_inheritable(w, True); result = os.get_inheritable(w)": "True",
    "import os, tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x'); os.fsync(f.fileno()); result = f.tell()": (
        "1"
    ),
    "import platform; result = platform.system()": "Linux",
    "import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\n"
    "try: time.sleep(5)\nexcept ZeroDivisionError: result = 'woken'": "woken",
}  # fmt: skip


@pytest.mark.parametrize(("source", "result"), BENIGN.items())
def test_ordinary_python_meets_an_error_and_goes_on(source: str, result: str) -> None:
    run = subprocess.run(
        [sys.executable, str(FILTERED), source], capture_output=True, text=True, check=False, timeout=60
    )
    assert (run.returncode, run.stdout.strip()) == (0, result), run.stderr
