internal import CLinux
internal import Glibc

/// The hidden `stress die-with-parent PPID PROGRAM ARGUMENTS…`: becomes PROGRAM, which the kernel kills when the
/// thread that started it ends.
package enum DieWithParent {
    /// - Parameter arguments: what follows the subcommand.
    package static func run(arguments: [String]) -> Never {
        guard arguments.count >= 2, let parent = Int32(arguments[0]) else {
            complain("wanted PPID PROGRAM ARGUMENTS…, found \(arguments.count) arguments")
            exit(64)
        }
        guard stress_set_parent_death_signal(SIGKILL) == 0 else {
            complain("prctl: \(SystemError(number: errno))")
            exit(70)
        }
        // A parent that ended before the call above sends no signal any more.
        guard getppid() == parent else { exit(0) }
        raiseOpenFilesLimit()
        if getenv(SyncTable.variable) != nil || getenv(ServerClock.variable) != nil { preload() }
        var pointers = arguments.dropFirst().map { strdup($0) } + [nil]
        execv(arguments[1], &pointers)
        complain("cannot run \(arguments[1]): \(SystemError(number: errno))")
        exit(127)
    }

    /// The program, and not this one, gets the library of power cuts and stopped clocks, before any that the user has it load. A path could not be
    /// named here: a space or a colon would end it.
    private static func preload() {
        let others = getenv("LD_PRELOAD").map { ":" + String(cString: $0) } ?? ""
        setenv("LD_PRELOAD", "/proc/self/fd/\(PowerCutLibrary.descriptor)" + others, 1)
    }

    /// As far as an ordinary user may. Root's Redis raises the hard limit by itself.
    private static func raiseOpenFilesLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func complain(_ text: String) {
        let line = Array("stress die-with-parent: \(text)\n".utf8)
        _ = write(2, line, line.count)
    }
}
