"""Counts the instructions of a look at the clock by single steps: they are in the vDSO, which callgrind does not see."""

import ctypes
import os
import pathlib
import platform
import re
import signal
import time

# <sys/ptrace.h>, and where the instruction pointer is in x86-64's `struct user`.
TRACEME, PEEKUSER, SINGLESTEP = 0, 3, 9
INSTRUCTION_POINTER = 16 * 8


# At a tick the kernel writes what the vDSO reads, which then reads it again: the lowest count is without that.
TRIES = 7


def clock_instructions():
    """How many there are in the vDSO for CLOCK_MONOTONIC; None where it cannot be found out."""
    if platform.machine() != "x86_64":
        return None
    counts = [_steps_in_vdso() for _ in range(TRIES)]
    return min(counts) or None


def _steps_in_vdso():
    libc = ctypes.CDLL(None)
    libc.ptrace.restype = ctypes.c_long
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    child = os.fork()
    if child == 0:
        try:
            libc.ptrace(TRACEME, 0, None, None)
            os.kill(os.getpid(), signal.SIGSTOP)
            time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, os.WUNTRACED)
    try:
        vdso = re.search(r"^(\w+)-(\w+) .*\[vdso\]", pathlib.Path(f"/proc/{child}/maps").read_text(), re.MULTILINE)
        start, end = (int(address, 16) for address in vdso.groups()) if vdso else (0, 0)
        count = 0
        # A sandbox may forbid it: then the child stays stopped where it is, and is not asked to go on.
        while os.WIFSTOPPED(status) and libc.ptrace(SINGLESTEP, child, None, None) == 0:
            _, status = os.waitpid(child, 0)
            if os.WIFSTOPPED(status):
                count += start <= libc.ptrace(PEEKUSER, child, INSTRUCTION_POINTER, None) < end
        return count
    finally:
        if os.WIFSTOPPED(status):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
