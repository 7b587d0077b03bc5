package import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// What happens to a buyer's next command.
extension StrategySale {
    package mutating func take(_ offer: Offer) throws(RunError) -> Taken {
        let step = steps
        steps += 1
        if clock != nil, let milliseconds = duration(of: offer.choice) {
            try letTimePass(milliseconds: milliseconds, at: step)
            return Taken(changed: true, reply: nil)
        }
        do throws(ConnectionError) {
            let reply = try perform(offer, at: step)
            let change = try keyspace.look(
                after: offer.choice.reachesServer ? offer.footprint : Footprint(),
                areWatched: participants.contains { !$0.watched.isEmpty }, &sale.connection)
            for buyer in participants where buyer.overtakenBy == nil {
                if let id = buyer.clientID, change.overtaken.contains(id) { buyer.overtakenBy = step }
            }
            let note = try wakeOthers(at: step)
            try followHolds(toldAt: step)
            return Taken(changed: change.changed, reply: reply, note: note)
        } catch {
            throw Self.lost(error)
        }
    }

    private mutating func perform(_ offer: Offer, at step: Int) throws(ConnectionError) -> String? {
        switch offer.choice {
        case .expire(let key):
            try keyspace.expire(key, &sale.connection)
            return nil
        case .run(let index, _):
            let buyer = participants[index]
            let group = buyer.next
            if let group, !group.isTransaction { note(watchOf: group, by: buyer) }
            let reply = try answer(of: buyer, to: group, at: step)
            if group?.isTransaction == true { (buyer.watched, buyer.overtakenBy) = ([], nil) }
            return reply.map { sale.shown($0) } ?? "(waits)"
        case .loseReply(let index, _):
            try participants[index].loseReply(at: step)
            return nil
        case .loseRequest(let index, _):
            try participants[index].loseRequest(at: step)
            return nil
        case .crash(let index):
            participants[index].crash(at: step)
            return nil
        case .restart:
            try restart(at: step)
            return nil
        case .lapse: return nil
        }
    }

    /// How many milliseconds pass; nil where none do.
    private func duration(of choice: Choice) -> Int? {
        switch choice {
        case .lapse: lapseMilliseconds
        case .expire(let key): keyspace.expiring[key]
        case .run, .loseReply, .loseRequest, .crash, .restart: nil
        }
    }

    /// As a server that is ended and started again with all its data.
    private mutating func restart(at step: Int) throws(ConnectionError) {
        _ = try sale.connection.call(["SCRIPT", "FLUSH"])
        restartedAt = step
        for buyer in participants where !buyer.isDone { try buyer.loseConnection(at: step) }
    }

    private func note(watchOf group: CommandGroup, by buyer: ExploredBuyer) {
        if group.endsWatch { (buyer.watched, buyer.overtakenBy) = ([], nil) }
        if group.isWatch, let command = group.commands.last { buyer.watched.formUnion(command.words.dropFirst()) }
    }

    private mutating func answer(
        of buyer: ExploredBuyer, to group: CommandGroup?, at step: Int
    ) throws(ConnectionError) -> Reply? {
        guard let name = group?.commands.last?.name, Self.mayBlock.contains(name) else {
            return try buyer.run(at: step)
        }
        return try buyer.runBlocking(at: step, withinMilliseconds: Self.blockedMilliseconds)
    }

    private static let mayBlock: Set<String> = [
        "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "XREAD", "XREADGROUP",
    ]
    /// A server that has the answer gives it long before.
    private static let blockedMilliseconds = 20

    /// Buyers who waited for what has just been done go on.
    private mutating func wakeOthers(at step: Int) throws(ConnectionError) -> String? {
        var notes: [String] = []
        for buyer in participants where buyer.isBlocked {
            // Two of them: the first may be read in the same round of the server's loop as what wakes the buyer.
            for _ in 0..<2 { _ = try sale.connection.call(["PING"]) }
            if let reply = try buyer.wake(at: step, withinMilliseconds: 0) {
                notes.append("buyer \(buyer.number) goes on with \(sale.shown(reply))")
            }
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    /// Where all who are left wait, time passes for them.
    ///
    /// - Returns: whether somebody goes on.
    mutating func awaitAnybody() throws(ConnectionError) -> Bool {
        for buyer in participants where buyer.isBlocked {
            if try buyer.wake(at: max(0, steps - 1), withinMilliseconds: 5000) != nil { return true }
        }
        return false
    }
}
