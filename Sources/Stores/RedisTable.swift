package import Strategies

/// A reply of Redis as rows.
package enum RedisTable {
    /// Columns that a table of a stream's entries may have.
    private static let mostColumns = 1000

    /// - Parameter command: its name says which flat arrays are pairs.
    /// - Returns: nil for a reply that is no table: arrays of different things, or nested ones.
    package static func read(_ reply: Reply, to command: [[UInt8]]) -> StoreTable? {
        let root = reply.nodes[0]
        guard root.kind == .array else { return single(reply) }
        if isStream(command), let table = entries(reply) { return table }
        // A list of lists, as EVAL gives it and ZRANGE … WITHSCORES under RESP3.
        if root.integer > 0, reply.nodes[1].kind == .array { return lists(reply) }
        let width = givesPairs(command) ? 2 : 1
        guard root.integer % width == 0 else { return nil }
        var table = StoreTable(columnCount: width)
        for node in 1..<max(1, reply.nodes.count) {
            guard append(node, of: reply, to: &table) else { return nil }
        }
        return table
    }

    private static func single(_ reply: Reply) -> StoreTable? {
        var table = StoreTable(columnCount: 1)
        return append(0, of: reply, to: &table) ? table : nil
    }

    private static func append(_ node: Int, of reply: Reply, to table: inout StoreTable) -> Bool {
        switch reply.kind(at: node) {
        case .array, .error: return false
        case .null: table.appendNull()
        case .integer: table.append(String(reply.nodes[node].integer).utf8)
        case .string, .status: table.append(reply.bytes(at: node))
        }
        return true
    }

    /// Lists of one length, each without lists in it.
    private static func lists(_ reply: Reply) -> StoreTable? {
        let width = reply.nodes[1].integer
        guard width > 0 else { return nil }
        var table = StoreTable(columnCount: width)
        var node = 1
        while node < reply.nodes.count {
            guard reply.kind(at: node) == .array, reply.nodes[node].integer == width else { return nil }
            for cell in node + 1...node + width {
                guard append(cell, of: reply, to: &table) else { return nil }
            }
            node += width + 1
        }
        return table
    }

    // MARK: Streams

    private static func isStream(_ command: [[UInt8]]) -> Bool { ["XRANGE", "XREVRANGE"].contains(name(command)) }

    /// A stream's entries: a column `id`, and one for each name of a field.
    private static func entries(_ reply: Reply) -> StoreTable? {
        var names: [[UInt8]] = []
        guard
            walk(
                reply,
                { fields in
                    for field in stride(from: fields.lowerBound, to: fields.upperBound, by: 2) {
                        let name = Array(reply.bytes(at: field))
                        let place = (field - fields.lowerBound) / 2
                        if place < names.count, names[place] == name { continue }
                        if !names.contains(name) { names.append(name) }
                        guard names.count < mostColumns else { return false }
                    }
                    return true
                })
        else { return nil }
        var table = StoreTable(columns: ["id"] + names.map { String(decoding: $0, as: UTF8.self) })
        let isWhole = walk(reply) { fields in
            table.append(reply.bytes(at: fields.lowerBound - 2))
            for (place, name) in names.enumerated() {
                let guess = fields.lowerBound + 2 * place
                let field =
                    guess < fields.upperBound && reply.bytes(at: guess).elementsEqual(name)
                    ? guess
                    : stride(from: fields.lowerBound, to: fields.upperBound, by: 2).first {
                        reply.bytes(at: $0).elementsEqual(name)
                    }
                guard let field else {
                    table.appendNull()
                    continue
                }
                guard append(field + 1, of: reply, to: &table) else { return false }
            }
            return true
        }
        return isWhole ? table : nil
    }

    /// Calls `body` with the nodes of each entry's fields and values; false where the reply is no stream's.
    private static func walk(_ reply: Reply, _ body: (Range<Int>) -> Bool) -> Bool {
        var node = 1
        while node < reply.nodes.count {
            guard reply.kind(at: node) == .array, reply.nodes[node].integer == 2, reply.kind(at: node + 1) == .string,
                reply.kind(at: node + 2) == .array
            else { return false }
            let fields = node + 3..<node + 3 + reply.nodes[node + 2].integer
            guard fields.count.isMultiple(of: 2), fields.allSatisfy({ reply.kind(at: $0) != .array }), body(fields)
            else { return false }
            node = fields.upperBound
        }
        return true
    }

    // MARK: Pairs

    private static func name(_ command: [[UInt8]]) -> String {
        String(decoding: command.first ?? [], as: UTF8.self).uppercased()
    }

    /// Whether a flat array is of names and values, or of members and scores.
    private static func givesPairs(_ command: [[UInt8]]) -> Bool {
        switch name(command) {
        case "HGETALL", "ZPOPMIN", "ZPOPMAX": return true
        case "CONFIG": return command.count > 1 && String(decoding: command[1], as: UTF8.self).uppercased() == "GET"
        case "ZRANGE", "ZREVRANGE", "ZRANGEBYSCORE", "ZREVRANGEBYSCORE", "ZRANDMEMBER", "ZDIFF", "ZINTER", "ZUNION",
            "HRANDFIELD":
            return command.dropFirst(2).contains {
                ["WITHSCORES", "WITHVALUES"].contains(String(decoding: $0, as: UTF8.self).uppercased())
            }
        default: return false
        }
    }
}
