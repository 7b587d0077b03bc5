internal import CLinux
internal import FlashSale
internal import Glibc
internal import Host
internal import Synchronization

/// The connections of a run: processes of ssh that stay logged in, over which sessions are started without logging in again.
final class SSHConnections: Sendable {
    let command: SSHCommand
    let folder: SSHFolder
    private let masters = Mutex<[Master]>([])

    /// A connection, and the socket over which it is used.
    struct Master: Sendable {
        var program: SpawnedProgram
        var socket: String
    }

    /// Why a host cannot be used, in words for the user, without its name and without the end of a sentence.
    struct Failure: Error {
        var message: String
    }

    /// Workers over one connection. An sshd lets ten sessions in by default (MaxSessions), and one is for ourselves.
    static let workersOfOne = 8
    /// How often a connection is tried that an sshd refused because too many came.
    private static let tries = 4

    init(_ command: SSHCommand, folder: SSHFolder) {
        self.command = command
        self.folder = folder
    }

    static var isWanted: Bool { Interruption.requests == 0 }

    /// Starts connections to a host, and waits until they can be used.
    ///
    /// - Parameters:
    ///   - numbers: names for them, each its own. Eight are the most: sshd has no time for many that are not logged in yet
    ///     (MaxStartups).
    ///   - name: of the host in files.
    func open(_ host: RemoteHost, name: String, numbers: Range<Int>) throws(Failure) -> [Master] {
        var opened: [Int: Master] = [:]
        for attempt in 1...Self.tries {
            var begun: [(number: Int, master: Master)] = []
            for number in numbers where opened[number] == nil {
                begun.append((number, try begin(host, name: "\(name)-\(number).\(attempt)")))
            }
            var refusal: Failure?
            for (number, master) in begun {
                do {
                    try waitUntilOpen(host, master)
                    opened[number] = master
                } catch {
                    guard Self.isCrowded(error.message), attempt < Self.tries, Self.isWanted else { throw error }
                    refusal = error
                }
            }
            guard refusal != nil else { break }
            // Others log in there, too.
            Clock.sleep(until: Clock.nanoseconds() + UInt64(attempt) * UInt64.random(in: 200_000_000...400_000_000))
        }
        return numbers.compactMap { opened[$0] }
    }

    private static func isCrowded(_ message: String) -> Bool { message.contains("MaxStartups") }

    private func begin(_ host: RemoteHost, name: String) throws(Failure) -> Master {
        let socket = "\(folder.path)/\(name)"
        do {
            let program = try SpawnedProgram.start(
                command.executable, command.master(host, socket: socket), output: "/dev/null",
                errors: "\(socket).errors")
            folder.keep(program.process)
            let master = Master(program: program, socket: socket)
            masters.withLock { $0.append(master) }
            return master
        } catch {
            throw Failure(message: error.message)
        }
    }

    private func waitUntilOpen(_ host: RemoteHost, _ master: Master) throws(Failure) {
        // ssh has a time-out of its own, which its user may have chosen.
        let deadline = Clock.nanoseconds() + UInt64(SSHCommand.connectSeconds * 6) * 1_000_000_000
        while access(master.socket, F_OK) != 0 {
            if let ending = master.program.ending {
                let errors = SpawnedProgram.tail(master.program.errors, bytes: 4096)
                let reason = SSHTrouble.sentence(
                    host: host.destination, exitCode: ending.exitCode, errors: errors)
                throw Failure(message: reason ?? "ssh ended at once (\(ending))")
            }
            guard Self.isWanted else { throw Failure(message: "interrupted") }
            guard Clock.nanoseconds() < deadline else {
                throw Failure(message: "it let us log in for \(SSHCommand.connectSeconds * 6) seconds without an end")
            }
            Clock.sleep(until: Clock.nanoseconds() + 3_000_000)
        }
    }

    /// What was said on a connection itself, at its end.
    static func errors(_ master: Master) -> String { SpawnedProgram.tail(master.program.errors, bytes: 4096) }

    /// Ends all connections, and what still runs over them.
    func close() {
        let all = masters.withLock { masters in
            defer { masters = [] }
            return masters
        }
        // Its end is what `ssh -O exit` asks for, too.
        for master in all where master.program.ending == nil { kill(master.program.process, SIGTERM) }
        let deadline = Clock.nanoseconds() + 1_000_000_000
        while Clock.nanoseconds() < deadline, all.contains(where: { $0.program.ending == nil }) {
            Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
        }
        for master in all {
            // What it started to reach the host is in its group.
            master.program.kill()
            master.program.reap()
        }
    }
}
