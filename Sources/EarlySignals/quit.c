// Swift's runtime takes SIGQUIT for a crash: in the milliseconds before `main` it would print a report of one, and at a terminal wait
// there for an answer. Functions of .preinit_array run before the runtime's own, which leaves a signal alone that has a handler.

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void end(int signal) {
    static const char sentence[] = "stress: interrupted\n";
    (void)signal;
    (void)!write(STDERR_FILENO, sentence, sizeof sentence - 1);
    _exit(130);
}

static void handle_quit(void) {
    struct sigaction action;
    // A parent that had it ignored, as nohup and shells for jobs in the background do, meant it.
    if (sigaction(SIGQUIT, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
    signal(SIGQUIT, end);
}

__attribute__((section(".preinit_array"), used)) static void (*const handle_quit_first)(void) = handle_quit;
