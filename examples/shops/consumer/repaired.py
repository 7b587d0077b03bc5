"""Writes, then acknowledges: what could not be written comes again, and an order that comes twice is written once."""

import logging
import sqlite3


def work(orders, database):
    # First what an earlier life of this consumer has left unwritten.
    after = "0"
    while True:
        entries = orders.read(after)
        if not entries:
            after = ">"
            continue
        try:
            # Takes the lock now, or waits for it.
            database.execute("BEGIN IMMEDIATE")
            for _, order in entries:
                write(database, order)
            database.execute("COMMIT")
        except sqlite3.Error:
            logging.exception("%d orders, which come again", len(entries))
            if database.in_transaction:
                database.execute("ROLLBACK")
            after = "0"
            continue
        orders.acknowledge([entry for entry, _ in entries])


def write(database, order):
    row = database.execute("SELECT id FROM customers WHERE name = ?", (order["user"],)).fetchone()
    if row is None:
        row = database.execute("INSERT INTO customers (name) VALUES (?) RETURNING id", (order["user"],)).fetchone()
    database.execute(
        "INSERT INTO orders (id, item, customer, quantity) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (order["id"], order["item"], row[0], order["quantity"]),
    )
