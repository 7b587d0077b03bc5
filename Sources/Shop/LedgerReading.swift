internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Turns the reply to a ledger's `read:` into orders.
struct LedgerReading {
    private let reply: Reply
    private let rule: Strategy.LedgerRule
    /// How a reply is shown in a message.
    private let shown: (Reply) -> String
    private var ledger: Ledger

    private init(_ reply: Reply, by rule: Strategy.LedgerRule, shown: @escaping (Reply) -> String) {
        self.reply = reply
        self.shown = shown
        self.rule = rule
        ledger = Ledger(orders: [], isAtomic: rule.isAtomic)
        ledger.mergesRepeats = rule.mergesRepeats
        ledger.unitsAreKeys = rule.unitsAreKeys
    }

    /// - Throws: ``RunError`` if the reply is not of the kind that the strategy file says.
    static func ledger(
        _ reply: Reply, by rule: Strategy.LedgerRule, shown: @escaping (Reply) -> String = \.description
    ) throws(RunError) -> Ledger {
        var reading = LedgerReading(reply, by: rule, shown: shown)
        switch rule.holds {
        case .count: try reading.readCount()
        case .ids(let part): try reading.readFlat(parts: [part])
        case .pairs(let first, let second):
            try reading.readFlat(parts: [first, second])
        case .entries(let fields): try reading.readEntries(fields)
        case .json(let paths): try reading.readJSON(paths)
        }
        reading.ledger.orders.sort {
            ($0.attempt ?? 0, $0.purchase ?? 0, $0.buyer ?? 0) < ($1.attempt ?? 0, $1.purchase ?? 0, $1.buyer ?? 0)
        }
        return reading.ledger
    }

    private mutating func readCount() throws(RunError) {
        guard let count = reply.integer(), count >= 0 else {
            throw RunError(.unavailable, "\(shown(reply)) where a number of orders was wanted")
        }
        ledger.countOnly = count
    }

    /// Ids, or pairs of them, one after the other in a flat array.
    private mutating func readFlat(parts: [Strategy.LedgerRule.Part]) throws(RunError) {
        let isFlat = reply.kind == .array && reply.nodes.count == reply.elementCount() + 1
        guard isFlat, reply.elementCount().isMultiple(of: parts.count) else {
            let wanted = parts.count == 1 ? "ids" : "pairs"
            throw RunError(
                .unavailable,
                "\(reply.kind == .array ? "a list that is no list of \(wanted)" : shown(reply)) where \(wanted) were wanted"
            )
        }
        // Nodes of a flat array stand one after the other: no search for each element.
        for start in stride(from: Reply.root + 1, to: reply.nodes.count, by: parts.count) {
            var order = Ledger.Order()
            var isReadable = true
            if parts[0] == .unit, isNobodys(start + 1) { continue }
            for (index, part) in parts.enumerated() {
                if part == .unit {
                    isReadable = takeUnit(reply.name(at: start + index), into: &order) && isReadable
                    continue
                }
                isReadable = take(reply.integer(at: start + index), as: part, into: &order) && isReadable
            }
            keep(
                order, ifReadable: isReadable,
                text: (start..<start + parts.count).map { reply.string(at: $0) }.joined(separator: " "))
        }
    }

    /// Entries of a stream: an id, then names and values of fields.
    private mutating func readEntries(_ fields: [Strategy.LedgerRule.Part: String]) throws(RunError) {
        guard reply.kind == .array else {
            throw RunError(.unavailable, "\(shown(reply)) where the entries of a stream were wanted")
        }
        var node = Reply.root + 1
        for _ in 0..<reply.elementCount() {
            defer { node = reply.end(of: node) }
            guard reply.kind(at: node) == .array, reply.elementCount(at: node) == 2, reply.kind(at: node + 2) == .array
            else { throw RunError(.unavailable, "a list that holds no entries of a stream") }
            var order = Ledger.Order()
            var isReadable = true
            for (part, name) in fields {
                if part == .unit {
                    let node = value(of: name, in: node + 2)
                    isReadable = takeUnit(node.flatMap { reply.name(at: $0) }, into: &order) && isReadable
                    continue
                }
                isReadable = take(number(of: name, in: node + 2), as: part, into: &order) && isReadable
            }
            keep(order, ifReadable: isReadable, text: "entry \(reply.string(at: node + 1))")
        }
    }

    /// The value beside the name of a field, in a flat array of names and values.
    private func number(of name: String, in array: Int) -> Int? {
        value(of: name, in: array).flatMap { reply.integer(at: $0) }
    }

    private func value(of name: String, in array: Int) -> Int? {
        for field in stride(from: array + 1, to: array + 1 + reply.elementCount(at: array), by: 2)
        where reply.bytes(at: field).elementsEqual(name.utf8) && field + 1 < reply.end(of: array) {
            return field + 1
        }
        return nil
    }

    private mutating func readJSON(_ paths: [Strategy.LedgerRule.Part: [JSONStep]]) throws(RunError) {
        guard reply.kind == .array, reply.nodes.count == reply.elementCount() + 1 else {
            throw RunError(
                .unavailable, "\(reply.kind == .array ? "a list of lists" : shown(reply)) where JSON texts were wanted")
        }
        for node in (Reply.root + 1)..<reply.nodes.count {
            let text = reply.string(at: node)
            var order = Ledger.Order()
            var isReadable = true
            for (part, path) in paths {
                if part == .unit {
                    let value = JSONScanner.value(in: text, at: path)
                    isReadable =
                        takeUnit(value.flatMap { $0.text ?? $0.integer.map(String.init) }, into: &order) && isReadable
                    continue
                }
                isReadable = take(JSONScanner.value(in: text, at: path)?.integer, as: part, into: &order) && isReadable
            }
            keep(order, ifReadable: isReadable, text: text)
        }
    }

    private mutating func keep(_ order: Ledger.Order, ifReadable isReadable: Bool, text: String) {
        if isReadable { ledger.orders.append(order) } else { ledger.unreadable.append(text) }
    }

    /// Whether a unit has nobody yet: an empty text or 0 stands beside it.
    private func isNobodys(_ node: Int) -> Bool {
        reply.integer(at: node) == 0 || (reply.kind(at: node) == .string && reply.bytes(at: node).isEmpty)
    }

    /// False where the name is missing.
    private func takeUnit(_ name: String?, into order: inout Ledger.Order) -> Bool {
        guard let name, !name.isEmpty else { return false }
        order.unit = UnitText.text([name])
        return true
    }

    /// False where the number is missing.
    private func take(_ number: Int?, as part: Strategy.LedgerRule.Part, into order: inout Ledger.Order) -> Bool {
        guard let number else { return false }
        switch part {
        case .attempt: order.attempt = number
        case .purchase: order.purchase = number
        case .buyer: order.buyer = number
        case .quantity: order.quantity = number
        case .unit: return false
        }
        return true
    }
}

extension Reply {
    /// The text of a node, or the digits of an integer; nil where there is none.
    fileprivate func name(at node: Int) -> String? {
        switch kind(at: node) {
        case .integer: String(nodes[node].integer)
        case .string, .status: String(validating: bytes(at: node), as: UTF8.self)
        case .error, .null, .array: nil
        }
    }
}
