"""Every cap of intake, with its unit and its reason."""

SOURCE_BYTES = 1 << 20  # one source file; the longest real one seen has 70 KiB
NOTEBOOK_BYTES = 8 << 20  # one notebook, pictures and all; a larger one is left aside
CELLS = 500  # code cells of a notebook
UNPACKED_BYTES = 64 << 20  # a tar archive, all that is in it
TOTAL_BYTES = 32 << 20  # all sources of a submission, counted while they are read; also one archive
MEMBERS = 200  # files of an archive or a folder, junk not counted
RATIO = 100  # inflated to packed; real sources stay below 20
RATIO_FROM = 64 << 10  # bytes; below this even the ratio of a bomb is harmless
DEPTH = 8  # folders above a file
NAME_LENGTH = 255  # characters of a path
OTHER_NAMES = 500  # definitions that nobody asks for, kept to tell what was found
OTHER_LENGTH = 100  # characters of such a name

# The process that parses. 1 MiB of `1<1<1<...` takes 3.3 s and 630 MiB to compile; a long chain of `+` 210 MiB.
MEMORY_BYTES = 384 << 20
CPU_SECONDS = 10
IDLE_SECONDS = 60  # that the process which forks readers waits for the next request
WALL_SECONDS = 120  # a busy machine may be slow; the processor's time is the limit that counts
