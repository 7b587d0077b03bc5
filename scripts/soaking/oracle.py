"""What a run's own files say about it, found without the product's checks: what its verdict must not be."""

import collections
import csv
import dataclasses
import json
import pathlib


@dataclasses.dataclass(frozen=True)
class Attempt:
    id: int
    purchase: int
    buyer: int
    outcome: str
    quantity: int
    remaining: int | None
    invoked: int
    # None where nobody was answered: what was sent may be carried out later.
    returned: int | None


@dataclasses.dataclass(frozen=True)
class Sold:
    """What a buyer was told to have: a win, or all equal answers to a purchase that may be repeated."""

    purchase: int
    attempts: tuple
    quantity: int
    remaining: int | None
    invoked: int
    returned: int


def _number(text):
    return int(text) if text else None


class History:
    """The folder of a run, as it can be read."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.record = json.loads((folder / "run.json").read_text())
        self.attempts = [
            Attempt(
                int(row["attempt"]), int(row["purchase"]), int(row["buyer"]), row["outcome"], int(row["quantity"]),
                _number(row["remaining"]), int(row["invoked_ns"]), _number(row["returned_ns"]))
            for row in self._rows(folder / "attempts.csv")]
        self.orders = list(self._rows(folder / "ledger.csv"))

    @staticmethod
    def _rows(path):
        if not path.exists():
            return
        with open(path, newline="") as file:
            yield from csv.DictReader(file)

    # MARK: What the run says of itself

    @property
    def verdict(self):
        return self.record["verdict"]

    @property
    def violated(self):
        """{check: detail}"""
        return {check["name"]: check["detail"] for check in self.record["checks"] if check["result"] == "violated"}

    @property
    def units(self):
        return self.record["sale"]["units"]

    @property
    def remaining(self):
        return self.record["sale"].get("remaining")

    @property
    def faults(self):
        """Those that the user asked for, and not a claim of the file."""
        return [fault for fault in self.record.get("faults") or [] if not fault.get("of_claim")]

    @property
    def resets(self):
        return sorted(self.record["observed"].get("resets") or [], key=lambda reset: reset["started_ns"])

    @property
    def is_idempotent(self):
        return self.record["observed"]["idempotent"] != "none"

    @property
    def ledger_is_atomic(self):
        """And was read: what is not there was not written, or is gone."""
        ledger = self.record["observed"].get("ledger") or {}
        return bool(ledger.get("atomic")) and not ledger.get("unreadable") and self.record["sale"].get("ledger_orders") is not None

    # MARK: What buyers were told

    def sold(self):
        wins = [attempt for attempt in self.attempts if attempt.outcome == "won"]
        groups = collections.defaultdict(list)
        for win in wins:
            # A right answer to a repeated purchase is the first one's; another one is another sale.
            groups[(win.purchase, win.remaining) if self.is_idempotent else win.id].append(win)
        return [
            Sold(
                group[0].purchase, tuple(win.id for win in group), group[0].quantity, group[0].remaining,
                min(win.invoked for win in group), max(win.returned for win in group))
            for group in groups.values()]

    def unknown(self):
        """Attempts that may have taken something that no win of theirs tells."""
        won = {attempt.purchase for attempt in self.attempts if attempt.outcome == "won"}
        return [
            attempt for attempt in self.attempts
            if attempt.outcome == "unknown" and not (self.is_idempotent and attempt.purchase in won)]

    def proven(self):
        """Unknown attempts that have an order, and so took their units. Of a purchase that may be repeated, the first."""
        found = {}
        with_orders = {key: {order[key] for order in self.orders if order.get(key)} for key in ("attempt", "purchase")}
        for attempt in self.unknown():
            if str(attempt.id) in with_orders["attempt"]:
                found[attempt.id] = attempt
            elif self.is_idempotent and str(attempt.purchase) in with_orders["purchase"]:
                found.setdefault(f"purchase {attempt.purchase}", attempt)
        return list(found.values())

    def epoch(self, sold):
        """Between which resets it was sold, by their number; None where it may be either."""
        for number, reset in enumerate(self.resets):
            if sold.returned < reset["started_ns"]:
                return number
            if sold.invoked <= reset["ended_ns"]:
                return None
        return len(self.resets)


# MARK: Why it must not be upheld

def _oversold(history):
    sold, proven = sum(sale.quantity for sale in history.sold()), sum(attempt.quantity for attempt in history.proven())
    if sold + proven > history.units:
        yield f"{sold} units were sold and {proven} more have an order, of {history.units}"
    if below := [sale for sale in history.sold() if sale.remaining is not None and sale.remaining < 0]:
        yield f"attempt {below[0].attempts[0]} was told that {below[0].remaining} are left"


def _same_unit(history):
    epochs = collections.defaultdict(list)
    for sale in history.sold():
        if sale.remaining is not None and (epoch := history.epoch(sale)) is not None:
            epochs[epoch].append(sale)
    for sales in epochs.values():
        sales.sort(key=lambda sale: (sale.remaining, sale.quantity))
        for one, next_ in zip(sales, sales[1:]):
            if one.remaining + one.quantity > next_.remaining:
                yield f"attempts {one.attempts[0]} and {next_.attempts[0]} were told of the same unit"
                break


def _twice(history):
    effects = collections.Counter(sale.purchase for sale in history.sold())
    effects.update(attempt.purchase for attempt in history.proven())
    if twice := [purchase for purchase, count in effects.items() if count > 1]:
        yield f"purchase {twice[0]} was sold {effects[twice[0]]} times"


def _without_order(history):
    if not history.ledger_is_atomic:
        return
    # The finest that the ledger holds; where it is empty, no order is there, whatever it holds.
    key = next((key for key in ("attempt", "purchase", "buyer") if any(order.get(key) for order in history.orders)), None)
    there = {order[key] for order in history.orders} if key else set()
    named = {"attempt": lambda attempt: attempt.id, "purchase": lambda attempt: attempt.purchase, "buyer": lambda attempt: attempt.buyer}
    missing = [
        attempt.id for attempt in history.attempts
        if attempt.outcome == "won" and (key is None or str(named[key](attempt)) not in there)]
    # Equal calls are one operation, so that the order may name any of them.
    if history.is_idempotent and key == "attempt":
        return
    if missing:
        yield f"{len(missing)} wins have no order, such as attempt {missing[0]}"


def _account(history):
    if history.resets or history.remaining is None:
        return
    gone = history.units - history.remaining
    sold, unknown = sum(sale.quantity for sale in history.sold()), sum(attempt.quantity for attempt in history.unknown())
    if not sold <= gone <= sold + unknown:
        yield f"{gone} units left the stock, {sold} were sold and {unknown} at the most may have been taken unseen"


def _sold_out_too_early(history):
    if history.resets:
        return
    takes = [(sale.invoked, sale.quantity) for sale in history.sold()]
    takes += [(attempt.invoked, attempt.quantity) for attempt in history.unknown()]
    takes.sort()
    refused = sorted(
        (attempt.returned, attempt.quantity, attempt.id) for attempt in history.attempts
        if attempt.outcome == "sold-out" and attempt.returned is not None)
    taken, place = 0, 0
    for returned, quantity, id_ in refused:
        while place < len(takes) and takes[place][0] <= returned:
            taken += takes[place][1]
            place += 1
        if history.units - taken >= quantity:
            yield f"attempt {id_} was told sold-out, and at least {history.units - taken} units were there for the {quantity} that it wanted"
            return


def reasons_against_upheld(history):
    """What in the history itself no right sale can have brought about."""
    for look in (_oversold, _same_unit, _twice, _without_order, _account, _sold_out_too_early):
        yield from look(history)


# MARK: Why a check cannot be violated

# After all others nothing that was sold is for sale again, and no order is gone.
_UNDOING = {"crash-redis", "stop-redis", "power-cut", "evict-keys", "restock-reset"}

def accusations_without_ground(history):
    """Violated checks that the history itself clears, whatever the strategy is. {check: why}"""
    found = {}
    sold = sum(sale.quantity for sale in history.sold())
    unknown = sum(attempt.quantity for attempt in history.unknown())
    if sold + unknown <= history.units and not any((sale.remaining or 0) < 0 for sale in history.sold()):
        found["no-oversell"] = f"{sold} units were sold, and {unknown} more at the most, of {history.units}"
    calls = collections.Counter(attempt.purchase for attempt in history.attempts if attempt.outcome in ("won", "unknown"))
    repeats = any(fault["kind"] == "repeat-requests" for fault in history.record.get("faults") or [])
    if not repeats and all(count < 2 for count in calls.values()):
        found["one-unit-per-purchase"] = "no purchase has two attempts that may have taken something"
    if _UNDOING.isdisjoint(fault["kind"] for fault in history.record.get("faults") or []):
        found["acknowledged-sales-kept"] = "nothing happened that undoes a sale"
    return {check: why for check, why in found.items() if check in history.violated}
