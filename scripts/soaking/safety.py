"""What may be violated under which fault: a right scheme is right only under the weather that it was made for.

Each row is a check that may be violated, and why that is the truth and no false alarm. What no row names must hold.
"""

WATCHED = {"optimistic", "optimistic-decr"}
COUNTERS = {"decr", "hash"}

POSITIONS = ("exact-accounting", "unique-units", "linearizable")


def forgets(kind, persistence):
    """Whether a server that comes back may have less than it acknowledged."""
    # With everysec, Redis puts a write off for up to two seconds while its file is being synced, so a crash may take some too.
    return persistence in {
        "crash-redis": ("none", "rdb", "everysec"),
        "power-cut": ("none", "rdb", "everysec"),
        "stop-redis": ("none",),
    }.get(kind, ())


def _of_forgetting(strategy, persistence):
    yield "acknowledged-sales-kept", "what the server had not kept is gone"
    if persistence != "none":
        yield "no-oversell", "units that were sold and came back are sold once more"
    if strategy == "lua-idempotent":
        yield "one-unit-per-purchase", "an order that was forgotten does not keep a repeated purchase from buying again"
    if strategy == "lua-stream":
        yield "purchase-limit", "the set of buyers was forgotten, and the second purchase is taken for the first"


def _of_lost_stock(strategy):
    """Of evict-stock, and of evict-keys as far as it meets the stock."""
    if strategy in COUNTERS:
        why = "who gives back on a counter that is not there any more makes a unit out of nothing"
        yield "no-oversell", why
        for check in POSITIONS:
            yield check, why
    if strategy == "lock":
        for check in POSITIONS:
            yield check, "the holder of the lock writes back the stock that was removed under it"


def _of_evicted_keys(strategy):
    yield from _of_lost_stock(strategy)
    yield "ledger", "the orders were evicted"
    yield "acknowledged-sales-kept", "the orders were evicted"
    if strategy == "lua-idempotent":
        yield "one-unit-per-purchase", "an order that was evicted does not keep a repeated purchase from buying again"
    if strategy == "lua-stream":
        yield "purchase-limit", "the set of buyers was evicted, and the second purchase is taken for the first"
    if strategy == "lock":
        for check in ("no-oversell", *POSITIONS):
            yield check, "the lock was evicted, so that two are inside at once"


def _of_restocking(strategy):
    yield "no-oversell", "open: gives all units once more"
    yield "acknowledged-sales-kept", "units that buyers have are for sale again"
    if strategy == "tokens":
        for check in ("unique-units", "linearizable"):
            yield check, "the list has each unit twice"
    if strategy in COUNTERS:
        for check in POSITIONS:
            yield check, "who gives back on a counter that was set anew makes a unit out of nothing"
    if strategy == "lock":
        for check in POSITIONS:
            yield check, "the holder of the lock writes back the stock from before"


def _of_repeating(strategy):
    if strategy == "lua-idempotent":
        return
    why = "the second request takes a unit as well, and nobody is told of the first"
    if strategy in WATCHED:
        why = "the second transaction comes on a connection that watched nothing"
        for check in ("no-oversell", "unique-units"):
            yield check, why
    for check in ("exact-accounting", "linearizable", "one-unit-per-purchase", "ledger"):
        yield check, why
    if strategy == "lua-stream":
        yield "purchase-limit", "the second request is told that the buyer has one already"


def _of_careless_clients(strategy):
    """Of --retry-unknown; not only under faults, since an answer that is late is unknown as well."""
    # A purchase that is asked for again gets what it got, or is told that the buyer has one.
    if strategy not in ("lua-idempotent", "lua-stream"):
        yield "one-unit-per-purchase", "a purchase goes on after an answer that was lost"


def may_be_violated(strategy, kinds, persistence, retries_unknown):
    """The checks that may be violated for a safe strategy, with why: {check: why}. `kinds` are the faults that came about."""
    allowed = dict(_of_careless_clients(strategy)) if retries_unknown else {}
    for kind in kinds:
        if forgets(kind, persistence):
            allowed |= dict(_of_forgetting(strategy, persistence))
        elif kind == "evict-stock":
            allowed |= dict(_of_lost_stock(strategy))
        elif kind == "evict-keys":
            allowed |= dict(_of_evicted_keys(strategy))
        elif kind == "restock-reset":
            allowed |= dict(_of_restocking(strategy))
        elif kind == "repeat-requests":
            allowed |= dict(_of_repeating(strategy))
    return allowed
