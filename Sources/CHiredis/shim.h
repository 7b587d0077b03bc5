// What Swift cannot import by itself: hiredis without pkg-config's noise, and three calls that are variadic or that
// Swift's Glibc module lacks.
#ifndef STRESS_CHIREDIS_SHIM_H
#define STRESS_CHIREDIS_SHIM_H

#include <errno.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

/// Asks the kernel to send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
static inline int stress_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

#endif
