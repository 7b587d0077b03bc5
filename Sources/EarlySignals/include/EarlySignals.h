// Nothing to call: see quit.c.
