internal import Glibc
internal import Synchronization

/// The lines on a terminal that a display rewrites again and again: how many there are now, so that a Ctrl-Z takes them away
/// before the shell is back, and whoever goes on later starts anew.
package enum LiveLines {
    private static let count = Atomic(0)
    /// Whether the display is writing just now: what is on the screen is then not what was counted.
    private static let isBeingWritten = Atomic(false)
    /// Whether the shell has the screen, or gets it next.
    private static let isAway = Atomic(false)
    private static let patienceMilliseconds = 1000

    /// Lets the display write on standard error, unless a Ctrl-Z has just taken the screen from it.
    ///
    /// - Parameter write: is told how many lines are there, with the cursor in the last, and says how many there are afterwards.
    package static func rewrite(_ write: (_ lines: Int) -> Int) {
        // A handler on this thread would wait for the thread that it interrupts.
        var stop = sigset_t()
        var outside = sigset_t()
        sigemptyset(&stop)
        sigaddset(&stop, SIGTSTP)
        pthread_sigmask(SIG_BLOCK, &stop, &outside)
        isBeingWritten.store(true, ordering: .sequentiallyConsistent)
        if !isAway.load(ordering: .sequentiallyConsistent) {
            count.store(write(count.load(ordering: .relaxed)), ordering: .relaxed)
        }
        isBeingWritten.store(false, ordering: .sequentiallyConsistent)
        pthread_sigmask(SIG_SETMASK, &outside, nil)
    }

    /// To be called once before there is a handler, which must not be the first to use what is here.
    static func prepare() {
        isAway.store(false, ordering: .relaxed)
        isBeingWritten.store(false, ordering: .relaxed)
        count.store(0, ordering: .relaxed)
    }

    /// Takes the lines away and lets none appear before ``comeBack()``, with nothing but calls that POSIX allows in a signal's
    /// handler.
    static func goAway() {
        isAway.store(true, ordering: .sequentiallyConsistent)
        // Not forever: a terminal may be held by a Ctrl-S.
        for _ in 0..<patienceMilliseconds where isBeingWritten.load(ordering: .sequentiallyConsistent) {
            poll(nil, 0, 1)
        }
        let lines = count.exchange(0, ordering: .relaxed)
        guard lines > 0 else { return }
        write("\r")
        for _ in 1..<max(lines, 1) { write("\u{1B}[A") }
        write("\u{1B}[J")
    }

    static func comeBack() { isAway.store(false, ordering: .sequentiallyConsistent) }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }
}
