internal import CSystem
internal import Glibc
internal import Synchronization

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
    /// For how long all in all, in nanoseconds.
    package static var nanoseconds: UInt64 { stopped.load(ordering: .relaxed) }

    /// Starts to listen. To be called once, before any thread is started.
    package static func listen() {
        // Makes them now: a handler must not be the first to use them.
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
