#define _GNU_SOURCE
#include "standing.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 8192
#define PATIENCE 2000000000u

static atomic_int is_held;
static atomic_int standing;
static _Atomic uint64_t held_until;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void pause_briefly(void) {
    struct timespec time = {0, 500000};
    nanosleep(&time, NULL);
}

// Where a thread stands. Nothing but what POSIX allows in a handler.
static void stand(int signal) {
    (void)signal;
    int before = errno;
    atomic_fetch_add(&standing, 1);
    while (atomic_load(&is_held) && now() < atomic_load(&held_until)) pause_briefly();
    atomic_fetch_sub(&standing, 1);
    errno = before;
}

static int list_others(pid_t *threads) {
    DIR *folder = opendir("/proc/self/task");
    if (folder == NULL) return -1;
    pid_t own = (pid_t)syscall(SYS_gettid);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && count < MOST_THREADS;) {
        pid_t thread = (pid_t)atoi(entry->d_name);
        if (thread > 0 && thread != own) threads[count++] = thread;
    }
    closedir(folder);
    return count;
}

int stress_hold_threads(unsigned long long end, int *wanted) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = stand;
    action.sa_flags = SA_RESTART;
    // No other handler runs on a thread that stands.
    sigfillset(&action.sa_mask);
    if (sigaction(SIGUSR1, &action, NULL) != 0) return -1;
    // Before anybody stands with the lock of the heap. Only one thread asks for this.
    static pid_t threads[MOST_THREADS];
    int count = list_others(threads);
    if (count < 0) return -1;
    atomic_store(&held_until, end);
    atomic_store(&is_held, 1);
    pid_t process = getpid();
    int signalled = 0;
    for (int index = 0; index < count; index++) {
        // One that has ended meanwhile stands for ever.
        if (syscall(SYS_tgkill, process, threads[index], SIGUSR1) == 0) signalled++;
    }
    uint64_t deadline = now() + PATIENCE;
    while (atomic_load(&standing) < signalled && now() < deadline) pause_briefly();
    *wanted = signalled;
    int seen = atomic_load(&standing);
    return seen < signalled ? seen : signalled;
}

int stress_release_threads(void) {
    atomic_store(&is_held, 0);
    uint64_t deadline = now() + PATIENCE;
    while (atomic_load(&standing) > 0 && now() < deadline) pause_briefly();
    return atomic_load(&standing);
}

void stress_end_within(unsigned seconds) {
    signal(SIGALRM, SIG_DFL);
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    alarm(seconds);
}
