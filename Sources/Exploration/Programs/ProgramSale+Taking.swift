package import FlashSale
internal import Proxy

/// Taking a step.
extension ProgramSale {
    package mutating func take(_ offer: Offer) throws(RunError) -> Taken {
        stepNotes = []
        isCalm = false
        var reply: [UInt8]?
        switch offer.choice {
        case .expire(let key):
            try server.expire(key)
            stepCount += 1
            hasCalledScript = false
            let changed = try look(after: offer)
            try settle()
            return Taken(changed: changed, reply: nil, note: noted)
        case .run(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .whole)
        case .loseReply(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .lostReply)
        case .loseRequest(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .lostRequest)
        case .crash(let buyer): try crash(buyer)
        case .restart: try restart()
        case .lapse: throw RunError(.bug, "a lapse was chosen where nothing is on hold")
        }
        let changed = try look(after: offer)
        try settle()
        return Taken(changed: changed, reply: reply.map { CommandText.reply($0) }, note: noted)
    }

    /// What makes the purchase is killed, and nobody is told what came of it, nor of others that it makes.
    private mutating func crash(_ buyer: Int) throws(RunError) {
        let slot = participants.slot(of: buyer)
        try participants.kill(buyer)
        proxy.closeAll(at: slot)
        try proxy.afterAll()
        isCold = true
        // What is started again has to come to rest once more.
        hasRested = false
        arrivals.removeAll { $0.slot == slot }
        for index in purchases.indices where participants.slot(of: index) == slot && purchases[index].phase != .answered
        {
            purchases[index].phase = .answered
            purchases[index].isHit = true
        }
        for index in purchases.indices where purchases[index].phase == .elsewhere { wake(index) }
        stepCount += 1
    }

    /// As a server that is ended and started again with all its data.
    private mutating func restart() throws(RunError) {
        for index in purchases.indices where purchases[index].phase != .answered {
            purchases[index].isHit = true
            purchases[index].causes.append(stepCount)
            purchases[index].phase = .thinking
        }
        try server.forgetScripts()
        lostAt.formUnion(proxy.connections.map(\.slot))
        proxy.loseAll()
        try proxy.afterAll()
        isCold = true
        arrivals = []
        stepCount += 1
    }

    private var noted: String? { stepNotes.isEmpty ? nil : stepNotes.joined(separator: "; ") }

    /// - Returns: the server's reply, be it lost or not; nil where there is none.
    private mutating func release(
        _ offer: Offer, _ place: PlaceOfOffer, _ delivery: SteppedProxy.Delivery
    ) throws(RunError) -> [UInt8]? {
        guard let connection = offered[place], let command = connection.held else {
            throw RunError(.bug, "a command was to be let go that does not wait: \(offer.words)")
        }
        let buyer = place.buyer
        hasCalledScript = try callsScript(command, connection)
        purchases[buyer].steps.append(stepCount)
        causes[command.serial] = nil
        lastStepOn[connection.number] = stepCount
        lastReleased = buyer
        remember(Array(Self.words(connection).joined(separator: [0])), of: buyer)
        stepCount += 1
        if delivery != .whole {
            hit(buyer, on: connection)
            lostAt.insert(connection.slot)
        }
        let reply = try proxy.release(connection, delivery)
        if purchases[buyer].phase != .answered {
            purchases[buyer].phase = connection.blocked != nil ? .blocked : .thinking
        }
        remember(delivery == .whole ? reply ?? [1] : [0], of: buyer)
        return reply
    }

    /// All whose commands were on the connection lose theirs.
    private mutating func hit(_ buyer: Int, on connection: SteppedConnection) {
        purchases[buyer].isHit = true
        for command in connection.pending {
            guard let sender = senders[command.serial] else { continue }
            purchases[sender].isHit = true
            if purchases[sender].phase == .atProxy { purchases[sender].phase = .thinking }
        }
    }

    mutating func remember(_ bytes: [UInt8], of buyer: Int) {
        _ = drawn.named(bytes, saidBy: buyer, Array(names.buyer(of: buyer).utf8))
    }

    // MARK: What it did

    /// Whether a command calls a script, or one that is queued does, of which not all is known. The monitor is ready then.
    private mutating func callsScript(_ command: SteppedCommand, _ connection: SteppedConnection) throws(RunError)
        -> Bool
    {
        let all = command.kind == .exec ? connection.queued : [command]
        guard
            all.contains(where: {
                $0.kind == .script && $0.arguments.count > 1 && !footprints.widened.contains($0.arguments[1])
            })
        else { return false }
        try server.watchScripts()
        return true
    }

    /// - Returns: whether the data is other than before; true where that is not known.
    private mutating func look(after offer: Offer) throws(RunError) -> Bool {
        let step = stepCount - 1
        let watching = proxy.connections.filter { !$0.watched.isEmpty }
        let change = try server.look(after: offer.footprint, areWatched: !watching.isEmpty)
        for connection in watching
        where change.overtaken.contains(connection.serverID) && dirtied[connection.number] == nil {
            dirtied[connection.number] = step
        }
        if offer.choice.reachesServer, hasCalledScript { try widen() }
        // What it has set free goes on because of it.
        if proxy.connections.contains(where: { $0.isAwaitingOthers }) {
            try proxy.afterAll()
            while try pump(0) {}
        }
        // Only the first database is looked at.
        return change.changed || offer.footprint.mayWrite && proxy.connections.contains { $0.database != 0 }
    }

    /// A script that touches keys that it does not name may touch any from now on.
    private mutating func widen() throws(RunError) {
        for stray in try server.strays() where footprints.widen(stray.script) {
            remark(
                .undeclaredKeys,
                "a script touches \(CommandText.words([stray.key])), which it does not name as a key: it is taken to touch all keys"
            )
            disturbance = disturbance ?? "a script touches keys that it does not name"
        }
    }
}
