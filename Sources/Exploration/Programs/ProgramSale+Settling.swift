internal import CLinux
internal import FlashSale
internal import Proxy

/// Waiting until everybody waits.
extension ProgramSale {
    /// After so long without news somebody is looked at, in nanoseconds.
    private static var patience: UInt64 { 5_000_000 }
    private static var pause: UInt64 { 1_000_000 }
    private static var shortPause: UInt64 { 200_000 }
    private static var longestCalm: UInt64 { 50_000_000 }

    private var thinkNanoseconds: UInt64 { UInt64(settings.thinkMilliseconds) * 1_000_000 }

    /// Takes what comes, for at most so long.
    ///
    /// - Returns: whether anything came, be it only about a connection. What comes though nobody buys is nothing.
    mutating func pump(_ nanoseconds: UInt64) throws(RunError) -> Bool {
        let end = Clock.nanoseconds() + nanoseconds
        while true {
            let now = Clock.nanoseconds()
            var limit = end > now ? end - now : 0
            if let timer = participants.nextTimer { limit = min(limit, timer > now ? timer - now : 0) }
            var came = try ProxyWaits.serve(proxy, also: participants.descriptors, nanoseconds: limit)
            let asked = participants.questions
            let events = proxy.takeEvents()
            let known = idleCommands
            if !events.isEmpty, events.allSatisfy({ Self.isIdle($0, known) }) { came = false }
            for event in events { take(event) }
            for (purchase, answer) in try participants.answers(after: stepCount) {
                came = true
                answered(purchase, answer)
            }
            // Whoever has heard one answer and asks on is no less at work.
            if participants.questions != asked { came = true }
            if came { isCalm = false }
            if came || events.isEmpty || Clock.nanoseconds() >= end { return came }
        }
    }

    /// Whether it is nothing but a sign of life.
    private static func isIdle(_ event: SteppedEvent, _ known: [Int: Set<String>]) -> Bool {
        guard case .passed(let connection, let command) = event else { return false }
        return known[connection.number]?.contains(command.name) == true
    }

    // MARK: What comes

    private mutating func take(_ event: SteppedEvent) {
        guard !purchases.isEmpty else { return }
        switch event {
        case .passed: return
        case .arrived(let connection): arrivals.append(connection)
        case .queued(let connection, let command):
            // It is known now who sent it, and not any more once it is its turn.
            let sender = sender(of: command, on: connection)
            senders[command.serial] = sender
            if purchases[sender].phase == .thinking { purchases[sender].phase = .atProxy }
        case .unblocked(let connection, let reply):
            guard let owner = owners[connection.number] else {
                // A thread of a service's own goes on beside whoever has set it free.
                isConcurrent = true
                return
            }
            if purchases[owner].phase == .answered || owner == lastReleased { isConcurrent = true }
            stepNotes.append("\(names.buyer(of: owner)) goes on with \(CommandText.reply(reply))")
            remember(reply, of: owner)
            wake(owner)
        case .pushed(let connection):
            // Whoever listens goes on beside the one who has told.
            if connection.isBridge {
                isConcurrent = true
                stepWithMessage = stepCount
            }
            for purchase in purchases.indices
            where participants.slot(of: purchase) == connection.slot && purchases[purchase].phase == .elsewhere {
                wake(purchase)
            }
        case .closed(let connection, let held):
            arrivals.removeAll { $0 === connection }
            guard held != nil else { return }
            disturbance =
                disturbance
                ?? "a program closed a connection on which its command waited, as after a time-out of its own"
        }
    }

    /// It goes on because of the step under way.
    mutating func wake(_ purchase: Int) {
        if stepCount > 0 { purchases[purchase].causes.append(stepCount - 1) }
        if purchases[purchase].phase != .answered { purchases[purchase].phase = .thinking }
    }

    mutating func answered(_ purchase: Int, _ answer: ProgramAnswer) {
        guard purchases.indices.contains(purchase), purchases[purchase].phase != .answered else { return }
        if purchases[purchase].steps.isEmpty, !purchases[purchase].isHit, !participants.endsWithPurchases,
            lostAt.contains(participants.slot(of: purchase))
        {
            isHelpless = true
            disturbance = disturbance ?? "a program that has lost its connection does not connect again"
        }
        purchases[purchase].phase = .answered
        purchases[purchase].answer = answer
        purchases[purchase].answeredAt = stepCount
    }

    // MARK: Whose it is

    /// Finds out whose the commands are that have come.
    private mutating func attribute() {
        guard !arrivals.isEmpty else { return }
        let known = owners
        let sorted = arrivals.sorted {
            (known[$0.number] == nil ? 1 : 0, $0.number) < (known[$1.number] == nil ? 1 : 0, $1.number)
        }
        arrivals = []
        var come: [(owner: Int, serial: Int)] = []
        for connection in sorted {
            guard let command = connection.held else { continue }
            let owner = senders.removeValue(forKey: command.serial) ?? sender(of: command, on: connection)
            let others = proxy.connections.contains { other in
                other !== connection && other.held != nil && owners[other.number] == owner
            }
            if others { isConcurrent = true }
            // Whoever had the connection before has had its answer when this was sent.
            if let before = owners[connection.number], before != owner, let step = lastStepOn[connection.number] {
                causes[command.serial, default: []].append(step)
            }
            owners[connection.number] = owner
            come.append((owner, command.serial))
            switch purchases[owner].phase {
            case .answered: remarkLate(command, of: owner)
            case .elsewhere:
                wake(owner)
                purchases[owner].phase = .atProxy
            default: purchases[owner].phase = .atProxy
            }
        }
        for (owner, serial) in come { causes[serial, default: []] += purchases[owner].causes }
        for (owner, _) in come { purchases[owner].causes = [] }
    }

    /// Who has sent a command: whoever was at work, since only one is at a time.
    private func sender(of command: SteppedCommand, on connection: SteppedConnection) -> Int {
        let all = purchases.indices.filter { participants.slot(of: $0) == connection.slot }
        guard all.count > 1 else { return all.first ?? 0 }
        let last = owners[connection.number]
        if let named = mentioned(in: command, of: all) { return named }
        let away = all.filter { purchases[$0].phase == .elsewhere }
        // What a listener does, it does for the one who has told it, whichever connection it takes; unless it may be one who waited.
        if stepWithMessage == stepCount, away.isEmpty, let lastReleased, all.contains(lastReleased) {
            return lastReleased
        }
        let thinking = all.filter { purchases[$0].phase == .thinking }
        if let last, thinking.contains(last) { return last }
        // A new connection is of somebody who has none.
        if let fresh = thinking.first(where: { !owners.values.contains($0) }) { return fresh }
        if let first = thinking.first { return first }
        if let last, away.contains(last) { return last }
        if let fresh = away.first(where: { !owners.values.contains($0) }) { return fresh }
        return away.first ?? last ?? lastReleased ?? all[0]
    }

    /// The one purchase whose number a command has in it.
    private func mentioned(in command: SteppedCommand, of all: [Int]) -> Int? {
        guard !phraseNames.isEmpty else { return nil }
        let found = all.filter { purchase in
            phraseNames[purchase].contains { name in
                command.arguments.dropFirst().contains { word in
                    word.split { !(48...57).contains($0) }.contains { $0.elementsEqual(name) }
                }
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    // MARK: Settling

    private var isAnybodyElsewhere: Bool { purchases.contains { $0.phase == .elsewhere } }

    /// Waits until nobody is at work: everybody's command is here, or an answer, or they sleep without being about to wake.
    mutating func settle() throws(RunError) {
        let start = Clock.nanoseconds()
        while true {
            // Who waits for a lock of its own may go on at the same time as the one that has let it go.
            if isConcurrent || isAnybodyElsewhere { try rest() }
            attribute()
            let thinking = purchases.indices.filter { purchases[$0].phase == .thinking }
            if thinking.isEmpty { return }
            if isConcurrent, try settleConcurrent(thinking) { continue }
            if try pump(Self.patience) { continue }
            let processes = Array(Set(thinking.flatMap { participants.processes(of: $0) }))
            let isSlow = Clock.nanoseconds() - start > thinkNanoseconds
            if !isSlow {
                guard try areAsleep(processes) else { continue }
            } else {
                note(
                    "a purchase was at work by itself for more than \(settings.thinkMilliseconds) ms, and others went on (--think)"
                )
            }
            for purchase in thinking where purchases[purchase].phase == .thinking {
                let waits = proxy.connections.contains { $0.blocked != nil && owners[$0.number] == purchase }
                purchases[purchase].phase = waits ? .blocked : .elsewhere
            }
        }
    }

    /// Who has other commands here does nothing else, now that all sleep.
    private mutating func settleConcurrent(_ thinking: [Int]) throws(RunError) -> Bool {
        var hasChanged = false
        for purchase in thinking
        where proxy.connections.contains(where: { $0.held != nil && owners[$0.number] == purchase }) {
            purchases[purchase].phase = .atProxy
            hasChanged = true
        }
        return hasChanged
    }

    /// Whether all threads sleep, and none of them until a time only.
    private mutating func areAsleep(_ processes: [Int32]) throws(RunError) -> Bool {
        guard let first = ThreadLook(at: processes) else { return false }
        for _ in 0..<2 {
            Clock.sleep(until: Clock.nanoseconds() + Self.pause)
            guard ThreadLook(at: processes) == first else { return false }
        }
        let timers = ThreadLook.timers(of: processes)
        guard !timers.hasMore(than: idleTimers, withinMilliseconds: settings.thinkMilliseconds) else { return false }
        // What they have sent meanwhile is why they sleep.
        return try !pump(0)
    }

    /// Waits until every thread sleeps.
    private mutating func rest() throws(RunError) {
        let end = Clock.nanoseconds() + thinkNanoseconds
        while Clock.nanoseconds() < end {
            if try pump(Self.shortPause) { continue }
            if ThreadLook(at: participants.processes(of: nil)) != nil, try !pump(0) { return }
        }
        note("a program is never at rest, so that it is not certain whose some commands are")
    }

    /// Waits for what comes late: writes that nobody waited for.
    mutating func calm() throws(RunError) {
        let end = Clock.nanoseconds() + Self.longestCalm
        var looks = 0
        while looks < 3, Clock.nanoseconds() < end {
            if try pump(Self.pause / 2) {
                looks = 0
            } else if ThreadLook(at: participants.processes(of: nil)) != nil {
                looks += 1
            }
        }
        attribute()
        isCalm = looks == 3
    }

    // MARK: Where nothing goes on by itself

    /// Waits for something to happen where no command is here.
    mutating func awaitAnything() throws(RunError) {
        let end = Clock.nanoseconds() + thinkNanoseconds
        var isQuiet = false
        while purchases.contains(where: { $0.isUnderWay }) {
            // Only time can help those who wait at the server, and it does at once.
            if isQuiet || !isAnybodyElsewhere {
                if let next = nextToGiveUp {
                    try server.endWait(of: next.serverID)
                    try proxy.afterAll()
                } else if !isAnybodyElsewhere {
                    return note("a purchase waits for what nobody brings, and has no answer")
                }
            }
            guard Clock.nanoseconds() < end else {
                return note(
                    "a purchase waited for more than \(settings.thinkMilliseconds) ms for something that did not come (--think)"
                )
            }
            isQuiet = try !pump(10 * Self.pause)
            try settle()
            if proxy.connections.contains(where: { $0.held != nil }) { return }
        }
        if !participants.endsWithPurchases { try calm() }
    }

    /// The one of those who wait at the server whose time is over first.
    var nextToGiveUp: SteppedConnection? {
        proxy.connections.compactMap { connection -> (SteppedConnection, Double)? in
            guard let command = connection.blocked, owners[connection.number] != nil,
                let seconds = BlockingTime.seconds(of: command)
            else { return nil }
            return (connection, seconds)
        }.min { $0.1 < $1.1 }?.0
    }
}
