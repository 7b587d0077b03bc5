#ifndef STRESS_C_TEST_SUPPORT_H
#define STRESS_C_TEST_SUPPORT_H

#include <fcntl.h>
#include <spawn.h>

// What Swift's Glibc module lacks, because it is built without _GNU_SOURCE.
extern int pipe2(int ends[2], int flags);
extern int posix_openpt(int flags);
extern int grantpt(int terminal);
extern int unlockpt(int terminal);
extern char *ptsname(int terminal);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *folder);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

#endif
