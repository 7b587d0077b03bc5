"""A driver that does nothing: it reads a question and answers it, by its own words or by those of stress_driver.py.

The units that it has promised leave the stock once, when there are no more questions, so that the account is right.
"""

import json
import os
import pathlib
import socket
import sys
import urllib.parse

sold = 0
sale = ""


def promise(question):
    global sold, sale
    sold += 1
    sale = question["sale"]
    return "won"


if sys.argv[1:] == ["library"]:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "drivers"))
    import stress_driver

    stress_driver.serve(promise)
else:
    for line in sys.stdin:
        question = json.loads(line)
        sys.stdout.write(json.dumps({"id": question["id"], "outcome": promise(question)}) + "\n")
        sys.stdout.flush()

if sold:
    place = urllib.parse.urlsplit(os.environ["STRESS_REDIS_URL"])
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(f"DECRBY {sale}:stock {sold}\r\n".encode())
        connection.recv(100)
