"""The flash sale of the article that stress started from: its second listing, with 4 processes of 100 threads.

The measure that `scripts/bench seed` holds stress against. `miaosha`, `choose` and `worker` are the article's, with its
names. What the article left open, or what had to change to measure it:

- The copy of the article that exists has lost its indentation and its capitals. Where `pipe.execute()` stands is
  therefore a reading: after the `if count > 0:`, not inside it. Only then does `len(ret) > 0` ask something, and the
  branch that reports "purchase failed" can be reached, of which the text says that it is what happens at stock 0: the
  EXEC of an empty transaction returns an empty list. So a buyer who finds nothing left still sends MULTI and EXEC, and
  may get a WatchError for it.
- As in the article, the read is `conn.get`, not `pipe.get`: it runs on a second connection from the pool, while the one
  that watches is held. The pool is redis-py's default one, as there, filled with two connections a thread.
- Nothing is printed: with 400 threads, printing is slower than the sale and would be what is measured. What `print`
  told is counted instead.
- The processes are those of the main program that the article has commented out (4 processes of 100 threads).
- A thread serves several buyers, one after another, so that there is a steady state to measure. In the article it is
  one, and its threads end while later ones still start.
- All connections are made before a gate that all threads pass together, and the time counts from there to the last
  thread's last return. CLOCK_MONOTONIC is the same clock in all processes.
- redis-py's own retries are off: they would repeat what the article does not, out of sight. An error in any thread ends
  the program with exit code 1; it would go unnoticed otherwise and make the sale look faster.

Prints one line of JSON. It sets the key `count` and leaves it, so give it a server of its own.
"""

import argparse
import json
import multiprocessing
import sys
import threading
import time
import traceback

import redis
from redis import WatchError
from redis.backoff import NoBackoff
from redis.retry import Retry

# Bounds for what should take a moment, so that a bench cannot hang.
GATE_SECONDS = 60
SOCKET_SECONDS = 30
SALE_SECONDS = 300


class Tally:
    """What one thread's attempts came to. Its own, so that counting takes no lock."""

    def __init__(self):
        self.won = 0
        self.conflicts = 0
        self.sold_out = 0


def miaosha(conn, pipe, tally):
    """One attempt. True when the buyer is done, False when it may try again."""
    try:
        pipe.watch("count")
        pipe.multi()
        old_count = conn.get("count")
        count = int(old_count)
        if count > 0:
            pipe.set("count", count - 1)
        ret = pipe.execute()
        if len(ret) > 0:
            tally.won += 1
            return True
        else:
            tally.sold_out += 1
            return True
    except WatchError:
        tally.conflicts += 1
        pipe.unwatch()
        return False


def choose(conn, tally):
    with conn.pipeline() as pipe:
        res = miaosha(conn, pipe, tally)
        return res


def worker(conn, tally):
    """One buyer, with up to 3 attempts."""
    for r in range(3):
        res = choose(conn, tally)
        if res:
            break


def connect(port, connections):
    """A client whose pool holds that many open connections, and cannot make more."""
    pool = redis.ConnectionPool(
        host="127.0.0.1",
        port=port,
        max_connections=connections,
        socket_timeout=SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),
        retry_on_timeout=False,
    )
    # get_connection connects; all are held at once, so that each is a new one. Redis-py 5 wants a command's name.
    held = [pool.get_connection("PING") for _ in range(connections)]
    for connection in held:
        pool.release(connection)
    return redis.Redis(connection_pool=pool)


def process_main(arguments, gate, result):
    """One process: its threads wait for the gate, sell, and their sum goes into the pipe. Any error: exit code 1."""
    opened = threading.Event()
    ready = threading.Barrier(arguments.threads + 1)
    tallies = [Tally() for _ in range(arguments.threads)]
    returned = [0.0] * arguments.threads
    errors = []

    def thread_main(index):
        try:
            ready.wait(GATE_SECONDS)
            opened.wait(GATE_SECONDS)
            for _ in range(arguments.buyers_per_thread):
                worker(conn, tallies[index])
            returned[index] = time.monotonic()
        except Exception:
            errors.append(traceback.format_exc())

    try:
        conn = connect(arguments.port, 2 * arguments.threads)
        threads = [threading.Thread(target=thread_main, args=(index,)) for index in range(arguments.threads)]
        for thread in threads:
            thread.start()
        ready.wait(GATE_SECONDS)
        gate.wait(GATE_SECONDS)
    except BaseException:
        # The other processes need not wait for this one.
        gate.abort()
        ready.abort()
        opened.set()
        raise
    gate_passed = time.monotonic()
    opened.set()
    for thread in threads:
        thread.join()
    if errors:
        sys.exit(f"{len(errors)} of {arguments.threads} threads failed; the first of them:\n{errors[0]}")
    result.send({
        "gate": gate_passed,
        "last_return": max(returned),
        "won": sum(tally.won for tally in tallies),
        "conflicts": sum(tally.conflicts for tally in tallies),
        "sold_out": sum(tally.sold_out for tally in tallies),
    })


def sell(arguments):
    """Runs the processes and returns their results."""
    # fork: the processes need nothing but what is here, and start at once.
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(arguments.procs)
    processes = []
    for _ in range(arguments.procs):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=process_main, args=(arguments, gate, sender), daemon=True)
        process.start()
        sender.close()
        processes.append((process, receiver))
    results = []
    failures = []
    deadline = time.monotonic() + SALE_SECONDS
    for process, receiver in processes:
        try:
            # The pipe's end without a result is a process that died: it has said why on stderr.
            if receiver.poll(max(0, deadline - time.monotonic())):
                results.append(receiver.recv())
            else:
                failures.append(f"process {process.pid} was not done after {SALE_SECONDS} s")
                process.kill()
        except EOFError:
            pass
        process.join()
        if process.exitcode != 0:
            failures.append(f"process {process.pid} ended with exit code {process.exitcode}")
    if failures:
        sys.exit("seed.py: " + "; ".join(failures))
    return results


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"wanted a number from 1, found {text}")
    return number


def main():
    parser = argparse.ArgumentParser(description="The seed article's flash sale, measured.")
    parser.add_argument("--port", type=positive, required=True, help="of a Redis on 127.0.0.1 that nobody else uses")
    parser.add_argument("--procs", type=positive, default=4)
    parser.add_argument("--threads", type=positive, default=100, help="of each process")
    parser.add_argument("--buyers-per-thread", type=positive, default=10)
    parser.add_argument("--units", type=positive, default=1000)
    arguments = parser.parse_args()

    owner = redis.Redis(host="127.0.0.1", port=arguments.port, socket_timeout=SOCKET_SECONDS)
    owner.set("count", arguments.units)
    # Not to be carried over a fork.
    owner.close()
    results = sell(arguments)
    remaining = int(owner.get("count"))
    owner.close()

    won = sum(result["won"] for result in results)
    conflicts = sum(result["conflicts"] for result in results)
    sold_out = sum(result["sold_out"] for result in results)
    attempts = won + conflicts + sold_out
    elapsed = max(result["last_return"] for result in results) - min(result["gate"] for result in results)
    print(json.dumps({
        "attempts": attempts,
        "won": won,
        "conflicts": conflicts,
        "sold_out": sold_out,
        "elapsed_seconds": round(elapsed, 6),
        "attempts_per_second": round(attempts / elapsed, 1),
        "units": arguments.units,
        "remaining": remaining,
    }))
    if won != arguments.units - remaining:
        sys.exit(f"seed.py: {won} buyers were told that they won, but {arguments.units - remaining} units are gone")


if __name__ == "__main__":
    main()
