internal import FlashSale
internal import RedisDriver

/// One try to start a server: from spawning its guard to its first answer.
struct ServerLaunch {
    enum Result {
        case ready(process: Int32, RedisEndpoint, GuardHandle)
        /// Somebody else got the port first. Nothing of the try is left.
        case portTaken
        /// Nothing of the try is left.
        case failed(EmbeddedServerError)
    }

    private static let patienceMilliseconds = 10_000
    private static let pauseMilliseconds = 2

    /// After this many looks at the server alone comes one at all processes that it may have started, which takes
    /// longer.
    private static let looksBetweenSearches = 10

    private let settings: ServerSettings
    private let endpoint: RedisEndpoint
    private var guardHandle: GuardHandle
    private var looks = 0

    init(executable: String, settings: ServerSettings, password: RunPassword?) throws(SystemError) {
        self.settings = settings
        endpoint = RedisEndpoint(
            transport: .tcp(host: ServerSettings.address, port: settings.port), password: password?.text)
        guardHandle = try GuardHandle(executable: executable, settings: settings, password: password)
    }

    /// Listens to the guard and asks the server in turn.
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
            guard let process else { continue }
            switch look(at: process) {
            case .silent: continue
            case .another(let what): return refuse(what)
            case .meant(let maximumClients):
                guard maximumClients >= settings.maximumClients else {
                    guardHandle.stop()
                    return .failed(.tooFewClients(wanted: settings.maximumClients, allowed: maximumClients))
                }
                return .ready(process: process, endpoint, guardHandle)
            }
        }
        return giveUp("it did not answer within \(Self.patienceMilliseconds / 1000) seconds")
    }

    /// Nothing is sent before the system says that our server listens at the port: somebody else may have got it.
    private mutating func look(at process: Int32) -> ServerInterview.Verdict {
        looks += 1
        let interview = ServerInterview(settings: settings, endpoint: endpoint, process: process)
        guard let addresses = ListeningSockets.addresses(of: [process]) else { return askWithoutSight(interview) }
        if addresses == [settings.place] { return interview.ask() }
        if let elsewhere = addresses.first(where: { $0 != settings.place }) {
            return .another("it listens at \(elsewhere) instead of \(settings.place)")
        }
        guard looks.isMultiple(of: Self.looksBetweenSearches) else { return .silent }
        let family = ProcessStatus.members(ofSession: guardHandle.process).filter { $0 != process }
        guard let place = ListeningSockets.addresses(of: family)?.first else { return .silent }
        return .another("another process than the one that was started listens, at \(place)")
    }

    /// Without /proc, whoever answers may be a stranger. Our own server then cannot bind the port, and ends by itself.
    private func askWithoutSight(_ interview: ServerInterview) -> ServerInterview.Verdict {
        let verdict = interview.ask()
        if case .another = verdict { return .silent }
        return verdict
    }

    private consuming func refuse(_ what: String) -> Result {
        let text = lastWords()
        guardHandle.stop()
        return .failed(
            .didNotStart(
                "what was started is not the server that was meant: \(what). It was ended at once. A script in "
                    + "STRESS_REDIS_SERVER must become the server (exec), hand on its arguments and its standard input, "
                    + "and add no settings of its own\(text)"))
    }

    private consuming func giveUp(_ reason: String) -> Result {
        let log = SmallFile.read(settings.logPath) ?? ""
        let text = lastWords()
        guardHandle.stop()
        if log.contains("Address already in use") || log.contains("Failed listening on port") { return .portTaken }
        return .failed(.didNotStart(reason + text))
    }

    /// The end of the server's log, which is gone with its folder.
    private func lastWords() -> String {
        let log = SmallFile.read(settings.logPath) ?? ""
        let tail = log.split(whereSeparator: \.isNewline).suffix(8).map { "\n  \($0)" }.joined()
        return tail.isEmpty ? "" : ". The end of its log:\(tail)"
    }
}
