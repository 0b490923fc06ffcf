"""The system calls that student code may make, as a classic BPF program for seccomp(2).

Python is no boundary: a submission has ctypes, and may as well be machine code. This filter is the boundary. It is
loaded last, when the box is complete and nothing of the submission has been read, and it can never be taken off. It
decides by the architecture, the number and the argument words of a call; what a pointer points to, it cannot see.

A call ends in one of three ways. It is *allowed*, where computing in one thread with files needs it. It is *refused*
with an errno, where a program with no evil in mind may come upon it (`threading`, `subprocess`, `socket`, `os.kill`,
`shutil.copy`) and has a way to go on from an error. Anything else *kills* the process; of that the grader makes the
verdict `forbidden_syscall`. Calls that are younger than the table answer ENOSYS, as on a kernel that lacks them: a C
library tries those first and then does without. Refused or killed, the call has not happened.

What the rules by argument keep out:

* `mmap`, `mprotect`: executable memory, so code that was not there at the start. Also memory that RLIMIT_DATA does
  not count (kernel: `is_data_mapping`): shared mappings; MAP_GROWSDOWN ones, which count as stack; and what was filled
  and cannot be written to any more, so `mprotect` makes memory writable and nothing else. For the same reason there is
  no `mremap`: a page of the stack that it moves and makes larger stays a stack. It answers as where memory is short,
  and the C library copies instead.
* `open`, `openat`: O_TRUNC without write access, which Landlock before ABI 3 does not see. For the same reason, and
  as Landlock never covers them, calls that change a file's attributes by its name or a read descriptor are refused.
* `futex`: all but waiting and waking within this process. A shared futex on a page of a library that other boxes map
  as well would carry messages between them; priority inheritance has a history of holes.
* `fcntl`: locks and signals by descriptor (between boxes again), and larger pipes. `ioctl` is not needed at all.
* `clock_*`: clocks made of another process's id. `sched_getaffinity`, `prlimit64`: other processes, setting.

The program: load the architecture, kill on any but our own (32-bit calls have numbers of their own); load the number
and find its run of equal outcomes by binary search; there, return or test arguments. The x32 calls of x86_64 have
numbers from 2^30 on: a last run, which kills. An argument has 64 bits, classic BPF words have 32: where the kernel
reads a C int only the low word counts, where it reads a long the high word must fit too.

Sources: linux/seccomp.h, linux/filter.h, linux/audit.h, man 2 seccomp, the kernel's system call tables to Linux 5.16.
The numbers for aarch64 are checked against libseccomp's, but the filter has not been tried on such a machine.
"""

from __future__ import annotations

import itertools
import os
import struct
from errno import EACCES, EAGAIN, ECHILD, EINVAL, ENOMEM, ENOSYS, ENOTSUP, ENOTTY, EPERM
from typing import NamedTuple, TypeAlias

Rule: TypeAlias = "int | Only"
Instruction: TypeAlias = tuple[int, int, int, int]  # struct sock_filter: code, jt, jf, k

KILL, ALLOW = 0x80000000, 0x7FFF0000  # SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW


def refuse(number: int) -> int:
    """SECCOMP_RET_ERRNO: the call does nothing and fails with that errno; with 0 it claims to have succeeded."""
    return 0x00050000 | number


class Only(NamedTuple):
    """`then` for a call whose argument, under the mask, is one of the values; `otherwise` for the rest."""

    argument: int
    mask: int
    values: tuple[int, ...]
    then: Rule = ALLOW
    otherwise: Rule = refuse(EPERM)


INT, LONG = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF  # the whole of an argument, as the kernel reads it
READ_WRITE = 0x1 | 0x2  # PROT_READ, PROT_WRITE
MAP_PRIVATE = 0x02
HARMLESS = 0x10 | 0x20 | 0x800 | 0x4000 | 0x8000 | 0x20000 | 0x100000
"""MAP_FIXED, _ANONYMOUS, _DENYWRITE, _NORESERVE, _POPULATE, _STACK, _FIXED_NOREPLACE."""
ADVICE = (0, 1, 2, 3, 4, 8, 14, 15)  # MADV_NORMAL, _RANDOM, _SEQUENTIAL, _WILLNEED, _DONTNEED, _FREE, _[NO]HUGEPAGE
DESCRIPTORS = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
FUTEXES = (128, 129, 137, 138)  # FUTEX_PRIVATE_FLAG with _WAIT, _WAKE, _WAIT_BITSET, _WAKE_BITSET
NAMESPACES = 0x7E020000  # CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET
O_TRUNC, O_ACCMODE = 0o1000, 0o3


def truncates_unseen(flags: int) -> Only:
    """Refuse O_TRUNC but with O_WRONLY or O_RDWR; `flags` is the place of that argument."""
    return Only(flags, O_TRUNC | O_ACCMODE, (O_TRUNC, O_TRUNC | O_ACCMODE), refuse(EACCES), ALLOW)


PRIVATE_DATA = Only(2, LONG ^ READ_WRITE, (0,), Only(3, LONG ^ HARMLESS, (MAP_PRIVATE,)))
SYSTEM_CLOCK = Only(0, INT ^ 0xF, (0,), ALLOW, refuse(EINVAL))
READ_OWN_LIMIT = Only(0, INT, (0,), Only(2, LONG, (0,)))

# Each call with its number on x86_64 and on aarch64; a dash where the architecture lacks it.
POLICY: tuple[tuple[Rule, str], ...] = (
    (ALLOW, """
        read 0 63; write 1 64; readv 19 65; writev 20 66; pread64 17 67; pwrite64 18 68; lseek 8 62; close 3 57;
        dup 32 23; dup2 33 -; dup3 292 24; pipe 22 -; pipe2 293 59; ftruncate 77 46;
        poll 7 -; ppoll 271 73; select 23 -; pselect6 270 72;
        stat 4 -; lstat 6 -; fstat 5 80; newfstatat 262 79; statx 332 291; access 21 -; faccessat 269 48;
        faccessat2 439 439; readlink 89 -; readlinkat 267 78; getdents64 217 61; getcwd 79 17; chdir 80 49;
        fchdir 81 50; mkdir 83 -; mkdirat 258 34; rmdir 84 -; unlink 87 -; unlinkat 263 35; rename 82 -;
        renameat 264 38; renameat2 316 276; umask 95 166;
        munmap 11 215; brk 12 214;
        nanosleep 35 101; gettimeofday 96 169; time 201 -; times 100 153; getrusage 98 165; sched_yield 24 124;
        getitimer 36 102; setitimer 38 103; alarm 37 -;
        rt_sigaction 13 134; rt_sigprocmask 14 135; rt_sigreturn 15 139; sigaltstack 131 132; restart_syscall 219 128;
        getpid 39 172; getppid 110 173; gettid 186 178; getuid 102 174; geteuid 107 175; getgid 104 176;
        getegid 108 177; getgroups 115 158; getresuid 118 148; getresgid 120 150; getpgrp 111 -; uname 63 160;
        getrandom 318 278; exit 60 93; exit_group 231 94"""),
    (PRIVATE_DATA, "mmap 9 222"),
    (Only(2, LONG, (READ_WRITE,)), "mprotect 10 226"),
    (refuse(ENOMEM), "mremap 25 216"),
    (Only(2, INT, ADVICE, ALLOW, refuse(EINVAL)), "madvise 28 233"),
    (truncates_unseen(1), "open 2 -"),
    (truncates_unseen(2), "openat 257 56"),
    (Only(1, INT, DESCRIPTORS), "fcntl 72 25"),
    (Only(1, INT ^ 0x100, FUTEXES, ALLOW, refuse(ENOSYS)), "futex 202 98"),  # FUTEX_CLOCK_REALTIME or not
    (SYSTEM_CLOCK, "clock_gettime 228 113; clock_getres 229 114; clock_nanosleep 230 115"),
    (Only(0, INT, (0,)), "sched_getaffinity 204 123"),
    (READ_OWN_LIMIT, "prlimit64 302 261"),
    (Only(0, NAMESPACES, (0,), refuse(EAGAIN), KILL), "clone 56 220"),  # threads and, in the C library, fork
    (refuse(0), "fsync 74 82; fdatasync 75 83"),  # a tmpfs does nothing either; a disk would, for all boxes
    (refuse(ENOTTY), "ioctl 16 29"),
    (refuse(ECHILD), "wait4 61 260; waitid 247 95"),
    (refuse(ENOTSUP), """
        getxattr 191 8; lgetxattr 192 9; fgetxattr 193 10; setxattr 188 5; lsetxattr 189 6; fsetxattr 190 7;
        listxattr 194 11; llistxattr 195 12; flistxattr 196 13; removexattr 197 14; lremovexattr 198 15;
        fremovexattr 199 16; fallocate 285 47"""),
    (refuse(EACCES), """
        socket 41 198; socketpair 53 199; connect 42 203; bind 49 200; listen 50 201; accept 43 202; accept4 288 242;
        sendto 44 206; sendmsg 46 211; sendmmsg 307 269; recvfrom 45 207; recvmsg 47 212; recvmmsg 299 243;
        getsockname 51 204; getpeername 52 205; setsockopt 54 208; getsockopt 55 209; shutdown 48 210"""),
    (refuse(ENOSYS), """
        clone3 435 435; rseq 334 293; openat2 437 437; close_range 436 436; membarrier 324 283; preadv 295 69;
        pwritev 296 70; preadv2 327 286; pwritev2 328 287; copy_file_range 326 285; mlock2 325 284; pkey_alloc 330 289;
        pkey_free 331 290; pkey_mprotect 329 288; futex_waitv 449 449; epoll_pwait2 441 441"""),
    (refuse(EPERM), """
        fork 57 -; vfork 58 -; kill 62 129; tkill 200 130; tgkill 234 131; rt_sigqueueinfo 129 138;
        rt_tgsigqueueinfo 297 240; pidfd_send_signal 424 424; pidfd_open 434 434;
        rt_sigpending 127 136; rt_sigtimedwait 128 137; rt_sigsuspend 130 133; pause 34 -; signalfd 282 -;
        signalfd4 289 74; eventfd 284 -; eventfd2 290 19; timerfd_create 283 85; timer_create 222 107;
        timer_settime 223 110; timer_gettime 224 108; timer_getoverrun 225 109; timer_delete 226 111;
        epoll_create 213 -; epoll_create1 291 20; epoll_ctl 233 21; epoll_wait 232 -; epoll_pwait 281 22;
        inotify_init 253 -; inotify_init1 294 26;
        setuid 105 146; setgid 106 144; setreuid 113 145; setregid 114 143; setresuid 117 147; setresgid 119 149;
        setfsuid 122 151; setfsgid 123 152; setgroups 116 159; setpgid 109 154; setsid 112 157; getpgid 121 155;
        getsid 124 156; capget 125 90; capset 126 91; personality 135 92; prctl 157 167; arch_prctl 158 -;
        sethostname 170 161; setpriority 141 140; getpriority 140 141; sched_setaffinity 203 122;
        sched_setscheduler 144 119; sched_setparam 142 118; sched_setattr 314 274; sched_getscheduler 145 120;
        sched_getparam 143 121; sched_getattr 315 275; sched_get_priority_max 146 125; sched_get_priority_min 147 126;
        sched_rr_get_interval 148 127; ioprio_set 251 30; ioprio_get 252 31; getcpu 309 168; sysinfo 99 179;
        setrlimit 160 164; getrlimit 97 163; mlock 149 228; munlock 150 229; mlockall 151 230; munlockall 152 231;
        mincore 27 232; msync 26 227; remap_file_pages 216 234; mbind 237 235; set_mempolicy 238 237;
        get_mempolicy 239 236; memfd_create 319 279; flock 73 32;
        shmget 29 194; shmat 30 196; shmdt 67 197; shmctl 31 195; semget 64 190; semop 65 193; semtimedop 220 192;
        semctl 66 191; msgget 68 186; msgsnd 69 189; msgrcv 70 188; msgctl 71 187; mq_open 240 180; mq_unlink 241 181;
        chmod 90 -; fchmod 91 52; fchmodat 268 53; chown 92 -; fchown 93 55; lchown 94 -; fchownat 260 54; utime 132 -;
        utimes 235 -; futimesat 261 -; utimensat 280 88; truncate 76 45; link 86 -; linkat 265 37; symlink 88 -;
        symlinkat 266 36; mknod 133 -; mknodat 259 33; creat 85 -; getdents 78 -; name_to_handle_at 303 264;
        statfs 137 43; fstatfs 138 44; ustat 136 -; sync 162 81; syncfs 306 267; sync_file_range 277 84;
        fadvise64 221 223; readahead 187 213; sendfile 40 71; clock_settime 227 112; settimeofday 164 170;
        set_tid_address 218 96; set_robust_list 273 99"""),
)  # fmt: skip
YOUNGER, X32 = 450, 0x40000000  # the first numbers that the table does not judge, and of x32
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # its column above, its AUDIT_ARCH_*

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, ALU|AND|K, JMP|JEQ|K, JMP|JGE|K, RET
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data


def program(machine: str | None = None) -> bytes:
    """The filter as an array of `struct sock_filter`, for a machine by its name in uname(2); by default this one.

    Raises `ValueError` for a machine whose calls are not in the table.
    """
    machine = machine or os.uname().machine
    if machine not in MACHINES:
        raise ValueError(f"no system call table for {machine}: there are {', '.join(MACHINES)}")
    column, architecture = MACHINES[machine]
    instructions = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *search(runs(rules(column))),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def rules(column: int) -> dict[int, Rule]:
    """The table of one architecture: the rule for each number."""
    found: dict[int, Rule] = {}
    for rule, calls in POLICY:
        for call in calls.split(";"):
            number = call.split()[1 + column]
            if number != "-":
                found[int(number)] = rule
    return found


def runs(table: dict[int, Rule]) -> list[tuple[int, Rule]]:
    """All numbers there are, as runs of one rule each: the first number of the run, and the rule."""
    judged: list[Rule] = [table.get(number, KILL) for number in range(YOUNGER)]
    found, first = [], 0
    for rule, run in itertools.groupby(judged):
        found.append((first, rule))
        first += len(list(run))
    return [*found, (YOUNGER, refuse(ENOSYS)), (X32, KILL)]


def search(ordered: list[tuple[int, Rule]]) -> list[Instruction]:
    """Find the run that the loaded number is in. A jump spans 255 instructions at most: struct would refuse more."""
    if len(ordered) == 1:
        return outcome(ordered[0][1])
    middle = len(ordered) // 2
    below, above = search(ordered[:middle]), search(ordered[middle:])
    return [(AT_LEAST, len(below), 0, ordered[middle][0]), *below, *above]


def outcome(rule: Rule) -> list[Instruction]:
    """Return what the rule says, after a test of the argument where it has one. The values are words of 32 bits."""
    if isinstance(rule, int):
        return [(RETURN, 0, 0, rule)]
    then, otherwise = outcome(rule.then), outcome(rule.otherwise)
    place, last = ARGUMENTS + 8 * rule.argument, len(rule.values) - 1
    tests = [
        (LOAD, 0, 0, place),
        (AND, 0, 0, rule.mask & INT),
        *((EQUAL, last - at, 0 if at < last else len(then), value) for at, value in enumerate(rule.values)),
    ]
    if rule.mask > INT:
        high = (EQUAL, 0, len(tests) + len(then), 0)
        tests = [(LOAD, 0, 0, place + 4), (AND, 0, 0, rule.mask >> 32), high, *tests]
    return [*tests, *then, *otherwise]
