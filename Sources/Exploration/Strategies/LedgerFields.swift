internal import Strategies

/// Keys of which buyers only ever write a field of their own and hear nothing of the others: there, writes of different fields can be
/// exchanged, though they touch the same key.
struct LedgerFields {
    private(set) var keys: Set<[UInt8]> = []

    /// Commands whose reply tells of the fields that they name and of no other, with the distance from one field to the next.
    private static let strides = ["HSET": 2, "HSETNX": 3, "HINCRBY": 3, "HDEL": 1, "SADD": 1, "SREM": 1]

    /// - Parameter tag: what `{sale}` stands for.
    init(of strategy: Strategy, tag: String) {
        var written: Set<String> = []
        var others: Set<String> = []
        for call in strategy.allSteps.flatMap(\.calls) {
            switch call {
            case .command(let command) where Self.strides[command.name] != nil && command.arguments.count > 2:
                if let key = Self.keyName(command.arguments[1]) { written.insert(key) }
                others.formUnion(command.arguments.dropFirst(2).flatMap(Self.keyNames))
            default: others.formUnion(call.templates.flatMap(Self.keyNames))
            }
        }
        for key in strategy.keys where written.contains(key.name) && !others.contains(key.name) {
            if let name = Self.name(key.template, tag: tag) { keys.insert(Array(name.utf8)) }
        }
        // Another way to write the same key would not be seen above.
        let names = strategy.keys.compactMap { Self.name($0.template, tag: tag) }
        keys = keys.filter { key in names.count { Array($0.utf8) == key } == 1 }
        if !Self.allKeysAreDeclared(strategy) { keys = [] }
    }

    /// Whether no command names a key by its text.
    private static func allKeysAreDeclared(_ strategy: Strategy) -> Bool {
        !strategy.allSteps.flatMap(\.calls).flatMap(\.templates).contains { template in
            template.values.contains(.variable(.sale)) || template.values.contains(.variable(.shard))
        }
    }

    private static func keyName(_ template: Template) -> String? {
        guard template.pieces.count == 1, case .key(let name)? = template.values.first, template.values.count == 1
        else {
            return nil
        }
        return name
    }

    private static func keyNames(_ template: Template) -> [String] {
        template.values.compactMap { value in
            switch value {
            case .key(let name), .ofLine(_, .key(let name)): name
            default: nil
            }
        }
    }

    /// What a key is called, where that is the same for everybody.
    private static func name(_ template: Template, tag: String) -> String? {
        var name = ""
        for piece in template.pieces {
            switch piece {
            case .text(let text): name += text
            case .expression(let expression):
                guard expression.terms.count == 1, expression.terms[0].value == .variable(.sale) else { return nil }
                name += tag
            }
        }
        return name
    }

    /// What a command touches, where it writes fields of such a key; nil for any other.
    func footprint(of words: [[UInt8]], named name: String) -> Footprint? {
        guard words.count > 2, let stride = Self.strides[name], keys.contains(words[1]) else { return nil }
        var footprint = Footprint()
        for place in Swift.stride(from: 2, to: stride == 3 ? 3 : words.count, by: stride) {
            footprint.write(words[place], of: words[1])
        }
        return footprint
    }
}
