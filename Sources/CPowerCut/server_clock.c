// Tells a server the time that its coordinator wants it to be, so that time passes for it only where an order of commands says so.
//
// Redis and Valkey ask gettimeofday for the time of day: for TIME, for what expires, for blocked clients. What they measure with a monotonic
// clock goes on. Without a file, or while 0 stands in it, the clock runs as ever.
#define _GNU_SOURCE
#include "server_clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const struct stress_server_clock *clock_file;

/// Before the server's own main.
__attribute__((constructor)) static void find_clock(void) {
    struct stat status;
    const char *path = getenv(STRESS_SERVER_CLOCK_VARIABLE);
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    if (fstat(file, &status) == 0 && status.st_size == sizeof *clock_file) {
        void *memory = mmap(NULL, sizeof *clock_file, PROT_READ, MAP_SHARED, file, 0);
        if (memory != MAP_FAILED) clock_file = memory;
    }
    close(file);
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    int64_t now = clock_file == NULL ? 0 : __atomic_load_n(&clock_file->microseconds, __ATOMIC_ACQUIRE);
    if (now == 0) {
        struct timespec real;
        if (clock_gettime(CLOCK_REALTIME, &real) != 0) return -1;
        time->tv_sec = real.tv_sec;
        time->tv_usec = real.tv_nsec / 1000;
        return 0;
    }
    time->tv_sec = now / 1000000;
    time->tv_usec = now % 1000000;
    return 0;
}
