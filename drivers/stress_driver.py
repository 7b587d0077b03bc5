"""Answers the questions of `stress run`, for buyers that are a Python program. Python 3.8 or later, and nothing else.

    import stress_driver

    def buy(question):            # {"id": 17, "buyer": 3, "purchase": 9, "attempt": 1, "quantity": 1, "units": 1000, "sale": "…"}
        ...
        return "won"              # or {"outcome": "won", "remaining": 4, "unit": "A12"}

    stress_driver.serve(buy)

Standard output belongs to the answers: what buy() prints goes to standard error, which stress keeps in the run's folder.
"""

import concurrent.futures
import json
import os
import sys
import threading
import traceback

OUTCOMES = ("won", "sold-out", "conflict", "duplicate", "returned", "failed", "unknown")


def redis_url():
    """Where the Redis of the run is: the value of STRESS_REDIS_URL."""
    return os.environ["STRESS_REDIS_URL"]


def serve(buy, threads=1):
    """Answers until there are no more questions.

    buy gets a question as a dict, and returns an outcome, or a dict with any fields. An exception is `unknown`, since nobody
    knows what had happened before it; its traceback goes to standard error. With several threads (`concurrent: true` in the
    strategy file), buy is called by all of them at once.
    """
    answers = _own_standard_output()
    if threads <= 1:
        for line in sys.stdin:
            answers.write(_answer(buy, line))
            answers.flush()
        return
    lock = threading.Lock()

    def work(line):
        answer = _answer(buy, line)
        with lock:
            answers.write(answer)
            answers.flush()

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for line in sys.stdin:
            pool.submit(work, line)


def _own_standard_output():
    """Takes standard output for the answers alone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(buy, line):
    question = json.loads(line)
    try:
        answer = buy(question)
        if isinstance(answer, str):
            answer = {"outcome": answer}
        answer = dict(answer)
        if "outcome" in answer and answer["outcome"] not in OUTCOMES:
            raise ValueError(f"{answer['outcome']!r} is no outcome; known: {', '.join(OUTCOMES)}")
        answer["id"] = question["id"]
        return json.dumps(answer) + "\n"
    except Exception as problem:
        traceback.print_exc()
        words = f"{type(problem).__name__}: {problem}"
        return json.dumps({"id": question["id"], "outcome": "unknown", "error": words}) + "\n"
