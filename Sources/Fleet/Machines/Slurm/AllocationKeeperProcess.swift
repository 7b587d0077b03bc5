internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Glibc

/// The hidden `stress keep-allocation SALLOC NAME OPTIONS…`: keeps an allocation of Slurm's as long as its standard input is open, and
/// outlives whoever started it to give it back.
///
/// salloc gives back what it got when the program that it runs ends. That program waits for us, and first prints what Slurm told it of
/// the allocation: a line for each of ``names``. Where salloc is ended otherwise, or does not end, the job is cancelled by its name.
package enum AllocationKeeperProcess {
    /// What is printed of salloc's environment, a line each.
    static let names = ["SLURM_JOB_ID", "SLURM_JOB_NODELIST", "SLURM_TASKS_PER_NODE", "SLURM_CPUS_PER_TASK"]
    /// How long salloc may take to give back, in milliseconds, before it is asked as one asks a program to end, and then killed.
    private static let patienceMilliseconds = (first: 300, last: 3000)

    private static var script: String {
        names.map { "printf '%s\\n' \"$\($0)\"" }.joined(separator: "; ") + "; read -r line"
    }

    /// - Parameter arguments: what follows the subcommand: the path of salloc, the job's name, and options for salloc.
    package static func run(arguments: [String]) -> Never {
        for ignored in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP] { signal(ignored, SIG_IGN) }
        guard arguments.count >= 2 else { exit(64) }
        let (salloc, name) = (arguments[0], arguments[1])
        var ends: [Int32] = [-1, -1]
        guard stress_pipe(&ends, 0) == 0 else { exit(71) }
        let words =
            ["salloc"] + arguments.dropFirst(2) + ["--job-name=\(name)", "--no-kill", "/bin/sh", "-c", script]
        guard let process = spawn(salloc, words, input: ends[0]) else { exit(127) }
        close(ends[0])
        while !inputHasEnded(withinMilliseconds: 100) {
            // The job was cancelled, or never began.
            if let code = end(of: process) { exit(code) }
        }
        close(ends[1])
        if !hasEnded(process, withinMilliseconds: patienceMilliseconds.first) {
            // It still waits for its allocation, or for a program that somebody has stopped.
            kill(process, SIGTERM)
            if !hasEnded(process, withinMilliseconds: patienceMilliseconds.last) { kill(process, SIGKILL) }
        }
        if end(of: process, waits: true) != 0 { cancel(name, beside: salloc) }
        exit(0)
    }

    private static func spawn(_ path: String, _ words: [String], input: Int32) -> Int32? {
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: Int32 = 0
        let failure = stress_spawn(&process, path, &pointers, environ, nil, input, 1, 2)
        guard failure != 0 else { return process }
        let line = Array("\(path) cannot be started: \(String(cString: strerror(failure)))\n".utf8)
        _ = write(2, line, line.count)
        return nil
    }

    private static func inputHasEnded(withinMilliseconds milliseconds: Int32) -> Bool {
        var poller = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return false }
        var byte: UInt8 = 0
        let count = read(0, &byte, 1)
        return count == 0 || count < 0 && errno != EINTR
    }

    private static func hasEnded(_ process: Int32, withinMilliseconds milliseconds: Int) -> Bool {
        for _ in 0..<milliseconds / 10 where stress_look_at_child(process) == -1 { usleep(10_000) }
        return stress_look_at_child(process) != -1
    }

    /// The exit code of a child, or 128 and the signal that ended it; nil while it runs.
    private static func end(of process: Int32, waits: Bool = false) -> Int32? {
        var status: Int32 = 0
        var result: Int32
        repeat { result = waitpid(process, &status, waits ? 0 : WNOHANG) } while result < 0 && errno == EINTR
        guard result != 0 else { return nil }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }

    /// Cancels whatever of the user's has this name, which nobody else gives a job.
    private static func cancel(_ name: String, beside salloc: String) {
        let path = String(salloc[..<(salloc.lastIndex(of: "/") ?? salloc.startIndex)]) + "/scancel"
        var ends: [Int32] = [-1, -1]
        guard stress_pipe(&ends, 0) == 0,
            let process = spawn(path, ["scancel", "--name=\(name)", "--me"], input: ends[0])
        else { return }
        if !hasEnded(process, withinMilliseconds: 10_000) { kill(process, SIGKILL) }
        _ = end(of: process, waits: true)
    }
}
