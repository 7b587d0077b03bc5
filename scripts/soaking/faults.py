"""What a trial with planned faults is: a sale and its `--fault` flags, drawn from the seed and the trial's number alone."""

import dataclasses
import random

from broken import BROKEN_COPIES
from plan import Plan, Signal

SAFE = ("lua", "lua-idempotent", "lua-stream", "function", "optimistic", "optimistic-decr", "tokens", "decr", "hash", "lock")
BROKEN = ("naive", "unguarded", "hash-off-by-one", "lock-expires", "decr-first", *BROKEN_COPIES)
HAVE_SCRIPTS = {"lua", "lua-idempotent", "lua-stream", "lock", "lock-expires", "hash-off-by-one", "decr-first", *BROKEN_COPIES}


@dataclasses.dataclass(frozen=True)
class Kind:
    """What `--fault` takes of a kind: lengths in milliseconds and shares in percent, none where it takes none."""

    name: str
    lengths: tuple = ()
    shares: tuple = ()


_WIRE = {"lengths": (50, 300, 1000), "shares": (1, 5, 10, 30, 100)}
KINDS = (
    Kind("crash-redis", lengths=(1, 50, 300)),
    Kind("stop-redis", lengths=(1, 50, 300)),
    Kind("power-cut", lengths=(1, 50, 300)),
    Kind("freeze-redis", lengths=(10, 200, 800, 1500)),
    Kind("fill-memory", lengths=(10, 200, 800)),
    Kind("evict-keys", lengths=(10, 200, 800)),
    Kind("evict-stock"),
    Kind("restock-reset"),
    Kind("flush-scripts"),
    Kind("busy-script", lengths=(10, 200, 800)),
    Kind("kill-connections", shares=(5, 30, 100)),
    Kind("lose-replies", **_WIRE),
    Kind("cut-requests", **_WIRE),
    Kind("slow-replies", **_WIRE),
    Kind("repeat-requests", **_WIRE),
    Kind("kill-worker", shares=(1, 50, 100)),
    Kind("freeze-worker", lengths=(50, 300, 1500), shares=(1, 50, 100)),
)


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    when: str
    milliseconds: int | None = None
    percent: int | None = None

    def __str__(self):
        length = "" if self.milliseconds is None else f"+{self.milliseconds}ms"
        share = "" if self.percent is None else f":{self.percent}%"
        return f"{self.kind}@{self.when}{length}{share}"


@dataclasses.dataclass(frozen=True)
class FaultPlan(Plan):
    """A sale of a private server under one fault or several, and sometimes a signal from outside beside them."""

    faults: tuple = ()
    persistence: str = "none"
    retries_unknown: bool = False

    @property
    def is_safe(self):
        # Not in all weathers: `safety` says what may be violated under which fault.
        return False

    @property
    def seconds(self):
        """How long it may take at the most: far more than it needs, on a machine that others use, too."""
        lasting = sum(fault.milliseconds or 100 for fault in self.faults) / 1000
        return 60 + 8 * self.timeout + 4 * lasting

    def __str__(self):
        outside = "".join(f"; {signal}" for signal in self.signals)
        return f"run {' '.join(self.arguments)}{outside}"


def _moment(draw):
    if draw.random() < 0.6:
        return f"{draw.choice((0, 5, 10, 30, 30, 50, 50, 70, 90, 100))}%"
    return f"{draw.choice((0, 0, 1, 20, 100, 100, 300, 300, 600, 1000))}ms"


def _faults(draw, strategy):
    kinds = [kind for kind in KINDS if kind.name != "flush-scripts" or strategy in HAVE_SCRIPTS]
    # Where several begin together, one of them may be healed, or its server gone, while another lasts.
    shared = _moment(draw) if draw.random() < 0.4 else None
    faults = []
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 4))):
        kind = draw.choice(kinds)
        faults.append(Fault(
            kind.name, shared or _moment(draw),
            draw.choice(kind.lengths) if kind.lengths and draw.random() < 0.7 else None,
            draw.choice(kind.shares) if kind.shares and draw.random() < 0.8 else None))
    return tuple(faults)


def _signals(draw):
    """Mostly none: what the old attacks have, as far as a run under faults has to stand it as well."""
    if draw.random() < 0.8:
        return ()
    process, name = draw.choice((("coordinator", "INT"), ("coordinator", "TERM"), ("coordinator", "KILL"), ("worker", "KILL")))
    return (Signal(process, name, draw.uniform(0.05, 1.5)),)


def _arguments(draw, strategy, timeout):
    procs, threads, clients = draw.choice((1, 2, 2, 3)), draw.choice((1, 2, 5, 10)), draw.choice((1, 1, 1, 4))
    units = draw.choice((1, 5, 50, 300, 2000))
    buyers = max(draw.choice((50, 300, 1000, 2000)), draw.choice((1, 2, 2)) * units)
    arguments = ["--procs", procs, "--threads", threads, "--clients", clients, "--units", units, "--buyers", buyers]
    arguments += ["--timeout", f"{int(timeout * 1000)}ms", "--strategy", strategy]
    # A rush is over in a moment; a rate leaves the fault something to meet.
    if draw.random() < 0.75:
        arguments += ["--rate", f"{max(20, int(buyers / draw.choice((0.4, 1, 2))))}/s"]
    # At a rate, most clients have no first request when the doors open.
    elif draw.random() < 0.3:
        arguments += ["--gate", "last-byte"]
    if draw.random() < 0.1:
        arguments += ["--warm-up", "100ms"]
    # A rehearsal makes a broken file inconclusive at best, so without one more is asked of the checks.
    if strategy in BROKEN_COPIES and draw.random() < 0.7:
        arguments += ["--no-rehearsal"]
    return arguments


def plan(seed, number):
    """The trial of that number, from 0."""
    draw = random.Random(f"{seed}:{number}:faults")
    strategy = draw.choice(SAFE) if draw.random() < 0.65 else draw.choice(BROKEN)
    timeout = draw.choice((0.3, 1.0, 3.0))
    arguments = _arguments(draw, strategy, timeout)
    persistence = draw.choice(("none", "rdb", "everysec", "always"))
    arguments += ["--persistence", persistence]
    retries_unknown = draw.random() < 0.3
    if retries_unknown:
        arguments += ["--retry-unknown"]
    faults = _faults(draw, strategy)
    for fault in faults:
        arguments += ["--fault", fault]
    return FaultPlan(
        seed, number, strategy, tuple(str(argument) for argument in arguments), timeout, has_own_server=False,
        signals=_signals(draw), is_verified=True, faults=faults, persistence=persistence, retries_unknown=retries_unknown)
