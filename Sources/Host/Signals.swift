internal import CLinux
package import FlashSale
internal import Glibc
internal import Synchronization

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT, as something that a poll loop can see.
package enum Interruption {
    private static let count = Atomic(0)
    nonisolated(unsafe) private static var writeEnd: Int32 = -1
    /// Can be read after a signal.
    package nonisolated(unsafe) private(set) static var descriptor: Int32 = -1

    /// What is said where a signal ends this process.
    nonisolated(unsafe) private static var sentence: StaticString = "stress: interrupted\n"

    /// Until ``listen()``, a signal ends this process with 130 and a sentence. To be called first of all, since nothing is there yet
    /// that would have to be cleaned up, but for what a guard removes, whatever ends us. Without it SIGQUIT would end in a report of a
    /// crash.
    ///
    /// - Parameter sentence: a whole line.
    package static func endAtOnce(saying sentence: StaticString) {
        Self.sentence = sentence
        for name in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where !isIgnored(name) {
            signal(name) { _ in
                let sentence = Interruption.sentence
                _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
                _exit(130)
            }
        }
    }

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
    package static func isIgnored(_ name: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(name, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// How often somebody asked to stop.
    package static var requests: Int { count.load(ordering: .relaxed) }

    /// Asks to stop, as a signal does.
    package static func request() {
        count.add(1, ordering: .relaxed)
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

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

/// Ctrl-Z: SIGTSTP stops this process, and with it those of its children that a terminal's signals do not reach. SIGCONT
/// lets all of them go on.
///
/// Everything is done in the handler, with nothing but calls that POSIX allows there, so that no moment of a run is exempt.
package enum Suspension {
    private static let capacity = 1024
    /// The processes that stop and go on with this one; 0 where there is none.
    nonisolated(unsafe) private static let followers = {
        let places = UnsafeMutablePointer<Atomic<Int32>>.allocate(capacity: capacity)
        for place in 0..<capacity { (places + place).initialize(to: Atomic(0)) }
        return places
    }()
    private static let stops = Atomic(0)
    private static let stopped = Atomic<UInt64>(0)

    /// How often this process was stopped that way.
    package static var count: Int { stops.load(ordering: .relaxed) }
    /// For how long in total, in nanoseconds.
    package static var nanoseconds: UInt64 { stopped.load(ordering: .relaxed) }

    /// Starts to listen. To be called once, before any thread is started.
    package static func listen() {
        // Makes them now: a handler must not be the first to use them.
        LiveLines.prepare()
        _ = followers.pointee.load(ordering: .relaxed)
        _ = nanoseconds + UInt64(count)
        guard !Interruption.isIgnored(SIGTSTP) else { return }
        handle()
    }

    private static func handle() { signal(SIGTSTP) { _ in Suspension.suspend() } }

    private static func suspend() {
        let before = errno
        let start = Clock.nanoseconds()
        tellFollowers(SIGSTOP)
        LiveLines.goAway()
        // The default action stops this process, as the waiting shell expects. The signal is blocked during its
        // handler.
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        var this = sigset_t()
        var outside = sigset_t()
        sigemptyset(&this)
        sigaddset(&this, SIGTSTP)
        pthread_sigmask(SIG_UNBLOCK, &this, &outside)
        // Here time passes, until SIGCONT.
        pthread_sigmask(SIG_SETMASK, &outside, nil)
        handle()
        LiveLines.comeBack()
        tellFollowers(SIGCONT)
        stops.add(1, ordering: .relaxed)
        stopped.add(Clock.nanoseconds() &- start, ordering: .relaxed)
        errno = before
    }

    private static func tellFollowers(_ signal: Int32) {
        for place in 0..<capacity {
            let process = followers[place].load(ordering: .relaxed)
            if process > 0 { kill(process, signal) }
        }
    }

    /// A child stops with this process from now on.
    package static func follow(_ process: Int32) {
        for place in 0..<capacity {
            if followers[place].compareExchange(expected: 0, desired: process, ordering: .relaxed).exchanged { return }
        }
    }

    /// A child is gone, and its number may be another's.
    package static func forget(_ process: Int32) {
        for place in 0..<capacity {
            _ = followers[place].compareExchange(expected: process, desired: 0, ordering: .relaxed)
        }
    }
}
