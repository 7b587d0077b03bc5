"""One trial: a run under attack, and what is looked for once it has ended."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

import processes
from plan import ENDING_SIGNALS
from proxy import Proxy

# What our commands end with, beside the verdicts 0, 1 and 2, and what has to be in their way for that.
USAGE, UNAVAILABLE, CANNOT_CREATE, CANNOT_WRITE, INTERRUPTED = 64, 69, 73, 74, 130

# How a trap, a sanitizer or the runtime's crash report shows itself.
CRASH = re.compile(r"Fatal error|\*\*\* |Swift trap|SIGSEGV|SIGILL|SIGBUS|SIGABRT|Stack dump|Backtrace|overflow trap")

# How long what is left has to go away by itself.
CLEANING_SECONDS = 12


class Trial:
    def __init__(self, plan, stress, folder, keep=False):
        self.plan, self.stress, self.keep = plan, stress, keep
        self.folder = pathlib.Path(folder) / f"trial-{plan.number}"
        self.mark = f"STRESS_SOAK=soak-{os.getpid()}-{plan.number}"
        self.findings = []
        # The last command's exit status, that of the command under attack, and how long the latter took.
        self.status = self.ended = None
        self.seconds = 0.0

    def run(self):
        """Makes the trial. What was found is in `findings`; its folder is removed where nothing was."""
        for name in ("tmp", "results", "server"):
            (self.folder / name).mkdir(parents=True)
        try:
            self._attempt()
        finally:
            self._kill(processes.of_trial(self.mark, self.folder))
        if not self.findings and not self.keep:
            shutil.rmtree(self.folder)
        return self

    # MARK: Starting

    def _attempt(self):
        port, server = self._start_server() if self.plan.has_own_server else (None, None)
        proxy = Proxy(port, self.plan.wire, f"{self.plan.seed}:{self.plan.number}") if self.plan.wire else None
        address = ["--redis", f"redis://127.0.0.1:{proxy.port if proxy else port}"] if port else []
        command = ["run", *self._run_arguments(), *address, "--output", str(self.folder / "results")]
        self._execute(command, "run", attacked=not self.plan.is_on_verify, server=server)
        self._look_at_verdict()
        if self.plan.is_on_verify and (self.folder / "results" / "latest").exists():
            self._execute(["verify", str(self.folder / "results" / "latest")], "verify", attacked=True, server=server)
        elif self.plan.is_verified and self.status in (0, 1, 2) and "--runs" not in self.plan.arguments:
            self._verify_again(server)
        if proxy:
            proxy.close()
        self._look_at_what_is_left(port, server)
        if server:
            server.kill()
            server.wait()

    def _run_arguments(self):
        return self.plan.arguments

    def _start_server(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        log = open(self.folder / "server.log", "wb")
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--save", "", "--dir", str(self.folder / "server")],
            stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while self._ask(port, "PING") != b"+PONG\r\n":
            if time.monotonic() > deadline:
                raise RuntimeError(f"the soak's own redis-server on port {port} does not answer")
            time.sleep(0.01)
        self._ask(port, "SET", "users:key", "theirs")
        return port, server

    @staticmethod
    def _ask(port, *words):
        request = f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                client.sendall(request.encode())
                return client.recv(65536)
        except OSError:
            return b""

    def _set_limit(self):
        limit = self.plan.limit
        number = getattr(resource, f"RLIMIT_{limit.name}")
        _, hard = resource.getrlimit(number)
        resource.setrlimit(number, (limit.value, hard if limit.name == "STACK" else limit.value))

    # MARK: Running

    def _execute(self, command, name, attacked, server):
        self.status = None
        mark_name, _, mark_value = self.mark.partition("=")
        environment = {**os.environ, "TMPDIR": str(self.folder / "tmp"), mark_name: mark_value}
        environment.pop("STRESS_REDIS_URL", None)
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        with open(out, "wb") as out_file, open(err, "wb") as err_file:
            process = subprocess.Popen(
                [self.stress, *command], stdin=subprocess.DEVNULL, stdout=out_file, stderr=err_file, env=environment,
                start_new_session=True, preexec_fn=self._set_limit if attacked and self.plan.limit else None)
        started = time.monotonic()
        frozen = set()
        if attacked:
            self._send_signals(process, started, server, frozen)
        try:
            self.status = process.wait(timeout=max(0.1, started + self.plan.seconds - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._found(f"{name} did not end within {self.plan.seconds:.0f} s")
            self._kill({process.pid: []})
            process.wait()
        if attacked:
            self.ended, self.seconds = self.status, time.monotonic() - started
        # The soak's own server goes on, whatever the trial did to it.
        for pid in frozen:
            processes.send(pid, "CONT")
        self._look_at_end(name, attacked, (out.read_bytes() + err.read_bytes()).decode(errors="replace"))

    def _send_signals(self, process, started, server, frozen):
        due = sorted(self.plan.signals, key=lambda signal: signal.at)
        waking = []
        while (due or waking) and process.poll() is None:
            now = time.monotonic() - started
            for signal_ in [signal_ for signal_ in due if signal_.at <= now]:
                due.remove(signal_)
                for target in self._targets(signal_.process, process.pid, server):
                    processes.send(target, signal_.name)
                    if signal_.name != "STOP":
                        continue
                    if signal_.goes_on_after is not None:
                        waking.append((now + signal_.goes_on_after, target))
                    elif server and target == server.pid:
                        frozen.add(target)
            for moment, target in [entry for entry in waking if entry[0] <= now]:
                waking.remove((moment, target))
                processes.send(target, "CONT")
            time.sleep(0.002)
        for _, target in waking:
            processes.send(target, "CONT")

    def _targets(self, wanted, coordinator, server):
        """The process ids of a role: one worker, the first by id; none where there is none (yet)."""
        if wanted == "coordinator":
            return [coordinator]
        if wanted == "server" and server:
            return [server.pid]
        found = processes.of_trial(self.mark, self.folder)
        return sorted(pid for pid, arguments in found.items() if processes.role(arguments) == wanted)[:1]

    # MARK: Looking

    def _found(self, what):
        self.findings.append(what)

    def _allowed(self, attacked):
        allowed = {0, 1, 2}
        if not attacked:
            # The run before `verify` had nothing in its way.
            return allowed
        if self.plan.signals:
            allowed |= {UNAVAILABLE}
            if any(signal_.process == "coordinator" for signal_ in self.plan.signals):
                allowed |= {INTERRUPTED}
        if self.plan.kills_coordinator:
            allowed |= {-signal.SIGKILL}
        if self.plan.limit:
            allowed |= {UNAVAILABLE, CANNOT_CREATE, CANNOT_WRITE}
        if self.plan.wire:
            allowed |= {UNAVAILABLE}
            # A stock that is not what the file says when the doors are to open is taken for the file's mistake.
            allowed |= {USAGE} if self.plan.wire.kind == "garble" else set()
        return allowed

    def _look_at_end(self, name, attacked, output):
        if self.status is not None and self.status not in self._allowed(attacked):
            if not (attacked and self._never_began(output)):
                self._found(f"{name} ended with {self.status}, wanted one of {sorted(self._allowed(attacked))}")
        crash = CRASH.search(output)
        if crash:
            self._found(f"{name} printed {crash.group()!r}")

    def _never_began(self, output):
        """Whether the program was ended before its first line of code, which is not ours to mend."""
        ending = [-getattr(signal, f"SIG{name}") for name in ENDING_SIGNALS]
        if self.plan.signals:
            return self.status in ending and output == ""
        return self.plan.limit is not None and "error while loading shared libraries" in output

    def _look_at_verdict(self):
        if self.plan.is_safe and self.status == 1:
            self._found(f"a false alarm: {self.plan.strategy} is safe, and was found violated")
        for path in (self.folder / "results").glob("*/run.json"):
            if path.parent.is_symlink():
                continue
            try:
                record = json.loads(path.read_text())
            except ValueError as error:
                # Only a full disk may cut it off, and only what killed the run may keep it from saying so.
                if self.status in (0, 1, 2):
                    self._found(f"{path.name} is no JSON: {error}")
                continue
            sold, opened = record["sale"]["sold_to_buyers"], record["sale"]["units"]
            if record["verdict"] == "upheld" and sold > opened:
                self._found(f"a false upheld: {sold} units of {opened} were sold")

    def _verify_again(self, server):
        before = self.status
        self._execute(["verify", str(self.folder / "results" / "latest")], "verify", attacked=False, server=server)
        if self.status != before:
            self._found(f"the run ended with {before}, but verify with {self.status}")

    def _look_at_what_is_left(self, port, server):
        deadline = time.monotonic() + CLEANING_SECONDS
        while left := processes.of_trial(self.mark, self.folder / "tmp"):
            if time.monotonic() > deadline:
                self._found(f"processes are left: {sorted(' '.join(a) for a in left.values())}")
                self._kill(left)
                break
            time.sleep(0.02)
        if list((self.folder / "tmp").iterdir()):
            if not any(signal_.name in ("KILL", "STOP") for signal_ in self.plan.signals):
                self._found(f"left in TMPDIR: {[path.name for path in (self.folder / 'tmp').iterdir()]}")
            self._start_once_more(server)
            if remains := [path.name for path in (self.folder / "tmp").iterdir()]:
                self._found(f"left in TMPDIR after the next start: {remains}")
        if server and not self.plan.ends_server:
            self._look_at_server(port)

    def _start_once_more(self, server):
        """A run after this one: it removes what nobody could remove."""
        command = ["run", "--procs", "1", "--threads", "2", "--buyers", "50", "--units", "3", "--strategy", "lua"]
        self._execute([*command, "--output", str(self.folder / "next")], "next", attacked=False, server=server)
        # It may be over before two attempts overlap.
        if self.status not in (0, 2):
            self._found(f"the next run ended with {self.status}")

    def _look_at_server(self, port):
        if self._ask(port, "GET", "users:key") != b"$6\r\ntheirs\r\n":
            if not (self.plan.wire and self.plan.wire.kind == "garble"):
                self._found("the user's key is not as it was")
        self._execute(
            ["clean", "--redis", f"redis://127.0.0.1:{port}", "--yes"], "clean", attacked=False, server=None)
        size = self._ask(port, "DBSIZE")
        if size != b":1\r\n" and not (self.plan.wire and self.plan.wire.kind == "garble"):
            self._found(f"after clean, DBSIZE is {size!r}")

    @staticmethod
    def _kill(found):
        for pid in found:
            processes.send(pid, "KILL")
