internal import CLinux
package import FlashSale
internal import Host
internal import RedisDriver
internal import Stores
internal import Strategies

/// The orders that the sale wrote, as they are read when the doors open and at the end.
extension Sale {
    /// The orders, or why they could not be read; nil and nil where the strategy keeps none.
    package mutating func ledger() -> (Ledger?, String?) {
        guard let rule = strategy.ledger else { return (nil, nil) }
        return ledger(by: rule, number: 0)
    }

    /// - Parameter number: of the rule among the file's, from 0.
    mutating func ledger(by rule: Strategy.LedgerRule, number: Int) -> (Ledger?, String?) {
        do throws(RunError) {
            var ledger = try readLedger(by: rule)
            if number < ledgersAtOpening.count, let atOpening = ledgersAtOpening[number] {
                Self.takeOut(atOpening, of: &ledger)
            }
            ledger.unreadable = ledger.unreadable.map { shown($0) }
            ledger.placeholders = ledger.placeholders.map { shown($0) }
            ledger.otherKeys = ledger.otherKeys.map { shown($0) }
            return (ledger, nil)
        } catch {
            return (nil, error.message)
        }
    }

    /// What the ledgers hold before anybody can have bought; nil where that is not asked: a script may do more than read,
    /// and a key without an id in its name is no order anyway.
    ///
    /// - Throws: ``RunError`` where another store cannot be asked, or has no such columns.
    mutating func readLedgersAtOpening() throws(RunError) {
        for rule in strategy.ledgers {
            switch rule.read {
            case .command: ledgersAtOpening.append(try? readLedger(by: rule))
            case .query:
                let ledger = try readLedger(by: rule)
                // A member that was there before cannot be told from one that a buyer has left.
                guard !ledger.mergesRepeats || ledger.orders.isEmpty else {
                    throw RunError(
                        .usage,
                        "\(strategy.file):\(rule.line): the orders (ledger:) hold \(ledger.orders.count.counted("entry", "entries")) before the doors open, and they "
                            + "keep each only once, so that nobody could tell new ones from old; empty them under open:"
                    )
                }
                ledgersAtOpening.append(ledger)
            case .script, nil: ledgersAtOpening.append(nil)
            }
        }
    }

    /// What was there when the doors opened is nobody's order, unless a member of a set or a hash is called like one.
    private static func takeOut(_ opening: Ledger, of ledger: inout Ledger) {
        var strangers = Dictionary(opening.unreadable.map { ($0, 1) }, uniquingKeysWith: +)
        func wasThere(_ text: String) -> Bool {
            guard let count = strangers[text], count > 0 else { return false }
            strangers[text] = count - 1
            return true
        }
        var others: [String] = []
        for text in ledger.unreadable {
            if wasThere(text) { ledger.placeholders.append(text) } else { others.append(text) }
        }
        ledger.unreadable = others
        if let count = ledger.countOnly, let before = opening.countOnly { ledger.countOnly = max(0, count - before) }
        // A set that has a buyer's name when the doors open has it still when that buyer has bought.
        guard !ledger.mergesRepeats else { return }
        guard !opening.orders.isEmpty else { return }
        // A database may hold many orders of days before.
        var before = Dictionary(opening.orders.map { ($0, 1) }, uniquingKeysWith: +)
        ledger.orders.removeAll { order in
            guard let count = before[order], count > 0 else { return false }
            before[order] = count - 1
            return true
        }
    }

    private mutating func readLedger(by rule: Strategy.LedgerRule) throws(RunError) -> Ledger {
        defer { goHome() }
        var all: Ledger?
        for shelf in commands.shelves(of: rule) {
            go(to: shelf)
            connection.replyLimit = mostBytesOfOrders
            defer { connection.replyLimit = ReplyLimit.ofAnAnswer }
            let own = try readLedger(by: rule, commands.on(shelf))
            if all?.add(own) == nil { all = own }
        }
        return all ?? Ledger(orders: [], isAtomic: false)
    }

    /// - Parameter commands: of one shelf, or of the whole sale.
    private mutating func readLedger(
        by rule: Strategy.LedgerRule, _ commands: SaleCommands
    ) throws(RunError) -> Ledger {
        if let keys = rule.keys { return try readKeys(commands.fill(keys), rule, commands) }
        let command: [[UInt8]]
        switch commands.request(of: rule) {
        case .command(let words): command = words
        case .query(let question): return try readTable(question, rule, commands)
        case nil: return Ledger(orders: [], isAtomic: false)
        }
        if case .command? = rule.read, let scan = LedgerScan(command), let ledger = try self.scan(scan, rule, commands)
        {
            return ledger
        }
        return try LedgerReading.ledger(
            try call(command), by: rule, fill: commands.fill, ofAnyItem: commands.fillForAnyItem,
            shown: { [secret] in secret.shown($0) })
    }

    private func reading(_ rule: Strategy.LedgerRule, _ commands: SaleCommands) -> LedgerReading {
        LedgerReading(
            by: rule, fill: commands.fill, ofAnyItem: commands.fillForAnyItem, shown: { [secret] in secret.shown($0) })
    }

    private mutating func readTable(
        _ question: StoreQuestion, _ rule: Strategy.LedgerRule, _ commands: SaleCommands
    ) throws(RunError) -> Ledger {
        var reading = reading(rule, commands)
        try reading.read(try stores.ask(question), place: question.place)
        return reading.sorted()
    }

    // MARK: A large collection

    /// - Returns: nil where the server does not let us scan, or gives what the file does not say: the file's own command
    ///   shows it then.
    private mutating func scan(
        _ scan: LedgerScan, _ rule: Strategy.LedgerRule, _ commands: SaleCommands
    ) throws(RunError) -> Ledger? {
        var reading = reading(rule, commands)
        guard rule.holds.isOfMembers, max(1, rule.holds.members.count) == scan.wantedWidth else { return nil }
        var seen = SeenMembers()
        var cursor = "0"
        var isFirst = true
        repeat {
            let reply = try call(
                [
                    Array(scan.name.utf8), scan.key, Array(cursor.utf8), Array("COUNT".utf8),
                    Array(LedgerScan.count.utf8),
                ])
            guard let next = reply.element(0), let list = reply.element(1), reply.kind(at: list) == .array else {
                guard isFirst else {
                    throw RunError(.unavailable, "the server answered \(scan.name) with \(shown(reply))")
                }
                return nil
            }
            cursor = reply.string(at: next)
            let first = list + 1
            for node in scan.starts(from: first, to: first + reply.elementCount(at: list)) {
                // One reply that is everything has no member twice.
                let named = scan.wanted == .seconds ? node - 1 : node
                guard isFirst && cursor == "0" || seen.isNew(reply.bytes(at: named)) else { continue }
                reading.readMember(reply, at: node, of: Ledger.Order())
            }
            isFirst = false
        } while cursor != "0"
        return reading.sorted()
    }

    // MARK: Keys that are orders

    /// How long a search for keys may take on a server that holds many.
    private static var scanSeconds: Double { 60 }

    private struct FoundKey {
        var name: [UInt8]
        /// What the name tells.
        var order: Ledger.Order
    }

    /// - Parameter keys: with the values of a shelf, or of the whole sale.
    private mutating func readKeys(
        _ keys: LedgerPattern, _ rule: Strategy.LedgerRule, _ commands: SaleCommands
    ) throws(RunError) -> Ledger {
        var reading = reading(rule, commands)
        let declared = strategy.keys.map { commands.shape(of: $0) }
        var others: [String] = []
        var seen = SeenMembers()
        var cursor = "0"
        let tag = rule.keys?.isOfShelf == true ? commands.ownTag : tag
        let glob = "*" + tag.flatMap { "{}[]*?\\^".contains($0) ? "\\\($0)" : "\($0)" } + "*"
        let deadline = Clock.nanoseconds() + UInt64(Self.scanSeconds * 1e9)
        repeat {
            guard Clock.nanoseconds() < deadline else {
                throw RunError(
                    .unavailable,
                    "the search for the keys that are orders (SCAN) was not over after \(Int(Self.scanSeconds)) seconds"
                )
            }
            let reply = try call(["SCAN", cursor, "MATCH", glob, "COUNT", "1000"])
            guard let next = reply.element(0), let list = reply.element(1), reply.kind(at: list) == .array else {
                throw RunError(.unavailable, "the server answered SCAN with \(shown(reply))")
            }
            cursor = reply.string(at: next)
            var found: [FoundKey] = []
            for node in (list + 1)..<(list + 1 + reply.elementCount(at: list)) {
                let name = reply.bytes(at: node)
                var order = Ledger.Order()
                if keys.read(name, into: &order) {
                    if seen.isNew(name) { found.append(FoundKey(name: Array(name), order: order)) }
                } else if others.count < 3, !declared.contains(where: { $0.fits(name) }) {
                    others.append(String(decoding: name, as: UTF8.self))
                }
            }
            try readValues(found, rule, into: &reading)
        } while cursor != "0"
        var ledger = reading.sorted()
        if ledger.orders.isEmpty { ledger.otherKeys = others }
        return ledger
    }

    private mutating func readValues(
        _ keys: [FoundKey], _ rule: Strategy.LedgerRule, into reading: inout LedgerReading
    ) throws(RunError) {
        guard !keys.isEmpty else { return }
        if case .nothing = rule.holds {
            for key in keys { reading.readKey(key.order) }
            return
        }
        let types = try pipeline(keys.map { [Array("TYPE".utf8), $0.name] }).map { $0.string() }
        let held = zip(keys, types).filter { $0.1 != "none" }
        let replies = try pipeline(held.map { Self.reading($0.0.name, type: $0.1) })
        for ((key, type), reply) in zip(held, replies) {
            let name = String(decoding: key.name, as: UTF8.self)
            guard reply.kind != .error, reply.kind != .null else {
                throw RunError(.unavailable, "the server answered with \(shown(reply)) when \(shown(name)) was read")
            }
            try reading.readValue(reply, type: type, key: name, of: key.order)
        }
    }

    /// The command that gives all that a key of this type holds.
    private static func reading(_ key: [UInt8], type: String) -> [[UInt8]] {
        let words: (String, [String]) =
            switch type {
            case "hash": ("HGETALL", [])
            case "set": ("SMEMBERS", [])
            case "list": ("LRANGE", ["0", "-1"])
            case "zset": ("ZRANGE", ["0", "-1", "WITHSCORES"])
            case "stream": ("XRANGE", ["-", "+"])
            default: ("GET", [])
            }
        return [Array(words.0.utf8), key] + words.1.map { Array($0.utf8) }
    }

    /// Sends commands together: their replies, in order.
    private mutating func pipeline(_ commands: [[[UInt8]]]) throws(RunError) -> [Reply] {
        do throws(ConnectionError) {
            return try connection.call(all: commands)
        } catch {
            if case .oversized(let reply) = error {
                renewConnection()
                throw RunError(.unavailable, "what a key holds is too large to be read for orders: \(reply)")
            }
            throw RunError(
                .unavailable, "the connection to Redis was lost when the orders were read: \(shown("\(error)"))")
        }
    }
}

extension Strategy.LedgerRule.Holds {
    /// Whether a collection's members are the orders, each by itself.
    fileprivate var isOfMembers: Bool {
        switch self {
        case .ids, .pairs, .patterns, .json: true
        case .entries, .columns, .count, .nothing: false
        }
    }
}
