"""What the benchmarks share: a private Redis, a run of stress, the facts about the machine, tables and files."""

import contextlib
import csv
import ctypes
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
STRESS = REPOSITORY / ".build" / "release" / "stress"
RESULTS = REPOSITORY / "results" / "benchmarks"

# No single run takes near as long; a run that hangs fails the benchmark instead of stopping it for ever.
RUN_TIMEOUT_SECONDS = 300

# How often a benchmark measures, where it is not told: what lasts seconds, and what lasts longer.
ROUNDS = 9
SLOW_ROUNDS = 5

PR_SET_PDEATHSIG = 1

# Before anything was started here: what else the machine was busy with.
LOAD_BEFORE = os.getloadavg()[0]


class Failed(Exception):
    """The benchmark cannot say anything: what was measured did not do what it should."""


def end_on_signals():
    """Makes SIGTERM and SIGHUP unwind like Ctrl-C does, so that what was started is stopped on every way out."""

    def unwind(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, unwind)


def run_part(main):
    """Runs a part's main function, and turns what it raises into a message and an exit code."""
    end_on_signals()
    try:
        main()
    except Failed as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


def add_rounds(parser, what, default=ROUNDS):
    """Adds the option that says how often it is measured."""
    parser.add_argument("--rounds", type=int, default=default, help=f"{what} (default: {default})")


# Running things


def server_program():
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path:
            return path
    raise Failed("neither redis-server nor valkey-server is installed")


@contextlib.contextmanager
def private_redis():
    """A Redis without persistence on a free loopback port; yields the port. Gone afterwards, with its folder."""
    folder = tempfile.mkdtemp(prefix="stress-bench-")
    process = None
    try:
        process, port = _start_redis(folder)
        yield port
    finally:
        if process is not None:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start_redis(folder):
    log = os.path.join(folder, "log")
    # Somebody else can take the port between finding it and starting on it: then another one.
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [
                server_program(), "--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--logfile", log,
                "--save", "", "--appendonly", "no", "--daemonize", "no",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Its own session, so that Ctrl-C reaches it only through us; and gone with us, even after a SIGKILL.
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid()),
        )
        try:
            if _answers(port, process):
                return process, port
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.kill()
        process.wait()
    said = pathlib.Path(log).read_text(errors="replace") if os.path.exists(log) else "nothing"
    raise Failed(f"the private redis-server did not start; it says:\n{said}")


def _die_with_parent(parent):
    libc = ctypes.CDLL(None)

    def arrange():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _answers(port, process):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(64).startswith(b"+PONG"):
                    # On somebody else's server, ours has ended with "address in use" by now, or will at once.
                    time.sleep(0.05)
                    return process.poll() is None
        except OSError:
            pass
        time.sleep(0.01)
    return False


def ask(port, *words):
    """Sends one command to a private Redis and returns the text of its reply, which is a line or one string."""
    words = [str(word).encode() for word in words]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rwb") as stream:
        stream.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        stream.flush()
        line = stream.readline().decode().rstrip("\r\n")
        if line.startswith("-"):
            raise Failed(f"the private Redis answered {words[0].decode()} with: {line[1:]}")
        return stream.read(int(line[1:])).decode() if line.startswith("$") else line[1:]


def run(command, environment=None):
    """Runs a command to its end and returns (stdout, when it was started on CLOCK_MONOTONIC in ns).

    Raises Failed, with what it said, on any exit code but 0.
    """
    started = time.monotonic_ns()
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        output, complaints = process.communicate(timeout=RUN_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failed(f"no end after {RUN_TIMEOUT_SECONDS} s: {_shown(command)}") from None
    except BaseException:
        # SIGTERM and not SIGKILL: it has children of its own to end.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        raise Failed(f"exit code {process.returncode} from {_shown(command)}\n{complaints.strip()}\n{output[-2000:]}")
    return output, started


def in_turns(programs, number):
    """Calls each program, and returns what each returned, in the order of `programs`.

    They are called one after the other, and in each round another one goes first: what changes on the machine in the
    meantime meets all alike.
    """
    first = number % len(programs)
    indices = list(range(len(programs)))
    returned = {index: programs[index]() for index in indices[first:] + indices[:first]}
    return [returned[index] for index in indices]


def children_cpu_seconds():
    """User and system time of all processes that were started here and have ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def build(product):
    """Builds a program that is not a part of what users build, and returns its path."""
    done = subprocess.run(
        ["swift", "build", "-c", "release", "--product", product],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if done.returncode != 0:
        raise Failed(f"the benchmark could not be built:\n{done.stdout[-4000:]}")
    return STRESS.parent / product


def run_stress(arguments, results):
    """Runs `stress run` with the results in that folder; returns (run.json as a dictionary, when it was started)."""
    # Neither a user's own server nor a password of his has a place in a benchmark.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("STRESS_REDIS_URL", "REDISCLI_AUTH")
    }
    command = [STRESS, "run", *arguments, "--format", "json", "--output", results]
    output, started = run(command, environment)
    report = json.loads(output)
    if report["verdict"] != "upheld":
        raise Failed(f"the verdict is {report['verdict']}, not upheld: {_shown(command)}")
    return report, started


@contextlib.contextmanager
def results_folder():
    """A folder for the results of stress itself, which the benchmark reads and does not keep."""
    with tempfile.TemporaryDirectory(prefix="stress-bench-") as folder:
        yield pathlib.Path(folder)


def _shown(command):
    """The command without the folders that it is in."""
    return " ".join(os.path.basename(str(word)) if os.path.isabs(str(word)) else str(word) for word in command)


# The facts about the machine


def environment_rows():
    """Pairs of what and its value: what somebody needs to know to compare with another machine."""
    rows = [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("commit", _commit()),
        ("CPU", f"{_cpu_model()}, {os.cpu_count()} cores"),
        ("load before", f"{LOAD_BEFORE:.2f}"),
        ("system", f"{_system_name()}, Linux {platform.release()}"),
        ("Redis", _redis_version()),
        ("Swift", _swift_version()),
        ("Python", platform.python_version()),
    ]
    redis_py = _redis_py_version()
    if redis_py:
        rows.append(("redis-py", redis_py))
    return rows


def _first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=REPOSITORY, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return (done.stdout.splitlines() or ["unknown"])[0].strip()


def _redis_version():
    # "Redis server v=7.0.15 sha=…", and Valkey in the same way.
    said = _first_line([server_program(), "--version"])
    version = re.match(r"(\w+) server v=(\S+)", said)
    return " ".join(version.groups()) if version else said


def _swift_version():
    """From the toolchain in PATH, which built stress; "unknown" where only the binary is here."""
    return _first_line(["swift", "--version"])


def _commit():
    commit = _first_line(["git", "rev-parse", "--short=12", "HEAD"])
    if commit == "unknown":
        return commit
    changes = _first_line(["git", "status", "--porcelain", "--", "Sources", "Package.swift", "scripts"])
    return commit if changes == "unknown" else f"{commit}, with changes"


def _cpu_model():
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _system_name():
    with contextlib.suppress(OSError, AttributeError):
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return "Linux"


def _redis_py_version():
    try:
        from importlib.metadata import version

        return version("redis")
    except ImportError:
        return None


# Tables and files


def markdown_table(header, rows):
    """A Markdown table whose columns line up as plain text too. Columns of numbers go to the right."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(header))]
    right = [all(_is_number(row[column]) for row in cells[1:]) for column in range(len(header))]

    def line(row):
        padded = [
            cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in zip(row, widths, right)
        ]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * (width - 1) + ":" if is_right else "-" * width for width, is_right in zip(widths, right)]
    return "\n".join([line(cells[0]), line(rule), *(line(row) for row in cells[1:])]) + "\n"


def _is_number(text):
    return text.replace(",", "").replace(".", "").isdigit()


def write_results(name, header, rows, markdown):
    """Writes NAME.csv with one row for each measurement, and NAME.md with the text and the machine's facts."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with open(RESULTS / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        # RFC 4180 ends its lines with CR LF, as the csv module does by default.
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    text = markdown.rstrip("\n") + "\n\n" + markdown_table(("machine", ""), environment_rows())
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(f"written: {(RESULTS / name).relative_to(REPOSITORY)}.csv and .md", file=sys.stderr)


def goal(text, is_met):
    """The line that says whether a number is what was promised."""
    return f"Goal: {text}: {'met' if is_met else 'MISSED'}."
