internal import Glibc
internal import Synchronization

/// The lines on a terminal that a display rewrites again and again: how many there are now, so that a Ctrl-Z takes them away
/// before the shell is back, and whoever goes on later starts anew.
package enum LiveLines {
    private static let count = Atomic(0)

    /// The display has written so many on standard error, and the cursor is in the last.
    package static func put(_ lines: Int) { count.store(lines, ordering: .relaxed) }

    /// How many are there. From now on nobody but the caller takes them away.
    package static func take() -> Int { count.exchange(0, ordering: .relaxed) }

    /// Takes them away, with nothing but calls that POSIX allows in a signal's handler.
    static func erase() {
        let lines = take()
        guard lines > 0 else { return }
        write("\r")
        for _ in 1..<max(lines, 1) { write("\u{1B}[A") }
        write("\u{1B}[J")
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }
}
