internal import FlashSale
internal import Glibc
internal import Host

/// A command runs on a thread whose stack is ours to choose: the main thread's is as small as `ulimit -s` says.
///
/// Children that die with the thread that started them die with the process, since that thread never ends before it.
enum OwnThread {
    /// Runs what ends the process.
    static func run(_ body: @escaping @Sendable () -> Void) -> Never {
        do throws(ThreadError) {
            try JoinableThread(stackBytes: JoinableThreadStack.ofCommand, body).join()
        } catch {
            Terminal.note("\(error): at least one of 8 MiB is needed; raise the limits (ulimit -u, ulimit -v)")
            Glibc.exit(ExitStatus.unavailable.rawValue)
        }
        Glibc.exit(ExitStatus.upheld.rawValue)
    }
}
