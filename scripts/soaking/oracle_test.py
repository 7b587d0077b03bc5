"""Small histories, right and wrong: what the oracle must see in them, and what it must not."""

import csv
import json
import pathlib
import tempfile
import unittest

from oracle import History, accusations_without_ground, reasons_against_upheld
from safety import may_be_violated

COLUMNS = ("attempt", "purchase", "buyer", "outcome", "quantity", "remaining", "invoked_ns", "returned_ns")


def won(attempt, remaining, invoked, returned, purchase=None, quantity=1):
    return attempt, purchase or attempt, purchase or attempt, "won", quantity, remaining, invoked, returned


def told(attempt, outcome, invoked, returned, purchase=None, quantity=1):
    return attempt, purchase or attempt, purchase or attempt, outcome, quantity, "", invoked, returned


class OracleTests(unittest.TestCase):
    def history(self, attempts, units=2, remaining=0, orders=None, resets=(), idempotent="none", faults=(), violated=()):
        """A run's folder. `orders` are attempts of an atomic ledger; None for a sale that writes none."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        with open(path / "attempts.csv", "w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *attempts])
        if orders is not None:
            with open(path / "ledger.csv", "w", newline="") as file:
                csv.writer(file).writerows([("attempt", "purchase", "buyer"), *((order, "", "") for order in orders)])
        (path / "run.json").write_text(json.dumps({
            "verdict": "upheld", "sale": {"units": units, "remaining": remaining, "ledger_orders": None if orders is None else len(orders)},
            "checks": [{"name": name, "result": "violated", "detail": ""} for name in violated],
            "faults": [{"kind": kind} for kind in faults],
            "observed": {
                "idempotent": idempotent, "ledger": {"atomic": True, "unreadable": []},
                "resets": [{"started_ns": start, "ended_ns": end} for start, end in resets]}}))
        return History(path)

    def assert_reason(self, part, history):
        reasons = list(reasons_against_upheld(history))
        self.assertTrue(any(part in reason for reason in reasons), reasons)

    def assert_right(self, history):
        self.assertEqual(list(reasons_against_upheld(history)), [])

    def test_a_right_sale(self):
        attempts = [won(1, 1, 0, 10), won(2, 0, 5, 20), told(3, "sold-out", 6, 30), told(4, "unknown", 7, "")]
        self.assert_right(self.history(attempts, orders=[1, 2]))

    def test_more_than_there_were(self):
        self.assert_reason("2 units were sold and 0 more", self.history([won(1, 0, 0, 1), won(2, 0, 2, 3)], units=1))
        self.assert_reason("1 units were sold and 1 more", self.history(
            [won(1, 0, 0, 1), told(2, "unknown", 0, "")], units=1, orders=[1, 2]))
        self.assert_reason("-1 are left", self.history([won(1, -1, 0, 1)], units=5))

    def test_more_than_there_were_over_all_epochs(self):
        attempts = [won(1, 0, 0, 1), won(2, 0, 10, 11)]
        self.assert_reason("2 units were sold", self.history(attempts, units=1, resets=[(4, 6)]))

    def test_the_same_unit(self):
        same = [won(1, 1, 0, 1), won(2, 1, 2, 3)]
        self.assert_reason("the same unit", self.history(same, units=9, remaining=7))
        overlapping = [won(1, 4, 0, 1, quantity=2), won(2, 3, 2, 3, quantity=2)]
        self.assert_reason("the same unit", self.history(overlapping, units=9, remaining=5))

    def test_the_same_unit_in_two_epochs_is_another(self):
        same = [won(1, 1, 0, 1), won(2, 1, 10, 11)]
        self.assert_right(self.history(same, units=9, remaining=1, resets=[(4, 6)]))
        self.assert_reason("the same unit", self.history([*same, won(3, 1, 12, 13)], units=9, remaining=1, resets=[(4, 6)]))

    def test_the_same_unit_where_nobody_knows_the_epoch(self):
        self.assert_right(self.history([won(1, 1, 0, 5), won(2, 1, 10, 11)], units=9, remaining=1, resets=[(4, 6)]))

    def test_a_purchase_twice(self):
        attempts = [told(1, "unknown", 0, "", purchase=7), won(2, 0, 5, 6, purchase=7)]
        self.assert_reason("purchase 7 was sold 2 times", self.history(attempts, orders=[1, 2]))
        self.assert_right(self.history(attempts, units=1, orders=[2]))
        self.assert_reason("purchase 7 was sold 2 times", self.history([won(1, 1, 0, 1, purchase=7), won(2, 0, 2, 3, purchase=7)]))

    def test_a_repeated_purchase(self):
        repeated = [won(1, 0, 0, 1, purchase=7), won(2, 0, 2, 3, purchase=7)]
        self.assert_right(self.history(repeated, units=1, idempotent="purchase"))
        forgot = [won(1, 1, 0, 1, purchase=7), won(2, 0, 2, 3, purchase=7)]
        self.assert_reason("purchase 7 was sold 2 times", self.history(forgot, idempotent="purchase"))

    def test_an_order_that_is_missing(self):
        attempts = [won(1, 1, 0, 1), won(2, 0, 2, 3)]
        self.assert_reason("1 wins have no order, such as attempt 2", self.history(attempts, orders=[1]))
        self.assert_reason("2 wins have no order", self.history(attempts, orders=[]))
        self.assert_right(self.history(attempts))

    def test_the_account(self):
        attempts = [won(1, 4, 0, 1), told(2, "unknown", 0, "")]
        for remaining in (3, 4):
            self.assert_right(self.history(attempts, units=5, remaining=remaining))
        for remaining in (2, 5):
            self.assert_reason("left the stock", self.history(attempts, units=5, remaining=remaining))
        self.assert_right(self.history(attempts, units=5, remaining=None))

    def test_sold_out_too_early(self):
        attempts = [won(1, 1, 0, 1), told(2, "sold-out", 2, 3), won(3, 0, 4, 5)]
        self.assert_reason("attempt 2 was told sold-out", self.history(attempts))
        for third in (won(3, 0, 3, 5), told(3, "unknown", 3, "")):
            self.assert_right(self.history([attempts[0], attempts[1], third], remaining=0))

    def test_accusations(self):
        attempts = [won(1, 1, 0, 1), told(2, "unknown", 2, "")]
        checks = ("no-oversell", "one-unit-per-purchase", "acknowledged-sales-kept")
        cleared = accusations_without_ground(self.history(attempts, violated=checks))
        self.assertEqual(set(cleared), set(checks))
        grounds = [won(1, 1, 0, 1, purchase=7), told(2, "unknown", 2, "", purchase=7), told(3, "unknown", 2, "")]
        self.assertEqual(accusations_without_ground(self.history(grounds, violated=checks, faults=["crash-redis"])), {})

    def test_what_is_safe_under_what(self):
        self.assertEqual(may_be_violated("lua", {"kill-worker", "freeze-redis", "lose-replies"}, "none", False), {})
        self.assertEqual(may_be_violated("lua", {"crash-redis"}, "always", False), {})
        self.assertEqual(set(may_be_violated("lua", {"crash-redis"}, "none", False)), {"acknowledged-sales-kept"})
        self.assertEqual(set(may_be_violated("lua", {"lose-replies"}, "none", True)), {"one-unit-per-purchase"})
        self.assertEqual(may_be_violated("lua-idempotent", {"lose-replies", "repeat-requests"}, "none", True), {})


if __name__ == "__main__":
    unittest.main()
