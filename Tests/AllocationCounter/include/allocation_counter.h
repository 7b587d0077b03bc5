#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Blocks that the calling thread has taken from the heap (malloc, calloc, realloc, posix_memalign) since it started.
///
/// A program that has this in it gives its own definition of those functions to everything that it loads.
long allocation_counter_blocks(void);

#endif
