// What Swift cannot import by itself from the system: calls that are variadic or that Swift's Glibc module lacks, and the one clock.
// The fields of `timespec` belong to this module or to Glibc's, whichever the compiler met first, so that Swift code that names them
// builds on some days only.
#ifndef STRESS_CSYSTEM_SHIM_H
#define STRESS_CSYSTEM_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/// Asks the kernel to send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
static inline int stress_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// Makes this process the parent of its children's orphans. 0, or -1 with errno.
static inline int stress_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// Linux has it, but its header shows it only with _GNU_SOURCE, which would change types that other modules define.
extern int pipe2(int ends[2], int flags);

/// A pipe whose ends no child inherits, also one that is started at the same moment: `ends[0]` to read, `ends[1]` to write. 0, or -1
/// with errno.
static inline int stress_pipe(int ends[2], int is_non_blocking) {
    return pipe2(ends, O_CLOEXEC | (is_non_blocking ? O_NONBLOCK : 0));
}

// Linux has it, but its header shows it only with _GNU_SOURCE: O_TMPFILE.
#ifdef __O_TMPFILE
#define STRESS_O_TMPFILE (__O_TMPFILE | O_DIRECTORY)
#else
#define STRESS_O_TMPFILE (020000000 | O_DIRECTORY)
#endif

/// A new file in `folder` that never has a name, to read and to write, for its owner alone. Its descriptor, or -1 with errno.
static inline int stress_open_unnamed(const char *folder) { return open(folder, STRESS_O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }

// The same holds for this one. Its header would make its names this module's.
struct sockaddr;
extern int accept4(int, struct sockaddr *, unsigned int *, int);

/// Takes the next connection of a listening socket, which no child inherits and no call waits on. Its descriptor, or -1 with errno.
static inline int stress_accept(int listener) { return accept4(listener, NULL, NULL, O_CLOEXEC | O_NONBLOCK); }

static inline uint64_t stress_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// The clock of everything: a name in Swift for the functions below.
struct Clock {
    char unused;
};

/// CLOCK_MONOTONIC in nanoseconds, which all processes of one machine share and which a change of the system's time does not touch.
static inline uint64_t stress_monotonic_nanoseconds(void) __attribute__((swift_name("Clock.nanoseconds()")));
static inline uint64_t stress_monotonic_nanoseconds(void) { return stress_clock(CLOCK_MONOTONIC); }

/// The CPU time of this process, user and system, in nanoseconds.
static inline uint64_t stress_cpu_nanoseconds(void) __attribute__((swift_name("Clock.cpuNanoseconds()")));
static inline uint64_t stress_cpu_nanoseconds(void) { return stress_clock(CLOCK_PROCESS_CPUTIME_ID); }

/// CLOCK_REALTIME in milliseconds since 1970.
static inline long stress_wall_milliseconds(void) __attribute__((swift_name("Clock.wallMilliseconds()")));
static inline long stress_wall_milliseconds(void) { return (long)(stress_clock(CLOCK_REALTIME) / 1000000u); }

/// Sleeps until CLOCK_MONOTONIC has come to `nanoseconds`.
static inline void stress_sleep_until(uint64_t nanoseconds) __attribute__((swift_name("Clock.sleep(until:)")));
static inline void stress_sleep_until(uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000u), (long)(nanoseconds % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

// Linux has it, but its header shows it only with _GNU_SOURCE, which would change types that other modules define.
extern int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

/// Waits until `descriptor` can be read, for at most `nanoseconds`, fewer than a second. 1 if it can, 0 if not.
static inline int stress_wait_readable(int descriptor, uint64_t nanoseconds) {
    struct pollfd poller = {descriptor, POLLIN, 0};
    struct timespec time = {0, (long)nanoseconds};
    int count;
    // Whoever was made to stand still by a signal waits as if nothing had been.
    do {
        count = ppoll(&poller, 1, &time, NULL);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

/// Waits until one of these can be read, or its other side is gone, for at most `nanoseconds`, fewer than a second. How many can; `ready`
/// has 1 for each of those. No more than 1024 are looked at.
static inline int stress_wait_any(const int *descriptors, int count, uint64_t nanoseconds, unsigned char *ready) {
    struct pollfd pollers[1024];
    struct timespec time = {0, (long)nanoseconds};
    int found;
    if (count > 1024) count = 1024;
    for (int index = 0; index < count; index++) {
        pollers[index].fd = descriptors[index];
        pollers[index].events = POLLIN;
        pollers[index].revents = 0;
    }
    found = ppoll(pollers, (nfds_t)count, &time, NULL);
    for (int index = 0; index < count; index++) ready[index] = found > 0 && pollers[index].revents != 0;
    return found;
}

// The same holds for this one.
extern int pthread_setattr_default_np(const pthread_attr_t *);

/// The stack of threads that are started without saying how large it shall be.
static inline void stress_set_default_thread_attributes(const pthread_attr_t *attributes) {
    (void)pthread_setattr_default_np(attributes);
}

/// All threads take their memory from one heap, and none reserves address space for one of its own. To be called before any is started.
static inline void stress_share_one_heap(void) { (void)mallopt(M_ARENA_MAX, 1); }

#endif
