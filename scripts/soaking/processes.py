"""The processes of a trial, as /proc shows them."""

import os
import pathlib
import signal


def _read(path):
    try:
        return pathlib.Path(path).read_bytes()
    except OSError:
        return b""


def of_trial(mark, folder):
    """The live processes that carry the trial's mark in their environment, or work in its folder: {id: arguments}.

    A redis-server writes its title over its environment, so that its folder has to tell.
    """
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            works_here = os.readlink(f"/proc/{entry.name}/cwd").startswith(f"{folder}/")
        except OSError:
            continue
        if not works_here and mark.encode() not in _read(f"/proc/{entry.name}/environ").split(b"\0"):
            continue
        state = _read(f"/proc/{entry.name}/stat").rpartition(b")")[2].split()
        if state and state[0] not in (b"Z", b"X"):
            found[int(entry.name)] = _read(f"/proc/{entry.name}/cmdline").decode(errors="replace").split("\0")
    return found


def role(arguments):
    """What a process of a run is, by its arguments; None for one that is none of those."""
    if "worker" in arguments[1:2]:
        return "worker"
    if "guard" in arguments[1:2]:
        return "guard"
    # Before it has started, it is the program that makes it die with its guard.
    if "redis-server" in arguments[0] or "die-with-parent" in arguments[1:2]:
        return "server"
    return None


def send(process, name):
    try:
        os.kill(process, getattr(signal, f"SIG{name}"))
    except ProcessLookupError:
        pass
