// A clock that stands still: a number in a file of a private server's folder, written by EmbeddedRedis, and read by Sources/CPowerCut inside
// the server.
#ifndef STRESS_SERVER_CLOCK_H
#define STRESS_SERVER_CLOCK_H

#include <stdint.h>

// The environment variable with the file's path.
#define STRESS_SERVER_CLOCK_VARIABLE "STRESS_SERVER_CLOCK"

/// The whole file.
struct stress_server_clock {
    /// Since 1970; 0 while the clock runs as the machine's does.
    int64_t microseconds;
};

#endif
