"""Acknowledges, then writes: what cannot be written is lost.

It fails more often than one would think. BEGIN takes no lock; once the other consumer has written, SQLite refuses to let this
transaction write after what it has read ("database is locked"), at once and whatever the timeout.
"""

import logging
import sqlite3


def work(orders, database):
    while True:
        entries = orders.read(">")
        if not entries:
            continue
        orders.acknowledge([entry for entry, _ in entries])
        try:
            database.execute("BEGIN")
            for _, order in entries:
                write(database, order)
            database.execute("COMMIT")
        except sqlite3.Error:
            logging.exception("%d orders", len(entries))
            database.execute("ROLLBACK")


def write(database, order):
    row = database.execute("SELECT id FROM customers WHERE name = ?", (order["user"],)).fetchone()
    if row is None:
        row = database.execute("INSERT INTO customers (name) VALUES (?) RETURNING id", (order["user"],)).fetchone()
    database.execute(
        "INSERT INTO orders (id, item, customer, quantity) VALUES (?, ?, ?, ?)",
        (order["id"], order["item"], row[0], order["quantity"]),
    )
