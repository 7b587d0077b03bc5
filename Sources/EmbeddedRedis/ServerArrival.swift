internal import FlashSale
internal import Glibc
internal import RedisDriver

/// Waits for a server that a guard was ordered to start: from the order to its first answer.
struct ServerArrival {
    enum Result {
        case ready(ServerIdentity)
        /// Somebody else has the port.
        case portTaken
        case failed(EmbeddedServerError)
    }

    private static let patienceMilliseconds = 10_000
    /// For one that answers and still reads its data.
    private static let loadingMilliseconds = 120_000
    private static let pauseMilliseconds = 2
    /// After this many looks at the server alone comes one at all processes that it may have started, which takes
    /// longer.
    private static let looksBetweenSearches = 10

    private let settings: ServerSettings
    private let endpoint: RedisEndpoint
    /// Where the log of this start begins, in bytes.
    private let logStart: Int
    private var looks = 0

    /// - Parameter endpoint: the server's place, with the password that it was started with.
    init(settings: ServerSettings, endpoint: RedisEndpoint) {
        self.settings = settings
        self.endpoint = endpoint
        var status = stat()
        logStart = stat(settings.logPath, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Listens to the guard and asks the server in turn. What it started and did not find right still runs.
    mutating func wait(for guardHandle: inout GuardHandle) -> Result {
        let deadline = Deadline(milliseconds: Self.patienceMilliseconds)
        let lastDeadline = Deadline(milliseconds: Self.loadingMilliseconds)
        var isLoading = false
        var process: Int32?
        while !(isLoading ? lastDeadline : deadline).hasPassed {
            switch guardHandle.next(withinMilliseconds: Self.pauseMilliseconds) {
            case .message(.started(let started)): process = started
            case .message(.ended(let how)): return giveUp("it ended with \(how)")
            case .message(.failed(let why)), .message(.refused(let why)): return giveUp(why)
            case .ended: return giveUp("its guard ended")
            case .message, .silence: break
            }
            guard let process else { continue }
            switch look(at: process, of: guardHandle.process) {
            case .silent: continue
            case .loading: isLoading = true
            case .another(let what): return refuse(what)
            case .meant(let identity, let maximumClients): return accept(identity, maximumClients)
            }
        }
        let patience = isLoading ? Self.loadingMilliseconds : Self.patienceMilliseconds
        return giveUp("it did not \(isLoading ? "read its data" : "answer") within \(patience / 1000) seconds")
    }

    private func accept(_ identity: ServerIdentity, _ maximumClients: Int) -> Result {
        guard maximumClients >= settings.maximumClients else {
            return .failed(.tooFewClients(wanted: settings.maximumClients, allowed: maximumClients))
        }
        if settings.powerCutLibrary != nil, !SyncTable.isWritten(by: identity.processID, in: settings.folder) {
            return .failed(.cannotCutPower(PowerCutLibrary.wasNotLoaded(by: settings.program) + firstWords()))
        }
        return .ready(identity)
    }

    /// Nothing is sent before the system says that our server listens at the port: somebody else may have got it.
    private mutating func look(at process: Int32, of guardProcess: Int32) -> ServerInterview.Verdict {
        looks += 1
        let interview = ServerInterview(settings: settings, endpoint: endpoint, process: process)
        guard let addresses = ListeningSockets.addresses(of: [process]) else { return askWithoutSight(interview) }
        if addresses == settings.places { return interview.ask() }
        if let elsewhere = addresses.first(where: { !settings.places.contains($0) }) {
            return .another("it listens at \(elsewhere) instead of \(settings.places.joined(separator: " and "))")
        }
        guard looks.isMultiple(of: Self.looksBetweenSearches) else { return .silent }
        let family = ProcessStatus.members(ofSession: guardProcess).filter { $0 != process }
        guard let place = ListeningSockets.addresses(of: family)?.first else { return .silent }
        return .another("another process than the one that was started listens, at \(place)")
    }

    /// Without /proc, whoever answers may be a stranger. Our own server then cannot bind the port, and ends by itself.
    private func askWithoutSight(_ interview: ServerInterview) -> ServerInterview.Verdict {
        let verdict = interview.ask()
        if case .another = verdict { return .silent }
        return verdict
    }

    private func refuse(_ what: String) -> Result {
        .failed(
            .didNotStart(
                "what was started is not the server that was meant: \(what). It was ended at once. A script in "
                    + "STRESS_REDIS_SERVER must become the server (exec), hand on its arguments and its standard input, "
                    + "and add no settings of its own\(lastWords())"))
    }

    private func giveUp(_ reason: String) -> Result {
        let log = SmallFile.read(settings.logPath, from: logStart) ?? ""
        if log.contains("Address already in use") || log.contains("Failed listening on port") { return .portTaken }
        return .failed(.didNotStart(reason + lastWords()))
    }

    /// The start of the server's log, where the system's loader says what it could not load.
    private func firstWords() -> String {
        let log = SmallFile.read(settings.logPath, from: logStart) ?? ""
        let head = log.split(whereSeparator: \.isNewline).prefix(2).map { "\n  \($0)" }.joined()
        return head.isEmpty ? "" : ". The start of its log:\(head)"
    }

    /// The end of the server's log, which goes with its folder.
    private func lastWords() -> String {
        let log = SmallFile.read(settings.logPath, from: logStart) ?? ""
        let tail = log.split(whereSeparator: \.isNewline).suffix(8).map { "\n  \($0)" }.joined()
        return tail.isEmpty ? "" : ". The end of its log:\(tail)"
    }
}
