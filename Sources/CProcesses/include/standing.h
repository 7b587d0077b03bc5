// Letting all threads of this process but one stand still, wherever they are, as SIGSTOP does with all of them.
#ifndef STRESS_CSTANDING_H
#define STRESS_CSTANDING_H

/// Stops every thread of this process but the caller's, until `stress_release_threads` or until CLOCK_MONOTONIC comes to `end`,
/// whichever is first. `wanted` gets how many there are. How many were seen to stand still within two seconds, or -1 with errno.
///
/// A thread may stand still with the lock of the heap: what the caller does meanwhile may then wait for `end`.
int stress_hold_threads(unsigned long long end, int *wanted);

/// Lets them go on. How many still stand after two seconds.
int stress_release_threads(void);

/// Ends this process as SIGKILL does, after so many seconds from now at the latest, whatever its threads wait for.
void stress_end_within(unsigned seconds);

#endif
