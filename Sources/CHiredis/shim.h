// What Swift cannot import by itself: hiredis without pkg-config's noise, calls that are variadic or that Swift's Glibc
// module lacks, and the clock. The fields of `timespec` belong to this module or to Glibc's, whichever the compiler met
// first, so that Swift code that names them builds on some days only.
#ifndef STRESS_CHIREDIS_SHIM_H
#define STRESS_CHIREDIS_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/// Asks the kernel to send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
static inline int stress_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
static inline int stress_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/// A pipe whose ends no child inherits: `ends[0]` to read, `ends[1]` to write. 0, or -1 with errno.
static inline int stress_pipe(int ends[2], int is_non_blocking) {
    if (pipe(ends) != 0) return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        if (is_non_blocking) fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

/// A clock in nanoseconds.
static inline uint64_t stress_clock_nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline uint64_t stress_monotonic_nanoseconds(void) { return stress_clock_nanoseconds(CLOCK_MONOTONIC); }

static inline uint64_t stress_wall_nanoseconds(void) { return stress_clock_nanoseconds(CLOCK_REALTIME); }

/// Sleeps until CLOCK_MONOTONIC has come to `nanoseconds`.
static inline void stress_sleep_until(uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000u), (long)(nanoseconds % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

// Linux has it, but its header shows it only with _GNU_SOURCE, which would change types that other modules define.
extern int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

/// Waits until `descriptor` can be read, at the most so many nanoseconds, fewer than a second. 1 if it can, 0 if not.
static inline int stress_wait_readable(int descriptor, uint64_t nanoseconds) {
    struct pollfd poller = {descriptor, POLLIN, 0};
    struct timespec time = {0, (long)nanoseconds};
    return ppoll(&poller, 1, &time, NULL) > 0;
}

#endif
