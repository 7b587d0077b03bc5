#!/usr/bin/env python3
"""Runs all tests of a bundle in processes of their own, each of which makes one test after the other: so what a test takes is
what it took, and not what it waited for a core.

    scripts/testing/run-all.py BUNDLE FOLDER

A process has all tests of a target, or, of those that run the program and so take long, of a suite. Twice as many go at once as
there are cores, since tests wait for servers most of their time. What one prints is shown where it failed. FOLDER gets its results
(*.xml). Ends with 0 where every test was made and passed.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as tree

# Targets whose suites go one by one.
SPLIT = {"CommandLineTests"}
# What takes longest begins first, or it would be waited for at the end.
FIRST = ["FleetTests", "ExplorationTests"] + ["CommandLineTests." + suite for suite in [
    "FaultVerdictTests", "BuiltinVerdictTests", "CasebookTests", "TopologyFaultTests", "ExampleShopTests", "MigratingSlotRunTests",
    "SecureRedisTests", "ExploreFileTests", "SeveralNodesRunTests", "MachineRunTests", "EchoTests", "InterruptionTests",
    "BadInputTests", "PredictedRaceTests", "ServiceFaultTests", "ShardedStockTests",
]] + ["FlashSaleTests", "RecordingsTests", "ClientsTests", "EmbeddedRedisTests"]
# No part takes longer, unless it hangs.
LIMIT_SECONDS = 1800


def parts(bundle):
    """How many tests there are of each target or suite."""
    listed = subprocess.run(
        [bundle, "--testing-library", "swift-testing", "--list-tests"], stdout=subprocess.PIPE, check=True, text=True)
    found = {}
    for name in filter(None, listed.stdout.split("\n")):
        target = name.split(".")[0]
        suite = name.split("/")[0]
        part = suite if target in SPLIT else target
        found.setdefault(part, []).append(name)
    if not found:
        sys.exit(f"run-all: {bundle} lists no test")

    def place(part):
        return (FIRST.index(part) if part in FIRST else len(FIRST), -len(found[part]), part)

    return {part: len(found[part]) for part in sorted(found, key=place)}


def pattern(part):
    """What chooses these tests and no others."""
    return "^" + re.escape(part) + ("/" if "." in part else "[.]")


class Runs:
    def __init__(self, bundle, folder):
        self.bundle, self.folder = bundle, pathlib.Path(folder)
        self.lock = threading.Lock()
        self.wanted = parts(bundle)
        self.waiting = list(self.wanted)
        self.running = {}
        self.failed = []
        self.made = 0
        self.stopped = False

    def work(self):
        while True:
            with self.lock:
                if not self.waiting or self.stopped:
                    return
                part = self.waiting.pop(0)
                number = len(self.wanted) - len(self.waiting)
                log = self.folder / f"part-{number}.log"
                results = log.with_suffix(".xml")
                begun = time.monotonic()
                with open(log, "wb") as output:
                    process = subprocess.Popen(
                        [self.bundle, "--testing-library", "swift-testing", "--no-parallel", "--filter", pattern(part),
                         "--xunit-output", str(results)],
                        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
                self.running[process.pid] = process
            try:
                problem = process.wait(LIMIT_SECONDS)
                problem = problem and f"ended with {problem}"
            except subprocess.TimeoutExpired:
                problem = f"not over after {LIMIT_SECONDS} s"
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            with self.lock:
                del self.running[process.pid]
                self.tell(part, log, results, problem, time.monotonic() - begun)

    def tell(self, part, log, results, problem, seconds):
        try:
            count = sum(1 for _ in tree.parse(results).iter("testcase"))
        except (OSError, tree.ParseError):
            count = 0
        self.made += count
        if not problem and count != self.wanted[part]:
            problem = f"{count} of {self.wanted[part]} tests were made"
        print(f"{len(self.wanted) - len(self.waiting) - len(self.running):4} of {len(self.wanted)}  {seconds:6.1f} s  "
              f"{count:4} tests  {part}{': ' + problem if problem else ''}", flush=True)
        if problem and not self.stopped:
            self.failed.append(part)
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
                if not re.search(r" started\.$| passed after [0-9.]+ seconds", line):
                    print("    " + line)
            sys.stdout.flush()

    def stop(self, *_):
        self.stopped = True
        for pid in list(self.running):
            try:
                os.killpg(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass

    def all(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        threads = [threading.Thread(target=self.work) for _ in range(2 * (os.cpu_count() or 1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.stopped:
            print("run-all: stopped before the end", file=sys.stderr)
            return 130
        print(f"{self.made} tests in {len(self.wanted)} processes; failed: {', '.join(self.failed) or 'none'}")
        return 1 if self.failed else 0


if len(sys.argv) != 3:
    sys.exit(__doc__)
sys.exit(Runs(sys.argv[1], sys.argv[2]).all())
