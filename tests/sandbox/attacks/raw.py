"""What attacks have in common: raw system calls past the C library, and frames of their own.

It is submitted beside each of them, as any other file of a student's.
"""

import ctypes
import errno
import json
import os
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
# The numbers on x86_64 and on aarch64 (asm/unistd.h); a dash where there is no such call.
NUMBERS = """
    add_key 248 217; bpf 321 280; capset 126 91; chroot 161 51; clock_settime 227 112; clone 56 220; clone3 435
    435; delete_module 176 106; execve 59 221; execveat 322 281; fanotify_init 300 262; fcntl 72 25;
    finit_module 313 273; fork 57 -; fsopen 430 430; futex 202 98; getpid 39 172; init_module 175 105;
    inotify_init1 294 26; io_uring_setup 425 425; ioctl 16 29; iopl 172 -; kcmp 312 272; kexec_load 246 104;
    keyctl 250 219; memfd_secret 447 447; mincore 27 232; mlock 149 228; mmap 9 222; modify_ldt 154 -; mount 165
    40; mount_setattr 442 442; move_mount 429 429; mprotect 10 226; mq_open 240 180; mremap 25 216; msgget 68
    186; open_by_handle_at 304 265; open_tree 428 428; perf_event_open 298 241; personality 135 92; pidfd_getfd
    438 438; pidfd_open 434 434; pidfd_send_signal 424 424; pivot_root 155 41; pkey_mprotect 329 288; prctl 157
    167; process_madvise 440 440; process_vm_readv 310 270; process_vm_writev 311 271; ptrace 101 117; quotactl
    179 60; remap_file_pages 216 234; request_key 249 218; rt_sigqueueinfo 129 138; seccomp 317 277; semget 64
    190; sethostname 170 161; setns 308 268; shmget 29 194; shutdown 48 210; socket 41 198; splice 275 76;
    sysinfo 99 179; syslog 103 116; tgkill 234 131; umount2 166 39; unshare 272 97; userfaultfd 323 282;
    vmsplice 278 75
"""
# What a filter answers instead of the kernel. Arguments are such that the kernel would answer something else.
REFUSALS = (errno.EPERM, errno.EACCES, errno.EAGAIN, errno.ENOSYS, errno.ENOTSUP, errno.ECHILD, errno.ENOTTY)


def number_of(name):
    column = 1 if os.uname().machine == "x86_64" else 2
    return int(next(entry.split()[column] for entry in NUMBERS.split(";") if entry.split()[0] == name))


def raw_answer(number, *arguments):
    """The result, or errno below zero, as the kernel itself answers."""
    ctypes.set_errno(0)
    LIBC.syscall.restype = ctypes.c_long
    words = [ctypes.c_ulong(word & (1 << 64) - 1) for word in arguments]
    result = LIBC.syscall(ctypes.c_long(number), *words)
    return -ctypes.get_errno() if result == -1 else result


def call(name, *arguments):
    """The result; raises OSError as the functions of `os` do."""
    result = raw_answer(number_of(name), *arguments)
    if -4096 < result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


def reached(name, *arguments):
    """A breach where the kernel looked at the arguments, whatever it thinks of them."""
    result = raw_answer(number_of(name), *arguments)
    if result < 0 and -result in REFUSALS:
        raise OSError(-result, os.strerror(-result))
    return f"BREACH: the kernel answered {errno.errorcode[-result] if result < 0 else result}"


def answered(name, *arguments):
    """A breach where there is any answer at all: for calls that end the process otherwise, and that not every kernel
    has."""
    return f"BREACH: the kernel answered {raw_answer(number_of(name), *arguments)}"


def framed(number, operation, body, payload=b""):
    """A frame around a body that is JSON already."""
    header = b'{"seq":%d,"op":"%s","body":%s}' % (number, operation.encode(), body)
    return struct.pack("<IQ", len(header), len(payload)) + header + payload


def node_of(text):
    return json.dumps(text).encode()


def value(text):
    """The body of a reply that returns a text."""
    return {"t": [text, [], False]}


def frame(number, operation, body):
    return framed(number, operation, json.dumps(body).encode())
