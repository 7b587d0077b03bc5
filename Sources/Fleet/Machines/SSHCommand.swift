package import FlashSale
internal import Foundation
internal import Host

/// How ssh is called. It reads its user's own configuration, as in any terminal.
package struct SSHCommand: Sendable, Equatable {
    /// An absolute path.
    package var executable: String
    /// What stands behind the program in `--ssh`.
    package var options: [String]

    /// Seconds until a host that does not answer is given up.
    static let connectSeconds = 10

    /// - Parameters:
    ///   - text: a program, and options of it, with quotes as in a shell; nil for `STRESS_SSH`, and without that for `ssh`.
    ///   - environment: `STRESS_SSH` and `PATH` are read.
    /// - Throws: ``RunError`` with 64 where there is no such program.
    package init(_ text: String?, environment: [String: String]) throws(RunError) {
        let source = text != nil ? "--ssh" : "STRESS_SSH"
        let given = text ?? environment["STRESS_SSH"].flatMap { $0.isEmpty ? nil : $0 } ?? "ssh"
        guard let words = try? ShellWords.split(given), let program = words.first, !program.isEmpty else {
            throw RunError(
                .usage,
                "\(source) '\(given)': a program and its options are wanted, such as 'ssh -i key', with quotes in pairs"
            )
        }
        guard let path = Self.find(program, in: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") else {
            throw RunError(
                .usage,
                "\(program) is wanted to reach other machines, and there is no such program: install OpenSSH's client, or name "
                    + "another with --ssh")
        }
        executable = path
        options = Array(words.dropFirst())
    }

    private static func find(_ program: String, in path: String) -> String? {
        guard !program.contains("/") else {
            let absolute = program.hasPrefix("/") ? program : FileManager.default.currentDirectoryPath + "/" + program
            return FileManager.default.isExecutableFile(atPath: absolute) ? absolute : nil
        }
        return path.split(separator: ":").map { "\($0)/\(program)" }.first {
            $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    // MARK: Arguments

    /// Of the first option of a name ssh takes the value, so that what has to hold stands before the user's own, and what may be
    /// chosen otherwise behind them.
    private func arguments(socket: String, isMaster: Bool, _ host: RemoteHost) -> [String] {
        let firm = [
            "BatchMode=yes", "ControlMaster=\(isMaster ? "yes" : "no")", "ControlPath=\(socket)", "ControlPersist=no",
            "RemoteCommand=none", "ClearAllForwardings=yes", "LogLevel=INFO",
        ]
        let usual = ["ConnectTimeout=\(Self.connectSeconds)", "ServerAliveInterval=1", "ServerAliveCountMax=3"]
        return ["-T", "-a", "-x"] + firm.flatMap { ["-o", $0] } + options + usual.flatMap { ["-o", $0] }
            + (host.port.map { ["-p", String($0)] } ?? [])
    }

    /// A connection that others use: it listens at `socket` as soon as it is logged in, and asks for no session itself.
    func master(_ host: RemoteHost, socket: String) -> [String] {
        arguments(socket: socket, isMaster: true, host) + ["-N", "--", host.destination]
    }

    /// A session on the connection at `socket`. ssh makes one of its own where that is gone, or has no room.
    ///
    /// - Parameter command: for the shell of the user there, whichever that is.
    func session(_ host: RemoteHost, socket: String, command: String) -> [String] {
        arguments(socket: socket, isMaster: false, host) + ["--", host.destination, command]
    }

    /// Ends the connection at `socket`, without asking the host.
    func exit(socket: String) -> [String] { ["-o", "ControlPath=\(socket)"] + options + ["-O", "exit", "--", "host"] }
}
