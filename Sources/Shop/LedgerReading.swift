internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Turns the replies to a ledger's `read:`, or the keys that are orders and their values, into orders.
struct LedgerReading {
    let rule: Strategy.LedgerRule
    /// Of each member, with the values of the sale.
    let members: [LedgerPattern]
    /// Of entries and JSON texts, in the same way.
    let fields: [Strategy.LedgerRule.Field]
    /// The same as they are of any item; nil where orders do not say of which they are.
    let membersOfAny: [LedgerPattern]?
    let fieldsOfAny: [Strategy.LedgerRule.Field]?
    /// How a reply is shown in a message.
    private let shown: (Reply) -> String
    var ledger: Ledger

    /// - Parameter fill: gives a pattern the values of the sale.
    init(
        by rule: Strategy.LedgerRule, fill: (LedgerPattern) -> LedgerPattern = { $0 },
        ofAnyItem: (LedgerPattern) -> LedgerPattern? = { _ in nil },
        shown: @escaping (Reply) -> String = \.description
    ) {
        self.shown = shown
        self.rule = rule
        func filled(_ fill: (LedgerPattern) -> LedgerPattern) -> [Strategy.LedgerRule.Field] {
            switch rule.holds {
            case .entries(let fields), .columns(let fields), .json(let fields):
                fields.map { field in
                    var field = field
                    field.pattern = fill(field.pattern)
                    return field
                }
            case .ids, .pairs, .patterns, .count, .nothing: []
            }
        }
        members = rule.holds.members.map(fill)
        fields = filled(fill)
        membersOfAny = rule.holds.sayItem ? rule.holds.members.map { ofAnyItem($0) ?? fill($0) } : nil
        fieldsOfAny = rule.holds.sayItem ? filled { ofAnyItem($0) ?? fill($0) } : nil
        ledger = Ledger(orders: [], isAtomic: rule.isAtomic)
        ledger.mergesRepeats = rule.mergesRepeats
        ledger.unitsAreKeys = rule.unitsAreKeys
    }

    /// - Throws: ``RunError`` if the reply is not of the kind that the strategy file says.
    static func ledger(
        _ reply: Reply, by rule: Strategy.LedgerRule, fill: (LedgerPattern) -> LedgerPattern = { $0 },
        ofAnyItem: (LedgerPattern) -> LedgerPattern? = { _ in nil },
        shown: @escaping (Reply) -> String = \.description
    ) throws(RunError) -> Ledger {
        var reading = LedgerReading(by: rule, fill: fill, ofAnyItem: ofAnyItem, shown: shown)
        try reading.read(reply)
        return reading.sorted()
    }

    /// The orders that were read, in the order of their ids.
    consuming func sorted() -> Ledger {
        ledger.orders.sort {
            ($0.attempt ?? 0, $0.purchase ?? 0, $0.buyer ?? 0) < ($1.attempt ?? 0, $1.purchase ?? 0, $1.buyer ?? 0)
        }
        return ledger
    }

    // MARK: A whole reply

    /// Takes all the orders of one reply.
    mutating func read(_ reply: Reply) throws(RunError) {
        switch rule.holds {
        case .count: try readCount(reply)
        case .ids, .pairs, .patterns: try readFlat(reply)
        case .entries: try readEntries(reply)
        case .json: try readJSON(reply)
        // Tables come from other stores.
        case .columns, .nothing: break
        }
    }

    private mutating func readCount(_ reply: Reply) throws(RunError) {
        guard let count = reply.integer(), count >= 0 else {
            throw RunError(.unavailable, "\(shown(reply)) where a number of orders was wanted")
        }
        ledger.countOnly = count
    }

    /// Members, or pairs of them, one after the other in a flat array.
    private mutating func readFlat(_ reply: Reply) throws(RunError) {
        let isFlat = reply.kind == .array && reply.nodes.count == reply.elementCount() + 1
        guard isFlat, reply.elementCount().isMultiple(of: members.count) else {
            let wanted = members.count == 1 ? "ids" : "pairs"
            throw RunError(
                .unavailable,
                "\(reply.kind == .array ? "a list that is no list of \(wanted)" : shown(reply)) where \(wanted) were wanted"
            )
        }
        // Nodes of a flat array stand one after the other: no search for each element.
        for start in stride(from: Reply.root + 1, to: reply.nodes.count, by: members.count) {
            // A unit that has nobody yet is no order.
            if rule.unitsAreKeys, Self.isNobodys(reply, start + 1) { continue }
            readMember(reply, at: start, of: Ledger.Order())
        }
    }

    /// Entries of a stream: an id, then names and values of fields.
    private mutating func readEntries(_ reply: Reply, of base: Ledger.Order = Ledger.Order()) throws(RunError) {
        guard reply.kind == .array else {
            throw RunError(.unavailable, "\(shown(reply)) where the entries of a stream were wanted")
        }
        var node = Reply.root + 1
        for _ in 0..<reply.elementCount() {
            defer { node = reply.end(of: node) }
            guard reply.kind(at: node) == .array, reply.elementCount(at: node) == 2, reply.kind(at: node + 2) == .array
            else { throw RunError(.unavailable, "a list that holds no entries of a stream") }
            readFields(reply, of: node + 2, base, text: "entry \(reply.string(at: node + 1))")
        }
    }

    private mutating func readJSON(_ reply: Reply) throws(RunError) {
        guard reply.kind == .array, reply.nodes.count == reply.elementCount() + 1 else {
            throw RunError(
                .unavailable, "\(reply.kind == .array ? "a list of lists" : shown(reply)) where JSON texts were wanted")
        }
        for node in (Reply.root + 1)..<reply.nodes.count { readText(reply.string(at: node), of: Ledger.Order()) }
    }

    // MARK: One order

    /// A member of a set or a list, a field with its value, or a JSON text.
    ///
    /// - Parameters:
    ///   - node: its first node; the second of a pair is the next.
    ///   - base: what is known of the order without it.
    mutating func readMember(_ reply: Reply, at node: Int, of base: Ledger.Order) {
        if case .json = rule.holds { return readText(reply.string(at: node), of: base) }
        // The text is made only where it is needed: almost all members are orders.
        if let order = Self.orderOfMember(members, reply, at: node, of: base) {
            return keep(order, ifReadable: true, text: "")
        }
        // An order of another item is nobody's here.
        if let membersOfAny, Self.orderOfMember(membersOfAny, reply, at: node, of: base) != nil { return }
        let texts = (node..<node + members.count).map { String(decoding: Self.bytes(reply, $0), as: UTF8.self) }
        keep(base, ifReadable: false, text: texts.joined(separator: " "))
    }

    private static func orderOfMember(
        _ members: [LedgerPattern], _ reply: Reply, at node: Int, of base: Ledger.Order
    ) -> Ledger.Order? {
        var order = base
        for (index, member) in members.enumerated() {
            guard member.read(bytes(reply, node + index), into: &order) else { return nil }
        }
        return members.isEmpty ? nil : order
    }

    /// What a node says as text, or as the digits of its number; nothing for an array, a nil and an error.
    private static func bytes(_ reply: Reply, _ node: Int) -> ArraySlice<UInt8> {
        switch reply.kind(at: node) {
        case .integer: Array(String(reply.nodes[node].integer).utf8)[...]
        case .string, .status: reply.bytes(at: node)
        case .error, .null, .array: []
        }
    }

    /// Names and values of fields, one after the other in a flat array.
    private mutating func readFields(_ reply: Reply, of array: Int, _ base: Ledger.Order, text: String) {
        func order(_ fields: [Strategy.LedgerRule.Field]) -> Ledger.Order? {
            var order = base
            for wanted in fields {
                let places = stride(from: array + 1, to: array + reply.elementCount(at: array), by: 2)
                guard let place = places.first(where: { reply.bytes(at: $0).elementsEqual(wanted.name.utf8) }),
                    wanted.pattern.read(Self.bytes(reply, place + 1), into: &order)
                else { return nil }
            }
            return order
        }
        keep(order(fields), orOfAnother: fieldsOfAny.flatMap(order), text: text)
    }

    private mutating func readText(_ text: String, of base: Ledger.Order) {
        func order(_ fields: [Strategy.LedgerRule.Field]) -> Ledger.Order? {
            var order = base
            for field in fields {
                guard let value = JSONScanner.value(in: text, at: field.path),
                    let told = value.text ?? value.integer.map({ String($0) }),
                    field.pattern.read(Array(told.utf8)[...], into: &order)
                else { return nil }
            }
            return order
        }
        keep(order(fields), orOfAnother: fieldsOfAny.flatMap(order), text: text)
    }

    /// - Parameter other: what it is as an order of any item.
    private mutating func keep(_ order: Ledger.Order?, orOfAnother other: Ledger.Order?, text: String) {
        if order == nil, other != nil { return }
        keep(order ?? Ledger.Order(), ifReadable: order != nil, text: text)
    }

    /// An order of no units is none: a counter that was taken back to 0, or was never above it.
    mutating func keep(_ order: Ledger.Order, ifReadable isReadable: Bool, text: String) {
        guard isReadable else { return ledger.unreadable.append(text) }
        if order.quantity != 0 { ledger.orders.append(order) }
    }

    /// Whether a unit has nobody yet: an empty text or 0 stands beside it.
    private static func isNobodys(_ reply: Reply, _ node: Int) -> Bool {
        reply.integer(at: node) == 0 || (reply.kind(at: node) == .string && reply.bytes(at: node).isEmpty)
    }

    // MARK: Keys that are orders

    /// A key whose name says everything.
    mutating func readKey(_ order: Ledger.Order) { keep(order, ifReadable: true, text: "") }

    /// What a key holds, by its type: a text and an object are one order, a member of any other collection is one each.
    ///
    /// - Parameters:
    ///   - reply: all that it holds, as GET, HGETALL, SMEMBERS, LRANGE, ZRANGE WITHSCORES and XRANGE give it.
    ///   - type: as TYPE gives it.
    ///   - order: what its name tells.
    mutating func readValue(_ reply: Reply, type: String, key: String, of order: Ledger.Order) throws(RunError) {
        let isPair = members.count == 2
        switch (type, rule.holds) {
        case ("hash", .entries): return readFields(reply, of: Reply.root, order, text: key)
        case ("stream", .entries):
            ledger.mergesRepeats = false
            return try readEntries(reply, of: order)
        case ("string", .ids), ("string", .patterns), ("string", .json):
            guard !isPair else { break }
            return readMember(reply, at: Reply.root, of: order)
        case ("hash", .ids), ("hash", .patterns), ("hash", .pairs), ("hash", .json), ("zset", .ids),
            ("zset", .patterns), ("zset", .pairs), ("zset", .json):
            // One pattern is that of the fields, or of a sorted set's members; JSON texts are a hash's values.
            var first = Reply.root + 1
            if case .json = rule.holds, type == "hash" { first += 1 }
            for node in stride(from: first, to: reply.nodes.count, by: 2) { readMember(reply, at: node, of: order) }
            return
        case ("set", .ids), ("set", .patterns), ("set", .json), ("list", .ids), ("list", .patterns), ("list", .json):
            guard !isPair else { break }
            if type == "list" { ledger.mergesRepeats = false }
            for node in (Reply.root + 1)..<max(Reply.root + 1, reply.nodes.count) {
                readMember(reply, at: node, of: order)
            }
            return
        default: break
        }
        ledger.unreadable.append("\(key), which is a \(type)")
    }
}
