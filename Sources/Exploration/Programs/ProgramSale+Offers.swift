package import FlashSale
internal import Proxy
internal import RedisDriver

/// What may happen next.
extension ProgramSale {
    package mutating func offers() throws(RunError) -> [Offer] {
        if let refusal = proxy.refusal { throw RunError(.usage, "\(refusal), which cannot be explored") }
        var offers = try commandOffers()
        if offers.isEmpty {
            try awaitAnything()
            offers = try commandOffers()
            if offers.isEmpty, !purchases.contains(where: { $0.phase != .answered }) {
                noteEnded()
                return []
            }
        }
        return offers + breaks(offers) + expiries()
    }

    /// What may break beside single commands: a program, or an instance of the service, and the server.
    private func breaks(_ runs: [Offer]) -> [Offer] {
        guard !runs.isEmpty else { return [] }
        var seen: Set<Int> = []
        let crashes = purchases.indices.compactMap { buyer -> Offer? in
            let slot = participants.slot(of: buyer)
            let all = purchases.indices.filter { participants.slot(of: $0) == slot }
            guard all.contains(where: { purchases[$0].phase != .answered }), seen.insert(slot).inserted else {
                return nil
            }
            var offer = Offer(
                .crash(buyer: buyer), phrase: Phrase([Array("crash".utf8)]), question: 0, footprint: Footprint(),
                words: participants.shareMemory
                    ? "SIGKILL to what serves \(all.map { "buyer \(number(of: $0))" }.joined(separator: ", "))"
                    : "SIGKILL to its program")
            offer.struck = Set(all)
            return offer
        }
        return crashes + [.restart(of: purchases.indices)]
    }

    private mutating func commandOffers() throws(RunError) -> [Offer] {
        offered = [:]
        var offers: [Offer] = []
        let waiting = proxy.connections.filter { $0.held != nil }
        for connection in waiting where connection.watched.isEmpty { dirtied[connection.number] = nil }
        for buyer in purchases.indices {
            let own = waiting.filter { owners[$0.number] == buyer }
            // In an order that does not depend on which came first.
            let sorted =
                own.count < 2
                ? own : own.sorted { Self.words($0).joined().lexicographicallyPrecedes(Self.words($1).joined()) }
            for (ordinal, connection) in sorted.enumerated() {
                offered[PlaceOfOffer(buyer: buyer, ordinal: ordinal)] = connection
                offers += try offersOf(connection, buyer: buyer, ordinal: ordinal)
            }
        }
        return offers
    }

    /// A command with all that it depends on: what is executed with it.
    static func words(_ connection: SteppedConnection) -> [[UInt8]] {
        guard let command = connection.held else { return [] }
        guard command.kind == .exec else { return command.arguments }
        return command.arguments + connection.queued.flatMap { [Array("\n".utf8)] + $0.arguments }
    }

    private mutating func offersOf(
        _ connection: SteppedConnection, buyer: Int, ordinal: Int
    ) throws(RunError) -> [Offer] {
        guard let command = connection.held else { return [] }
        var keys = try keys(of: command, connection)
        var causes = self.causes[command.serial] ?? []
        if command.kind == .exec {
            for queued in connection.queued {
                let more = try self.keys(of: queued, connection)
                keys.footprint.formUnion(more.footprint)
                keys.named += more.named
            }
            for watched in connection.watched {
                keys.footprint.read(CommandFootprints.key(watched.key, in: watched.database))
            }
            // It is certain already that nothing will be done, whatever others do meanwhile.
            if let step = dirtied[connection.number] {
                keys.footprint = Footprint()
                causes.append(step)
            }
        }
        let sign = Array(names.buyer(of: buyer).utf8)
        let words = drawnWords(Self.words(connection), command, buyer: buyer, sign)
        let phrase = Phrase(words, names: phraseNames)
        var question = Digest()
        question.add(command.arguments[0])
        for key in keys.named { question.add(drawn.named(key, saidBy: buyer, sign)) }
        let shown = shown(command, connection)
        func offer(_ choice: Choice, _ footprint: Footprint) -> Offer {
            Offer(
                choice, phrase: phrase, question: question.value, footprint: footprint, causes: causes, words: shown)
        }
        return [
            offer(.run(buyer: buyer, ordinal: ordinal), keys.footprint),
            offer(.loseReply(buyer: buyer, ordinal: ordinal), keys.footprint),
            // The server never hears of it.
            offer(.loseRequest(buyer: buyer, ordinal: ordinal), Footprint()),
        ]
    }

    private mutating func keys(
        of command: SteppedCommand, _ connection: SteppedConnection
    ) throws(RunError) -> CommandKeys {
        do throws(ConnectionError) {
            return try footprints.keys(
                of: command.arguments, mayWrite: command.mayWrite, in: connection.database, asking: &server.connection)
        } catch {
            throw RunError(.unavailable, "the private Redis was lost: \(error)")
        }
    }

    /// What was drawn anew in this execution gets names. The digest of a script is no such thing.
    private mutating func drawnWords(
        _ words: [[UInt8]], _ command: SteppedCommand, buyer: Int, _ sign: [UInt8]
    ) -> [[UInt8]] {
        var isScript = false
        return words.map { word in
            defer { isScript = CommandFootprints.isScript(word) }
            return isScript ? word : drawn.named(word, saidBy: buyer, sign)
        }
    }

    private func shown(_ command: SteppedCommand, _ connection: SteppedConnection) -> String {
        guard command.kind == .exec else { return CommandText.words(command.arguments) }
        let queued = connection.queued.map { CommandText.words($0.arguments) }.joined(separator: ", ")
        let watched = connection.watched.map { CommandText.words([$0.key]) }.joined(separator: ", ")
        return "EXEC (\(queued))" + (watched.isEmpty ? "" : " watching \(watched)")
    }

    private func expiries() -> [Offer] {
        server.keyspace.expiring.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { key in
            var footprint = Footprint()
            footprint.write(key)
            let words = [Array("expires".utf8), key]
            let phrase = Phrase(words, names: phraseNames)
            return Offer(
                .expire(key: key), phrase: phrase, question: 0, footprint: footprint,
                words: "\(CommandText.words([key])) expires")
        }
    }
}
