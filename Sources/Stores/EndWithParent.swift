internal import CLinux
internal import Glibc

/// The hidden `stress end-with-parent PPID PROGRAM ARGUMENTS…`: runs PROGRAM in its own process group, ends as that does, and takes
/// the whole group along when its own parent ends, however that comes: a script may have started others.
package enum EndWithParent {
    /// What the kernel sends where the parent has ended. Nobody else sends it.
    private static let parentsEnd = SIGUSR2

    /// - Parameter arguments: what follows the subcommand.
    package static func run(arguments: [String]) -> Never {
        guard arguments.count >= 2, let parent = Int32(arguments[0]) else {
            complain("wanted PPID PROGRAM ARGUMENTS…, found \(arguments.count) arguments")
            exit(64)
        }
        signal(parentsEnd) { _ in kill(0, SIGKILL) }
        guard stress_set_parent_death_signal(parentsEnd) == 0 else {
            complain("prctl: \(String(cString: strerror(errno)))")
            exit(70)
        }
        // A parent that ended before the call above sends no signal any more.
        guard getppid() == parent else { exit(0) }
        // Who asks the group to end means the program, whose end is ours.
        signal(SIGTERM, SIG_IGN)
        var status: Int32 = 0
        let process = spawn(Array(arguments.dropFirst()))
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let number = status & 0x7f
        guard number != 0 else { exit(status >> 8 & 0xff) }
        signal(number, SIG_DFL)
        raise(number)
        exit(128 + number)
    }

    private static func spawn(_ words: [String]) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var pointers = words.map { strdup($0) } + [nil]
        var process: Int32 = 0
        let failure = posix_spawn(&process, words[0], nil, &attributes, &pointers, environ)
        guard failure == 0 else {
            complain("cannot run \(words[0]): \(String(cString: strerror(failure)))")
            exit(127)
        }
        return process
    }

    private static func complain(_ text: String) {
        let line = Array("stress end-with-parent: \(text)\n".utf8)
        _ = write(2, line, line.count)
    }
}
