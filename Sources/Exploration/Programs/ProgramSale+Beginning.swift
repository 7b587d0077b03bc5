internal import CLinux
package import FlashSale
internal import Host
internal import Proxy

/// Beginning again.
extension ProgramSale {
    private static var patienceWithLocks: UInt64 { 200_000_000 }

    package mutating func begin() throws(RunError) {
        try beginAgain()
        for purchase in purchases.indices {
            try begin(purchase)
            if participants.beginOneByOne { try settle() }
        }
        try settle()
    }

    mutating func begin(_ purchase: Int) throws(RunError) {
        purchases[purchase].phase = .thinking
        try participants.begin(purchase)
    }

    /// Puts everything to where it was before the first purchase.
    mutating func beginAgain() throws(RunError) {
        try clear()
        if try revive() { isCold = true }
        try startHelplessAgain()
        if isCold {
            try server.remember(proxy.scripts)
            try warmUp()
            try clear()
            // Whoever has ended in that is there for what counts.
            _ = try revive()
        }
        if !participants.endsWithPurchases { try comeToRest() }
        if file?.opensElsewhere == true {
            try resetOthers()
            try openSale()
        } else {
            try server.reset()
            try resetOthers()
        }
        _ = proxy.takeEvents()
        purchases = Array(repeating: PurchaseProgress(), count: buyers)
        stepCount = 0
        owners = [:]
        senders = [:]
        lastReleased = nil
        stepWithMessage = nil
        lastStepOn = [:]
        causes = [:]
        dirtied = [:]
        arrivals = []
        offered = [:]
        drawn = DrawnNames()
        disturbance = nil
        proxy.hold()
    }

    /// Starts again what has ended.
    ///
    /// - Returns: whether anything has by itself.
    private mutating func revive() throws(RunError) -> Bool {
        let hasEnded = noteEnded()
        try participants.revive()
        if hasEnded { hasRested = false }
        return hasEnded
    }

    /// - Returns: whether anything has ended by itself.
    @discardableResult
    mutating func noteEnded() -> Bool {
        guard let words = participants.ended() else { return false }
        note(words)
        return true
    }

    /// Starts again those who have lost their connection, where that is the end of it for them.
    private mutating func startHelplessAgain() throws(RunError) {
        guard isHelpless, !lostAt.isEmpty, !participants.endsWithPurchases else { return }
        try participants.startAgain((0..<buyers).filter { lostAt.contains(participants.slot(of: $0)) })
        lostAt = []
        isCold = true
    }

    /// Ends what is left of the last execution.
    private mutating func clear() throws(RunError) {
        if participants.endPurchases() {
            // Whoever was ended has left connections behind.
            if participants.endsWithPurchases {
                for slot in Set(purchases.indices.map { participants.slot(of: $0) }) { proxy.closeAll(at: slot) }
            }
            try proxy.letGo()
            if !participants.endsWithPurchases, !purchases.isEmpty, !isCalm { try calm() }
            return
        }
        try proxy.letGo()
        let start = Clock.nanoseconds()
        let deadline = start + UInt64(settings.thinkMilliseconds) * 1_000_000
        var isEmptied = false
        while !participants.endPurchases() {
            if !isEmptied, Clock.nanoseconds() - start > Self.patienceWithLocks {
                // Who waits for a lock that nobody will give back gets it now.
                _ = try server.connection.asked(["FLUSHALL"])
                isEmptied = true
            }
            // Whoever waits for ever is never told that it was in vain.
            if let next = nextToGiveUp { try server.endWait(of: next.serverID) }
            _ = try pump(2_000_000)
            let isStuck = isEmptied && waitsForEver && Clock.nanoseconds() - start > 2 * Self.patienceWithLocks
            guard !isStuck, Clock.nanoseconds() < deadline else {
                let open = purchases.indices.filter { purchases[$0].phase != .answered }
                note("a purchase did not come to its end, and what made it was started again")
                try participants.startAgain(open)
                hasRested = false
                break
            }
        }
        try calm()
    }

    /// Whether a purchase waits at the server for what may never come.
    private var waitsForEver: Bool {
        proxy.connections.contains { connection in
            guard let command = connection.blocked, let owner = owners[connection.number] else { return false }
            return purchases[owner].phase != .answered && BlockingTime.seconds(of: command) == nil
        }
    }

    /// Puts other stores back.
    private mutating func resetOthers() throws(RunError) {
        switch settings.reset {
        case nil: return
        case .program(let words):
            let code = try launches.run(words, slot: 0, proxy, withinMilliseconds: settings.thinkMilliseconds)
            guard code == 0 else {
                throw RunError(
                    .usage,
                    "--reset: \(words.joined(separator: " ")) \(code.map { "ended with exit code \($0)" } ?? "did not end")"
                        + launches.lastWords)
            }
        case .request(let request):
            guard let service else { throw RunError(.usage, "--reset: a URL is only for a service; name a program") }
            try service.reset(request, proxy)
        }
    }

    mutating func note(_ words: String) { if !notes.contains(words), notes.count < 20 { notes.append(words) } }
}
