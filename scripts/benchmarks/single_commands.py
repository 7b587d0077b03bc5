"""What the comparisons with other load generators share: one command over and over, from one thread of stress and from one
thread of the other, with the same number of connections, in pairs on one private Redis.
"""

import argparse
import dataclasses
import statistics

import measurement

STRATEGIES = measurement.REPOSITORY / "scripts" / "baseline" / "strategies"
SCRIPT = STRATEGIES / "take-one.lua"
# As long as the key that stress makes up for each run.
KEY = "{stress:00000000}:stock"
CPU_GOAL = 0.6


@dataclasses.dataclass(frozen=True)
class Load:
    """A command, and from how many connections it is sent."""

    command: str
    connections: int

    def __str__(self):
        return f"{self.command.upper()}, {self.connections} connections"


LOADS = [Load("decr", 50), Load("decr", 400), Load("evalsha", 50), Load("evalsha", 400)]


@dataclasses.dataclass(frozen=True)
class Side:
    """What one program reached in one round."""

    per_second: float
    # Microseconds of the client's CPU for each request: while requests were sent, and from its start to its end.
    cpu: float
    whole_cpu: float


def measure_stress(load, port, requests, url=None, flags=()):
    """url: where the sale takes place, if not at the port without TLS; flags: what that needs."""
    before = measurement.children_cpu_seconds()
    with measurement.results_folder() as results:
        report, _ = measurement.run_stress(
            [
                "--strategy", STRATEGIES / f"{load.command}.yaml", "--redis", url or f"redis://127.0.0.1:{port}", *flags,
                "--procs", 1, "--threads", 1, "--clients", load.connections, "--attempts", 1,
                "--buyers", requests, "--units", requests,
            ],
            results,
        )
    if report["totals"]["won"] != requests:
        raise measurement.Failed(f"stress: wanted {requests} wins, found {report['totals']['won']}")
    whole = measurement.children_cpu_seconds() - before
    return Side(
        report["throughput"]["attempts_per_second"], report["client"]["cpu_seconds"] * 1e6 / requests,
        whole * 1e6 / requests,
    )


def measure_other(command, rate_in, load, port, requests):
    """command: a function from the load, the port, the number of requests and the words to send to a command line.
    rate_in: a function from what it printed to requests per second.
    """
    measurement.ask(port, "SET", KEY, requests)
    words = ["decr", KEY]
    if load.command == "evalsha":
        words = ["evalsha", measurement.ask(port, "SCRIPT", "LOAD", SCRIPT.read_text()), "1", KEY]
    before = measurement.children_cpu_seconds()
    output, _ = measurement.run(command(load, port, requests, words))
    cpu = (measurement.children_cpu_seconds() - before) * 1e6 / requests
    left = measurement.ask(port, "GET", KEY)
    measurement.ask(port, "DEL", KEY)
    # Some send one more with each connection than they were told.
    if not -load.connections <= int(left) <= 0:
        raise measurement.Failed(f"wanted {requests} requests, but {left} of them were not made")
    return Side(rate_in(output), cpu, cpu)


def options_of(part):
    parser = argparse.ArgumentParser(prog=f"scripts/bench {part}")
    measurement.add_rounds(parser, "rounds of each load and program")
    parser.add_argument(
        "--requests", type=int, default=500_000, help="requests of each program in a round (default: 500000)")
    options = parser.parse_args()
    if options.rounds < 1 or options.requests < 10_000:
        parser.error("wanted at least 1 for --rounds and at least 10000 for --requests")
    # So that they can be dealt evenly.
    options.requests -= options.requests % 400
    return options


def compare(part, name, command, rate_in, goals):
    """Measures, prints and writes it all.

    name: the other program's. goals: the least ratio of throughputs, by load.
    """
    options = options_of(part)
    rows, table, lines = [], [], []
    with measurement.private_redis() as port:
        for load in LOADS:
            pairs = []
            for pair in range(1, options.rounds + 1):
                ours, theirs = measurement.in_turns(
                    [
                        lambda: measure_stress(load, port, options.requests),
                        lambda: measure_other(command, rate_in, load, port, options.requests),
                    ],
                    pair,
                )
                pairs.append((ours, theirs))
                rows.append([
                    load.command, load.connections, pair, round(ours.per_second), round(theirs.per_second),
                    *(f"{value:.3f}" for value in (ours.cpu, ours.whole_cpu, theirs.cpu)),
                ])
                print(
                    f"{load}, pair {pair}: stress {ours.per_second:,.0f}/s, {name} {theirs.per_second:,.0f}/s: "
                    f"{ours.per_second / theirs.per_second:.2f} times; CPU {ours.cpu:.2f} and {theirs.cpu:.2f} µs",
                    flush=True,
                )
            times = [ours.per_second / theirs.per_second for ours, theirs in pairs]
            cpu = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
            table.append((
                load, *(f"{statistics.median(side[index].per_second for side in pairs):,.0f}" for index in (0, 1)),
                f"{statistics.median(times):.2f}", f"{min(times):.2f} to {max(times):.2f}",
                *(f"{statistics.median(side[index].cpu for side in pairs):.2f}" for index in (0, 1)), f"{cpu:.2f}",
            ))
            if load in goals:
                wanted = goals[load]
                lines += [
                    measurement.goal(f"{load}: at least {wanted} times the throughput", statistics.median(times) >= wanted),
                    measurement.goal(f"{load}: at most {CPU_GOAL} times the CPU per request", cpu <= CPU_GOAL),
                ]
    summary = measurement.markdown_table(
        (
            "command", "stress, requests/s", f"{name}, requests/s", "times", "lowest to highest", "stress, CPU µs",
            f"{name}, CPU µs", "times",
        ),
        table,
    )
    markdown = (
        f"# {name} and stress\n\n"
        f"The same command, from one thread each, to one private Redis on loopback, without pipelining; {options.requests:,} "
        f"requests in a round, so that starting does not count. {options.rounds} pairs of rounds, one right after the other, and "
        f"in turns who goes first. \"Times\" is the median of the pairs' ratios, which is not the ratio of the medians. stress "
        f"does what it always does: each request is an attempt in the journal before it is sent, completed after its reply, "
        f"with its latency counted, and the run is verified; {name} keeps a histogram. Its files are removed after each round.\n\n"
        f"Throughput is what each program says of itself: for stress from the opening of the doors to the last reply. CPU is user "
        f"and system time of the client for each request: of the worker while it buys, and of the whole {name} process. "
        f"What stress does before and after (rehearsal, verifying, files) is not under load; the CSV has it too, as "
        f"`stress_whole_cpu_us`.\n\n{summary}\n"
        + "".join(f"- {line}\n" for line in lines)
    )
    print("\n" + markdown)
    measurement.write_results(
        part,
        [
            "command", "connections", "pair", "stress_requests_per_second", "other_requests_per_second", "stress_cpu_us",
            "stress_whole_cpu_us", "other_cpu_us",
        ],
        rows, markdown,
    )
