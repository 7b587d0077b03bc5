"""A driver that does nothing: it reads a question and answers it. Its own words for it, or those of stress_driver.py."""

import json
import pathlib
import sys

if sys.argv[1:] == ["library"]:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "drivers"))
    import stress_driver

    stress_driver.serve(lambda question: "conflict")
else:
    for line in sys.stdin:
        question = json.loads(line)
        sys.stdout.write(json.dumps({"id": question["id"], "outcome": "conflict"}) + "\n")
        sys.stdout.flush()
