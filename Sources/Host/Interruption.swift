internal import CSystem
package import FlashSale
internal import Glibc
internal import Synchronization

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT, as something that a poll loop can see.
package enum Interruption {
    private static let count = Atomic(0)
    nonisolated(unsafe) private static var writeEnd: Int32 = -1
    /// Can be read after a signal.
    package nonisolated(unsafe) private(set) static var descriptor: Int32 = -1

    /// Starts to listen. To be called once, before any thread is started.
    package static func listen() {
        var ends: [Int32] = [-1, -1]
        guard stress_pipe(&ends, 1) == 0 else { return }
        descriptor = ends[0]
        writeEnd = ends[1]
        signal(SIGPIPE, SIG_IGN)
        for name in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where !isIgnored(name) {
            signal(name) { _ in
                let before = errno
                Interruption.count.add(1, ordering: .relaxed)
                var byte: UInt8 = 1
                _ = write(Interruption.writeEnd, &byte, 1)
                errno = before
            }
        }
    }

    /// Whether the process that started us had a signal ignored, as nohup does, and shells for background jobs.
    static func isIgnored(_ name: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(name, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// How often somebody asked to stop.
    package static var requests: Int { count.load(ordering: .relaxed) }

    /// Empties the pipe, so that the next poll waits again.
    package static func acknowledge() {
        var bytes = [UInt8](repeating: 0, count: 16)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }

    /// - Throws: ``RunError`` with 130 if somebody asked to stop.
    package static func check() throws(RunError) {
        if requests > 0 { throw RunError(.interrupted, "interrupted before the doors opened; nothing was sold") }
    }
}
