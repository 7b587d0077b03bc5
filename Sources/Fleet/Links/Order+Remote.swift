internal import Clients
internal import FlashSale
internal import Foundation
internal import Host
internal import RedisDriver
internal import Strategies

/// What an order means on the worker's machine.
extension CoordinatorMessage.Order {
    /// Where a worker on another machine keeps its journal until it is sent.
    private var temporaryFolder: String {
        let named = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        return named.hasPrefix("/") ? named : "/tmp"
    }

    /// - Throws: ``JournalError`` if it cannot be made.
    func journal() throws(JournalError) -> JournalWriter {
        isRemote
            ? try JournalWriter(unnamedIn: temporaryFolder, worker: worker)
            : try JournalWriter(path: journalPath, worker: worker)
    }

    /// Where names of units go; nil where nobody keeps them.
    ///
    /// - Throws: ``JournalError`` if it cannot be made.
    func names() throws(JournalError) -> JournalWriter? {
        guard let namesPath else { return nil }
        return isRemote
            ? try JournalWriter(unnamedIn: temporaryFolder, worker: worker, for: .names)
            : try JournalWriter(path: namesPath, worker: worker, for: .names)
    }

    /// The `run_id` of the server that buyers ask, as this machine sees it: a name such as `localhost` may mean another one on each.
    /// nil where it does not tell.
    var serverRun: String? {
        guard let endpoint,
            var connection = try? Connection(
                to: endpoint, name: connectionName, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000),
            let reply = try? connection.call(["INFO", "server"]), reply.kind == .string
        else { return nil }
        return ServerRun.id(inInfo: reply.string())
    }
}

/// What tells one process of a server from all others.
enum ServerRun {
    /// - Parameter text: the server's answer to INFO.
    static func id(inInfo text: String) -> String? {
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
        return line.map { String($0.dropFirst("run_id:".count)) }
    }
}

extension WorkerMessage.MachineFacts {
    static var here: Self {
        Self(host: Machine.hostName, kernel: Machine.kernel, cpuModel: Machine.processorModel, cores: Machine.cores)
    }
}

extension WorkerMessage.Delivered.File {
    /// - Parameter journal: one that nobody writes to any more.
    init(_ journal: JournalWriter) {
        let (bytes, digest) = journal.digest
        self.init(bytes: bytes, digest: digest.text)
    }
}
