internal import FlashSale
internal import RedisDriver

/// One try to start a server: from spawning its guard to its first answer.
struct ServerLaunch {
    enum Result {
        case ready(process: Int32, GuardHandle)
        /// Somebody else got the port first. Nothing of the try is left.
        case portTaken
        /// Nothing of the try is left.
        case failed(EmbeddedServerError)
    }

    private static let patienceMilliseconds = 10_000
    private static let pauseMilliseconds = 2

    private let settings: ServerSettings
    private var guardHandle: GuardHandle

    init(executable: String, settings: ServerSettings) throws(SystemError) {
        self.settings = settings
        guardHandle = try GuardHandle(executable: executable, settings: settings)
    }

    /// Listens to the guard and knocks at the server in turn.
    consuming func waitUntilReady() -> Result {
        let deadline = Deadline(milliseconds: Self.patienceMilliseconds)
        var process: Int32?
        while !deadline.hasPassed {
            switch guardHandle.next(withinMilliseconds: Self.pauseMilliseconds) {
            case .message(.folderMade): continue
            case .message(.started(let started)): process = started
            case .message(.ended(let how)): return giveUp("it ended with \(how)")
            case .message(.failed(let why)): return giveUp(why)
            case .ended: return giveUp("its guard ended")
            case .silence: break
            }
            guard let process, let state = askServer() else { continue }
            guard state.process == process else {
                guardHandle.stop()
                return .portTaken
            }
            guard state.maximumClients >= settings.maximumClients else {
                guardHandle.stop()
                return .failed(.tooFewClients(wanted: settings.maximumClients, allowed: state.maximumClients))
            }
            return .ready(process: process, guardHandle)
        }
        return giveUp("it did not answer within \(Self.patienceMilliseconds / 1000) seconds")
    }

    /// The process id and the limit of clients of whoever answers at the port. Nil while nobody does, or while the
    /// server still loads its data.
    private func askServer() -> (process: Int32, maximumClients: Int)? {
        let endpoint = RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: settings.port))
        do {
            var connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000)
            let server = try connection.call(["INFO", "server"])
            let clients = try connection.call(["INFO", "clients"])
            guard server.kind == .string, clients.kind == .string,
                let process = Self.field("process_id", of: server.string()).flatMap({ Int32($0) })
            else { return nil }
            // Redis lowers it without a word where it cannot have enough descriptors.
            let allowed = Self.field("maxclients", of: clients.string()).flatMap { Int($0) }
            return (process, allowed ?? settings.maximumClients)
        } catch {
            return nil
        }
    }

    private static func field(_ name: String, of information: String) -> Substring? {
        let lines = information.split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.utf8.count + 1)
    }

    private consuming func giveUp(_ reason: String) -> Result {
        let log = SmallFile.read(settings.logPath) ?? ""
        guardHandle.stop()
        if log.contains("Address already in use") || log.contains("Failed listening on port") { return .portTaken }
        let tail = log.split(whereSeparator: \.isNewline).suffix(8).map { "\n  \($0)" }.joined()
        return .failed(.didNotStart(reason + (tail.isEmpty ? "" : ". The end of its log:\(tail)")))
    }
}
