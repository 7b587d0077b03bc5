package import FlashSale
internal import Foundation
internal import Host
internal import Synchronization

/// Starts workers on other machines through ssh.
///
/// Each host gets a connection for every eight workers, over which sessions start without logging in again, and our program, if it is
/// not there. Connections are ours alone: they end with us, however we end.
package struct SSHEngine: FleetEngine {
    private let hosts: HostList
    private let command: SSHCommand
    private let executable: String
    private let remoteBinary: String?
    private let environment: [String: String]
    private var connections: SSHConnections?
    private var folder: SSHFolder?
    private var rooms: [SSHPreparation.Room] = []
    /// The place of each worker's host, and the number of the worker there.
    private var places: [(host: Int, number: Int)] = []

    /// Hosts that are made ready at a time.
    private static let hostsAtATime = 32

    /// - Parameters:
    ///   - executable: our own program, which is sent to hosts that lack it: a path.
    ///   - remoteBinary: where it is on every host, and then nothing is sent.
    ///   - environment: `TMPDIR` and `PATH` are read.
    /// - Throws: ``RunError`` with 64 for a path that is not absolute or has signs that a shell takes for its own.
    package init(
        _ hosts: HostList, by command: SSHCommand, executable: String, remoteBinary: String? = nil,
        environment: [String: String]
    ) throws(RunError) {
        if let remoteBinary, !HostScript.isPlain(remoteBinary) {
            throw RunError(
                .usage,
                "--remote-binary \(remoteBinary): an absolute path without quotes, backslashes and exclamation marks is wanted"
            )
        }
        self.hosts = hosts
        self.command = command
        self.executable = executable
        self.remoteBinary = remoteBinary
        self.environment = environment
    }

    /// How many hosts our program had to be sent to.
    package var receivers: Int { rooms.filter(\.wasSent).count }

    package mutating func prepare(workers: Int) throws(RunError) {
        guard workers <= hosts.slots else {
            throw RunError(
                .usage,
                "--procs \(workers): as many workers as the hosts have slots are the most, and these have \(hosts.slots)"
            )
        }
        guard let image = BinaryImage(path: executable) else {
            throw RunError(.bug, "\(executable) is no program for Linux that could be sent to another machine")
        }
        let folder = try SSHFolder(command, environment: environment)
        self.folder = folder
        let connections = SSHConnections(command, folder: folder)
        self.connections = connections
        let preparation = SSHPreparation(
            connections: connections, fitness: HostFitness(image: image, version: Version.current),
            parcel: try BinaryParcel(binary: executable, folder: folder.path, environment: environment),
            remoteBinary: remoteBinary)
        var counts: [Int] = []
        places = hosts.places(workers: workers).map { host in
            if host == counts.count { counts.append(0) }
            defer { counts[host] += 1 }
            return (host, counts[host])
        }
        rooms = try Self.prepare(Array(zip(hosts.hosts, counts)), by: preparation)
    }

    private static func prepare(
        _ hosts: [(host: RemoteHost, workers: Int)], by preparation: SSHPreparation
    ) throws(RunError) -> [SSHPreparation.Room] {
        let results = Results()
        SharedWork.perform(hosts.count, threads: hostsAtATime) { index in
            guard SSHConnections.isWanted else { return }
            let result = Result { () throws(SSHConnections.Failure) in
                try preparation.prepare(hosts[index].host, name: "h\(index)", workers: hosts[index].workers)
            }
            results.all.withLock { $0[index] = result }
        }
        try Interruption.check()
        var rooms: [SSHPreparation.Room] = []
        var failures: [String] = []
        let all = results.all.withLock { $0 }
        for (index, host) in hosts.enumerated() {
            switch all[index] {
            case .success(let room): rooms.append(room)
            case .failure(let failure): failures.append("\(host.host.shown): \(failure.message)")
            case nil: failures.append("\(host.host.shown): it was not looked at")
            }
        }
        guard failures.isEmpty else { throw RunError(.unavailable, sentence(failures, of: hosts.count)) }
        return rooms
    }

    /// What became of hosts, by their places.
    private final class Results: Sendable {
        let all = Mutex<[Int: Result<SSHPreparation.Room, SSHConnections.Failure>]>([:])
    }

    /// - Parameter failures: each with the host's name.
    private static func sentence(_ failures: [String], of count: Int) -> String {
        let shown = 5
        guard failures.count > 1 else { return "host \(failures[0])" }
        return "\(failures.count) of \(count) hosts cannot be used; " + failures.prefix(shown).joined(separator: "; ")
            + (failures.count > shown ? "; and \(failures.count - shown) more" : "")
    }

    package func launch(worker: Int) -> WorkerLaunch {
        let place = places[worker]
        let room = rooms[place.host]
        return WorkerLaunch(
            engine: .ssh, machine: room.host.shown, executable: command.executable,
            arguments: command.session(
                room.host, socket: master(of: worker).socket, command: HostScript.worker(room.program)))
    }

    private func master(of worker: Int) -> SSHConnections.Master {
        let place = places[worker]
        return rooms[place.host].masters[place.number / SSHConnections.workersOfOne]
    }

    package func reason(worker: Int, exitCode: Int32?, errors: String) -> String? {
        guard places.indices.contains(worker), places[worker].host < rooms.count else { return nil }
        // What the connection says about its end is more than what the session says.
        return SSHTrouble.sentence(
            host: rooms[places[worker].host].host.destination, exitCode: exitCode,
            errors: errors + "\n" + SSHConnections.errors(master(of: worker)))
    }

    package mutating func close() {
        connections?.close()
        folder?.remove()
        connections = nil
        folder = nil
    }
}
