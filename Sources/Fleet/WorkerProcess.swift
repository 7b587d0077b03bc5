internal import CLinux
internal import FlashSale
internal import Foundation

/// A worker as the coordinator sees it: its link, and what it has said.
final class WorkerProcess {
    let index: Int
    let link: WorkerLink
    /// Where it is; nil for the coordinator's own machine.
    let machine: RemoteMachine?
    /// What comes of its journal; nil where it writes it here itself.
    private let received: ReceivedJournals?
    /// Why a link has ended, as its engine reads it.
    private let reason: (_ exitCode: Int32?, _ errors: String) -> String?
    private(set) var hasEnded = false

    private(set) var greeting: LinkGreeting?
    private(set) var ready: WorkerMessage.Ready?
    private(set) var warmedUp: WorkerMessage.WarmedUp?
    private(set) var hasHeld = false
    private(set) var progress: WorkerMessage.Progress?
    private(set) var report: WorkerMessage.Report?
    private(set) var failure: RunError?
    /// When the doors open for it, in the clock of its machine; nil before that was told.
    var opens: UInt64?
    /// Whether all of its journal is here.
    private(set) var isDelivered = false
    /// Why it is lost, in words for the user.
    private(set) var lost: String?
    /// Whether its output has ended.
    private(set) var isSilent = false
    /// Why it was killed, in words for the user.
    var wasKilled: String?
    /// Whether a fault ended it.
    var wasEndedByFault = false
    /// Why it ends itself, in words for the user: a fault has told it to.
    var endsItself: String?
    /// What it said that became of the last blow of a fault.
    var stood: WorkerMessage.Stood?
    /// Whether a fault has stopped it for a while, so that it says nothing.
    var isFrozen = false
    /// Whether a signal ended it that neither we nor a mistake of ours sends.
    private(set) var wasEndedFromOutside = false
    /// CLOCK_MONOTONIC of the last time that it said something, or was started.
    var lastHeard = Clock.nanoseconds()

    /// Greets the worker at the other end of a link.
    ///
    /// - Parameters:
    ///   - machine: where it is; nil for the coordinator's own machine.
    ///   - received: where its journal goes; nil where it writes it here itself.
    ///   - reason: why the program that carries the link has ended, in words for the user; nil where nothing more is known.
    init(
        index: Int, link: WorkerLink, machine: RemoteMachine? = nil, received: ReceivedJournals? = nil,
        reason: @escaping (_ exitCode: Int32?, _ errors: String) -> String? = { _, _ in nil }
    ) {
        self.index = index
        self.link = link
        self.machine = machine
        self.received = received
        self.reason = reason
        link.sender.send(LinkGreeting.own.bytes)
    }

    /// Of the process on this machine.
    var processID: Int32 { link.processID }
    /// Can be read when the worker has said something, or is gone.
    var descriptor: Int32 { link.descriptor }
    /// Whether it is on another machine.
    var isRemote: Bool { received != nil }
    /// Who it is, and where.
    var name: String { "worker \(index)\(link.launch.place)" }

    /// Whether it may have made attempts of which nothing came here.
    var isIncomplete: Bool { isRemote && lost != nil && !isDelivered }

    /// What its supervision looks at.
    var seen: Supervision.Worker {
        .init(
            isSilent: isSilent, hasReported: report != nil, hasFailed: report?.failure != nil, lastHeard: lastHeard,
            // Whoever stands still elsewhere answers pings.
            answered: progress?.answered ?? 0, isFrozen: isFrozen && !isRemote,
            silenceSeconds: isRemote ? Watchdog.remoteSilenceSeconds : Watchdog.silenceSeconds,
            isDelivering: isRemote && report != nil)
    }

    /// Sends a message. A worker that is gone is noticed when its output ends.
    func tell(_ message: CoordinatorMessage) {
        // Nobody stops who cannot hear.
        if message.stop != nil { thaw() }
        guard let frame = message.frame else { return }
        link.sender.send(frame)
    }

    /// Reads what there is. What is no message ends the worker.
    func listen() {
        switch link.read() {
        case .end:
            isSilent = true
            waitForEnd()
        case .events(let events):
            // After the read, before anything else: the answers to pings count from here.
            let now = Clock.nanoseconds()
            lastHeard = now
            for event in events where wasKilled == nil { take(event, at: now) }
            if let damage = link.damage { kill(because: "it \(damage)") }
        }
    }

    private func take(_ event: FrameParser.Event, at now: UInt64) {
        switch event {
        case .greeting(let said): take(said)
        case .message(let json):
            guard let message = WorkerMessage(json: json) else {
                return kill(because: "it wrote something that is no message: \(ForeignText.shown(json, limit: 80))")
            }
            take(message)
        case .pong(let sent, let received, let answered):
            guard sent > 0, sent <= link.sender.lastPing, received <= answered, let machine else {
                return kill(because: "it answered a ping that nobody has sent")
            }
            machine.take(ClockExchange(sent: sent, received: received, answered: answered, heard: now))
        case .piece(let piece):
            let problem = received.map { $0.take(piece) } ?? "it sent a journal that nobody asked it for"
            if let problem { kill(because: problem) }
        case .ping: kill(because: "it asks what the coordinator asks")
        }
    }

    private func take(_ said: LinkGreeting) {
        greeting = said
        guard !said.fits else { return }
        let own = LinkGreeting.own
        failure = RunError(
            .unavailable,
            "\(name) is stress \(said.version) with messages of the form \(said.format), and this is stress \(own.version) with "
                + "\(own.format): they would not understand each other; install this one there")
    }

    private func take(_ message: WorkerMessage) {
        if let said = message.ready {
            ready = said
            if let machine, machine.facts == nil { machine.facts = said.machine }
        }
        if let said = message.warmedUp { warmedUp = said }
        if message.held != nil { hasHeld = true }
        if let said = message.progress { progress = said }
        if let said = message.failure { failure = placed(said) }
        if let said = message.report {
            report = said
            if let machine, said.lastGivenUpNanoseconds > 0 {
                report?.lastGivenUpNanoseconds = machine.latestHere(
                    said.lastGivenUpNanoseconds, now: Clock.nanoseconds())
            }
            report?.failure = said.failure.map { placed($0) }
            failure = report?.failure ?? failure
        }
        if let said = message.delivered {
            if let problem = received?.finish(said) {
                kill(because: "its journal did not come as it was written: \(problem)")
            } else {
                isDelivered = true
                // It leaves when it has answered this one: what its clock did until its last buyer was done is known then.
                link.sender.ping()
            }
        }
        if let said = message.stood { stood = said }
    }

    /// What a worker elsewhere says is true of its machine.
    private func placed(_ problem: RunError) -> RunError {
        link.launch.machine.map { RunError(problem.status, "on \($0): \(problem.message)") } ?? problem
    }

    /// Ends the worker at once, or what carries its link: then it ends itself when it hears nothing any more.
    func kill(because reason: String) {
        guard !hasEnded else { return }
        wasKilled = wasKilled ?? reason
        // What carried the link may leave somebody behind who still reads it.
        if isRemote { link.closeInput() }
        link.kill()
        guard processID == 0 else { return }
        isSilent = true
        waitForEnd()
    }

    /// Checks whether the process is gone although a child of its own still holds its output open, and sends what it did not take before.
    func look() {
        guard !isSilent else { return }
        link.sender.flush()
        guard processID != 0, exit(wait: false) != nil else { return }
        let now = Clock.nanoseconds()
        // What it said before its end is read first.
        guard let first = goneSince else {
            goneSince = now
            return
        }
        if now > first + 200_000_000 {
            isSilent = true
            waitForEnd()
        }
    }

    private var goneSince: UInt64?

    /// How the process ended; nil while it lives.
    func exit(wait: Bool) -> WorkerLink.Ending? { link.exit(wait: wait) }

    /// Waits until the process is gone, and says how it ended if it never reported, or not all of its journal came.
    private func waitForEnd() {
        guard !hasEnded else { return }
        if isRemote { link.closeInput() }
        let ending = link.awaitEnd()
        hasEnded = true
        guard report == nil || wasKilled != nil || isRemote && !isDelivered else { return }
        let hadReported = report != nil
        report = nil
        if let wasKilled = wasKilled ?? (stood?.kind == .end ? endsItself : nil) {
            lost = isRemote ? "\(machine?.name ?? "another machine"): \(wasKilled)" : wasKilled
        } else if isRemote {
            lost = endOfLink(ending, hadReported: hadReported)
        } else {
            lost = endOfProcess(ending)
        }
    }

    private func endOfProcess(_ ending: WorkerLink.Ending?) -> String {
        switch ending {
        case .signal(let number):
            wasEndedFromOutside = ![SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP].contains(number)
            return "it was ended by signal \(number)\(Self.name(ofSignal: number))"
        case .code(let code): return "it ended without a report (exit code \(code))"
        case nil: return "it ended without a report"
        }
    }

    /// Why nothing comes from another machine any more.
    private func endOfLink(_ ending: WorkerLink.Ending?, hadReported: Bool) -> String {
        let errors = link.errors?.text ?? ""
        var code: Int32?
        var how = "ended"
        switch ending {
        case .code(let number):
            code = number
            how = "ended with exit code \(number)"
        case .signal(let number): how = "was ended by signal \(number)\(Self.name(ofSignal: number))"
        case nil: break
        }
        var sentence = "the link to \(machine?.name ?? "another machine") was lost"
        if hadReported { sentence += " before all of the journal had come" }
        if let known = reason(code, errors) {
            sentence += ": \(known)"
        } else {
            let program = link.launch.executable.split(separator: "/").last.map(String.init) ?? "the program"
            sentence += ": \(program), which carries it, \(how)"
            let line = errors.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            if let line { sentence += " and said: \(ForeignText.shown(String(line), limit: 200))" }
        }
        if greeting == nil, !link.noise.isEmpty {
            sentence += "; no worker greeted, but this came: \(ForeignText.shown(link.noise, limit: 200))"
        }
        return sentence
    }

    private static func name(ofSignal signal: Int32) -> String {
        switch signal {
        case SIGKILL: " (SIGKILL)"
        case SIGTERM: " (SIGTERM)"
        case SIGSEGV: " (SIGSEGV)"
        case SIGABRT: " (SIGABRT)"
        case SIGILL, SIGTRAP: " (a Swift trap)"
        default: ""
        }
    }

    /// Closes the link and makes sure that the process is gone, whatever happened before.
    func dismiss() {
        link.closeInput()
        if !hasEnded {
            link.kill()
            waitForEnd()
        }
        link.close()
    }
}
