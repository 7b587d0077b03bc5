internal import FlashSale
internal import Glibc

/// How programs of this machine are found and started that ask others.
struct OutsidePrograms {
    /// Our own binary.
    var starter: String
    var environment: [String: String]

    /// The path of a program in PATH; nil where it is in none of its folders.
    func find(_ name: String) -> String? {
        let folders = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Starts a program that ends with us, however we end. To be called on a thread that lives longer than it.
    ///
    /// - Throws: ``RunError`` with 69 if the system has no room for it.
    func start(_ path: String, _ arguments: [String]) throws(RunError) -> OutsideProgram {
        try OutsideProgram(
            starter, ["die-with-parent", String(getpid()), path] + arguments, environment: environment)
    }

    /// Runs a program without input to its end.
    ///
    /// - Returns: nil where it did not end in time, and was killed.
    /// - Throws: ``RunError`` with 130 if somebody asked to stop, with 69 if it cannot be started.
    func run(
        _ path: String, _ arguments: [String], milliseconds: Int
    ) throws(RunError) -> OutsideProgram.Ending? {
        let program = try start(path, arguments)
        program.closeInput()
        defer { program.kill() }
        return try program.wait(milliseconds: milliseconds)
    }
}
