// What Swift cannot import by itself: hiredis without pkg-config's noise, and three calls that are variadic or that
// Swift's Glibc module lacks.
#ifndef STRESS_CHIREDIS_SHIM_H
#define STRESS_CHIREDIS_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

/// Asks the kernel to send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
static inline int stress_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// A pipe whose ends no child inherits: `ends[0]` to read, `ends[1]` to write. 0, or -1 with errno.
static inline int stress_pipe(int ends[2], int is_non_blocking) {
    if (pipe(ends) != 0) return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        if (is_non_blocking) fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

#endif
