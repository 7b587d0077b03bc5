"""Cancels only what is held. The statement locks the hold, and looks again if somebody was quicker."""


def cancel(cursor, hold):
    """Ends a hold, and returns its item and units, to be given back; None if there is nothing to give back."""
    cursor.execute(
        "UPDATE holds SET state = 'cancelled' WHERE id = %s AND state = 'held' RETURNING item, quantity", (hold,)
    )
    return cursor.fetchone()
