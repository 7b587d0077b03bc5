#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int stress_spawn(int *process, const char *path, char *const *arguments, char *const *environment, const char *folder, int input,
                 int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    // The caller may run with signals blocked or ignored; exec would hand both on.
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    failure = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, errors, 2);
    if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (failure == 0 && folder != NULL) failure = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (failure == 0) failure = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int stress_process_descriptor(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int stress_signal_process(int descriptor, int signal) { return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0); }

int stress_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int stress_look_at_child(int process) {
    siginfo_t info;
    int result;
    info.si_pid = 0;
    do {
        result = waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT | WNOHANG);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return -2;
    if (info.si_pid == 0) return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 256 + info.si_status;
}
