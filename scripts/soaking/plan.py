"""What each trial of the soak is: drawn from the seed and the trial's number alone, so that it can be made again."""

import dataclasses
import random

# Right on bad days too: no lost answer, dead client or silent server makes them sell what they do not have.
SAFE = ("lua", "lua-stream", "lua-idempotent", "function", "optimistic", "optimistic-decr")
# Right on good days, or broken on purpose: any verdict may be the true one.
OTHERS = ("decr", "tokens", "hash", "lock", "naive", "unguarded", "lock-expires", "decr-first", "hash-off-by-one")

ENDING_SIGNALS = ("INT", "TERM", "HUP", "QUIT")
PROCESSES = ("coordinator", "worker", "guard", "server")

# What is asked of a limit: from far too little to hardly enough. In bytes, but for files, which are a count.
LIMITS = {
    "FSIZE": (0, 100, 4096, 65_536, 300_000, 1_000_000, 10_000_000),
    "AS": (16 << 20, 64 << 20, 256 << 20, 600 << 20, 1 << 30, 3 << 30),
    "STACK": (32 << 10, 64 << 10, 128 << 10, 512 << 10, 1 << 20),
    "NOFILE": (6, 12, 20, 40, 80),
}


@dataclasses.dataclass(frozen=True)
class Signal:
    """A signal for one process of the run, so long after its start; a stopped one may go on after a while."""

    process: str
    name: str
    at: float
    goes_on_after: float | None = None

    def __str__(self):
        text = f"SIG{self.name} to the {self.process} at {self.at:.3f} s"
        return text if self.goes_on_after is None else f"{text}, which goes on after {self.goes_on_after:.2f} s"


@dataclasses.dataclass(frozen=True)
class Limit:
    name: str
    value: int

    def __str__(self):
        return f"RLIMIT_{self.name} of {self.value:,}"


@dataclasses.dataclass(frozen=True)
class Wire:
    """What a proxy does to a share of the connections, each after so many bytes from the server at the most."""

    kind: str
    share: float
    within_bytes: int

    def __str__(self):
        return f"a proxy that will {self.kind} {self.share:.0%} of the connections within {self.within_bytes:,} bytes"


@dataclasses.dataclass(frozen=True)
class Plan:
    seed: int
    number: int
    strategy: str
    arguments: tuple
    timeout: float
    has_own_server: bool
    signals: tuple = ()
    limit: Limit | None = None
    wire: Wire | None = None
    # The attack is not on the run, but on `verify`, which reads it afterwards.
    is_on_verify: bool = False
    is_verified: bool = False

    @property
    def is_safe(self):
        return self.strategy in SAFE and not (self.wire and self.wire.kind == "garble")

    @property
    def has_attack(self):
        return bool(self.signals or self.limit or self.wire)

    @property
    def kills_coordinator(self):
        return any(signal.process == "coordinator" and signal.name == "KILL" for signal in self.signals)

    @property
    def seconds(self):
        """How long it may take at the most: far more than it needs, and four time-outs for a silent server."""
        frozen = sum(min(signal.goes_on_after or 12, 12) for signal in self.signals if signal.name == "STOP")
        return 4 * self.timeout + 20 + 2 * frozen

    def __str__(self):
        attacks = [str(part) for part in (*self.signals, self.limit, self.wire) if part]
        target = "verify after " if self.is_on_verify else ""
        server = "a server of its own" if self.has_own_server else "the private server"
        return (
            f"{target}run {' '.join(self.arguments)} with {server}; "
            f"{' and '.join(attacks) if attacks else 'nothing in its way'}"
        )


def _moment(draw):
    # Some in the busy start, the others while it sells or after.
    return draw.uniform(0, 0.15) if draw.random() < 0.3 else draw.uniform(0.1, 1.2)


def _signal(draw, process, at):
    if process == "coordinator":
        name = draw.choice((*ENDING_SIGNALS, "KILL", "STOP"))
    else:
        name = draw.choice(("KILL", "KILL", "STOP", "STOP", "TERM", "INT"))
    if name != "STOP":
        return Signal(process, name, at)
    # Whom nobody watches has to go on; a server and its guard may stay frozen, and a worker is given up on.
    stays = process != "coordinator" and draw.random() < 0.5
    return Signal(process, name, at, None if stays else draw.choice((0.05, 0.3, 1.5, 3.0)))


def _signals(draw):
    count = draw.choice((1, 1, 2))
    at = _moment(draw)
    processes = draw.sample(PROCESSES, count)
    signals = tuple(_signal(draw, process, at) for process in processes)
    # A guard that never goes on cannot clean up after a coordinator that is dead.
    dead = any(signal.process == "coordinator" and signal.name == "KILL" for signal in signals)
    if dead:
        signals = tuple(
            dataclasses.replace(signal, goes_on_after=1.5)
            if signal.process == "guard" and signal.name == "STOP" and signal.goes_on_after is None
            else signal
            for signal in signals
        )
    return signals


def _wire(draw):
    kind = draw.choice(("cut", "drop", "delay", "garble"))
    share = draw.choice((0.05, 0.3, 1.0))
    return Wire(kind, share, draw.choice((40, 400, 4000, 40_000)))


def _arguments(draw, strategy, timeout):
    procs, threads, clients = draw.choice((1, 2, 2, 3)), draw.choice((1, 2, 5, 10)), draw.choice((1, 1, 1, 4))
    units = draw.choice((1, 5, 50, 300))
    buyers = draw.choice((20, 200, 1000))
    arguments = ["--procs", procs, "--threads", threads, "--clients", clients, "--units", units, "--buyers", buyers]
    arguments += ["--timeout", f"{int(timeout * 1000)}ms", "--strategy", strategy]
    # A rush is over in a moment; a rate leaves the attack something to meet.
    if draw.random() < 0.6:
        arguments += ["--rate", f"{max(20, int(buyers / draw.choice((0.5, 1, 2))))}/s"]
    if draw.random() < 0.1:
        arguments += ["--warm-up", "100ms"]
    if draw.random() < 0.1:
        arguments += ["--runs", 2]
    if strategy == "lua-idempotent" and draw.random() < 0.7:
        arguments += ["--retry-unknown"]
    return tuple(str(argument) for argument in arguments)


def plan(seed, number):
    """The trial of that number, from 0."""
    draw = random.Random(f"{seed}:{number}")
    strategy = draw.choice(SAFE) if draw.random() < 0.7 else draw.choice(OTHERS)
    timeout = draw.choice((0.2, 0.5, 1.0))
    arguments = _arguments(draw, strategy, timeout)
    attacks = draw.choice(
        (("signals",),) * 8 + (("limit",),) * 4 + (("wire",),) * 6 + (("signals", "wire"),) * 2 + (("verify",),) * 2
        + ((),)
    )
    is_on_verify = "verify" in attacks
    if is_on_verify:
        attacks = draw.choice((("signals",), ("limit",)))
    signals = _signals(draw) if "signals" in attacks else ()
    if is_on_verify and signals:
        signals = (Signal("coordinator", draw.choice((*ENDING_SIGNALS, "KILL")), draw.uniform(0, 0.1)),)
    limit = None
    if "limit" in attacks:
        name = draw.choice(tuple(LIMITS))
        limit = Limit(name, draw.choice(LIMITS[name]))
    wire = _wire(draw) if "wire" in attacks else None
    return Plan(
        seed, number, strategy, arguments, timeout,
        has_own_server=wire is not None or (not is_on_verify and draw.random() < 0.2),
        signals=signals, limit=limit, wire=wire, is_on_verify=is_on_verify, is_verified=draw.random() < 0.25,
    )
