"""The soak: many trials, some at a time, each drawn from the seed."""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import faults
import plan as attacks
from fault_trial import FaultTrial
from trial import Trial

STRESS = pathlib.Path(__file__).resolve().parents[2] / ".build" / "release" / "stress"


def parse():
    parser = argparse.ArgumentParser(prog="scripts/soak", description="Random sales under random attacks, and under random faults.")
    parser.add_argument("--trials", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seconds", type=float, help="begin none after so long; then --trials counts for nothing")
    parser.add_argument("--seed", type=int, help="of which all trials are drawn (default: a random one)")
    parser.add_argument("--only", type=int, metavar="TRIAL", help="this trial alone")
    parser.add_argument("--jobs", type=int, default=2, help="trials at the same time (default: 2)")
    parser.add_argument(
        "--plans", choices=("attacks", "faults", "both"), default="both",
        help="what the trials are: attacks from outside, planned faults (--fault), or one after the other (default: both)")
    parser.add_argument("--plan", action="store_true", help="print what the trials are, and make none")
    parser.add_argument("--keep", action="store_true", help="keep the folders of all trials, not only where something was found")
    parser.add_argument("--stress", type=pathlib.Path, default=STRESS, help="the program (default: the release build)")
    options = parser.parse_args()
    if options.trials < 1 or options.jobs < 1 or (options.only is not None and options.only < 0):
        parser.error("--trials and --jobs want a number from 1, --only one from 0")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def numbers(options, started):
    """The trials' numbers, as long as there is time for one more."""
    if options.only is not None:
        yield options.only
        return
    number = 0
    while number < options.trials if options.seconds is None else time.monotonic() - started < options.seconds:
        yield number
        number += 1


def sort(options, number):
    """Of which sort a trial is. What it is depends on its sort and its number alone."""
    return options.plans if options.plans != "both" else ("attacks", "faults")[number % 2]


def plan(options, number):
    return (faults if sort(options, number) == "faults" else attacks).plan(options.seed, number)


def further_flags(stress):
    """For runs with planned faults: those that a claim plans beside them would only cost time."""
    shown = subprocess.run([stress, "run", "--help"], capture_output=True, check=True, text=True).stdout
    return ["--no-claim-trial"] if "--no-claim-trial" in shown else []


def main():
    options = parse()
    started = time.monotonic()
    if options.plan:
        for number in numbers(options, started):
            print(f"{number}: {plan(options, number)}")
        return 0
    folder = tempfile.mkdtemp(prefix="soak-")
    also = further_flags(options.stress)
    print(f"soak: seed {options.seed}, plans: {options.plans}, {options.jobs} at a time, in {folder}", flush=True)
    ends, findings, slowest = collections.Counter(), 0, []
    verdicts, effects = collections.Counter(), collections.Counter()

    def one(number):
        planned = plan(options, number)
        if sort(options, number) == "faults":
            return FaultTrial(planned, str(options.stress), folder, keep=options.keep, also=also).run()
        return Trial(planned, str(options.stress), folder, keep=options.keep).run()

    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            waiting, order = set(), numbers(options, started)
            while True:
                while len(waiting) < options.jobs and (number := next(order, None)) is not None:
                    waiting.add(pool.submit(one, number))
                if not waiting:
                    break
                done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in done:
                    trial = future.result()
                    ends[trial.ended] += 1
                    if isinstance(trial, FaultTrial):
                        verdicts[trial.verdict or "none"] += 1
                        effects.update(trial.effects)
                    slowest = sorted([*slowest, (trial.seconds, trial.plan.number)], reverse=True)[:3]
                    if trial.findings:
                        findings += 1
                        report(trial, options)
                    if (total := sum(ends.values())) % 100 == 0:
                        print(f"soak: {total} trials, {findings} with findings", flush=True)
    finally:
        if not findings and not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"soak: {sum(ends.values())} trials in {time.monotonic() - started:.0f} s, {findings} with findings")
    print("soak: ended with " + ", ".join(f"{status}: {count}" for status, count in sorted(ends.items(), key=str)))
    print("soak: the longest runs " + ", ".join(f"{seconds:.1f} s (trial {number})" for seconds, number in slowest))
    if verdicts:
        tell_faults(verdicts, effects)
    return 1 if findings else 0


def tell_faults(verdicts, effects):
    """A soak in which no fault had an effect, or nothing was upheld, would have found nothing either."""
    print("soak: under faults " + ", ".join(f"{verdict}: {count}" for verdict, count in sorted(verdicts.items())))
    for kind in sorted({kind for kind, _ in effects}):
        counts = ", ".join(
            f"{effects[kind, effect]} {effect}" for effect in ("proven", "unproven", "missed") if effects[kind, effect])
        print(f"soak: {kind}: {counts}")


def report(trial, options):
    print(f"FOUND in trial {trial.plan.number}: {trial.plan}")
    for finding in trial.findings:
        print(f"    {finding}")
    print(f"    its folder: {trial.folder}")
    print(f"    again: scripts/soak --plans {sort(options, trial.plan.number)} --seed {options.seed} "
          f"--only {trial.plan.number} --keep", flush=True)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
