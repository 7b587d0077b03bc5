package import FlashSale
internal import Proxy

/// Taking a step.
extension ProgramSale {
    package mutating func take(_ offer: Offer) throws(RunError) -> Taken {
        stepNotes = []
        var reply: [UInt8]?
        switch offer.choice {
        case .expire(let key):
            try server.expire(key)
            stepCount += 1
            let changed = try look(after: offer, script: nil)
            try settle()
            return Taken(changed: changed, reply: nil, note: noted)
        case .run(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .whole)
        case .loseReply(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .lostReply)
        case .loseRequest(let buyer, let ordinal):
            reply = try release(offer, PlaceOfOffer(buyer: buyer, ordinal: ordinal), .lostRequest)
        case .crash: throw RunError(.bug, "a program was to be ended, and that is never offered")
        }
        let changed = try look(after: offer, script: lastScript)
        try settle()
        return Taken(changed: changed, reply: reply.map { CommandText.reply($0) }, note: noted)
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
        lastScript = try script(of: command, connection)
        purchases[buyer].firstStep = purchases[buyer].firstStep ?? stepCount
        purchases[buyer].lastStep = stepCount
        causes[command.serial] = nil
        lastStepOn[connection.number] = stepCount
        lastReleased = buyer
        remember(Array(Self.words(connection).joined(separator: [0])), of: buyer)
        stepCount += 1
        if delivery != .whole { hit(buyer, on: connection) }
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

    /// The script that a command calls, or one that is queued; nil where none is. The monitor is ready then.
    private mutating func script(
        of command: SteppedCommand, _ connection: SteppedConnection
    ) throws(RunError) -> [SteppedCommand]? {
        let all = command.kind == .exec ? connection.queued : [command]
        let scripts = all.filter { $0.kind == .script && $0.arguments.count > 1 }
        guard scripts.contains(where: { !footprints.widened.contains($0.arguments[1]) }) else { return nil }
        try server.watchScripts()
        return scripts
    }

    /// - Returns: whether the data is other than before.
    private mutating func look(after offer: Offer, script: [SteppedCommand]?) throws(RunError) -> Bool {
        let step = stepCount - 1
        let isLost = if case .loseRequest = offer.choice { true } else { false }
        let watching = proxy.connections.filter { !$0.watched.isEmpty }
        let aftermath = try server.look(
            after: offer.footprint, asksDirty: !watching.isEmpty, ranScript: script != nil && !isLost)
        for connection in watching
        where aftermath.dirty.contains(connection.serverID) && dirtied[connection.number] == nil {
            dirtied[connection.number] = step
        }
        if let script, let touched = aftermath.touched { try widen(script, touched) }
        // What it has set free goes on because of it.
        if proxy.connections.contains(where: { $0.isAwaitingOthers }) {
            try proxy.afterAll()
            while try pump(0) {}
        }
        return aftermath.changed
    }

    /// A script that touches keys that it does not name may touch any from now on.
    private mutating func widen(_ scripts: [SteppedCommand], _ touched: [[UInt8]]) throws(RunError) {
        for script in scripts {
            let named = try Set(footprints.keys(of: script, in: 0, asking: &server.connection).named)
            guard let other = touched.first(where: { !named.contains($0) }), footprints.widen(script.arguments[1])
            else {
                continue
            }
            remarks.append(
                "a script touches \(CommandText.words([other])), which it does not name as a key: it is taken to touch all keys"
            )
            disturbance = disturbance ?? "a script touches keys that it does not name"
        }
    }
}
