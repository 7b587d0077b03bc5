internal import CSyncTable
internal import Glibc

/// The time of day of a private server that was started with `stopsClock`: it stands still until somebody sets it, so that nothing
/// lapses or expires by itself.
package struct ServerClock: Sendable {
    /// The file's name in the server's folder.
    static let name = "stress.clock"
    /// The environment variable that tells the server of it.
    static let variable = STRESS_SERVER_CLOCK_VARIABLE

    private let path: String
    private let program: String

    init(_ settings: ServerSettings) {
        path = Self.path(in: settings.folder)
        program = settings.program
    }

    static func path(in folder: String) -> String { "\(folder)/\(name)" }

    /// Makes it; an earlier one is kept. The clock runs until it is set.
    static func make(in folder: String) throws(SystemError) {
        let file = open(path(in: folder), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError(number: errno) }
        defer { close(file) }
        let failure = posix_fallocate(file, 0, MemoryLayout<stress_server_clock>.size)
        guard failure == 0 else { throw SystemError(number: failure) }
    }

    /// Sets the server's clock: from now on it stands there.
    ///
    /// - Parameter milliseconds: since 1970, more than 0.
    /// - Returns: whether the server can read it; false where its folder is gone.
    package func set(milliseconds: Int) -> Bool {
        let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var clock = stress_server_clock(microseconds: Int64(milliseconds) * 1000)
        let size = MemoryLayout<stress_server_clock>.size
        return pwrite(file, &clock, size, 0) == size
    }

    /// What is wrong with a server that does not follow it.
    package var isNotFollowed: EmbeddedServerError { .cannotStopClock(PowerCutLibrary.wasNotLoaded(by: program)) }
}
