// Starting programs with exactly the descriptors, signals and session that are meant. Nothing but numbers and texts goes through
// here, so that no type of the system's belongs to this module or to another, whichever the compiler met first.
#ifndef STRESS_CPROCESSES_H
#define STRESS_CPROCESSES_H

/// Starts the program at `path` in a session of its own, in `folder`, with these as its standard streams and no other descriptor.
/// 0 and its number in `process`, or errno.
int stress_spawn(int *process, const char *path, char *const *arguments, char *const *environment, const char *folder, int input,
                 int output, int errors);

/// A descriptor that can be read once the process, a child, has ended. -1 with errno where there is none.
int stress_process_descriptor(int process);

/// A descriptor that others make readable by writing 8 bytes. -1 with errno where there is none.
int stress_wake_descriptor(void);

/// Sends a signal to the process of a descriptor, which may be no child. 0, or -1 with errno.
int stress_signal_process(int descriptor, int signal);

/// How a child ended that was not waited for: its exit code, or 256 and the number of the signal. -1 while it runs, -2 where it is
/// no child. It stays a zombie, so that its number stays its own.
int stress_look_at_child(int process);

#endif
