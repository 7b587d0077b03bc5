internal import FlashSale

/// Writes a first strategy file for a script: what its words tell, and a default with a TODO wherever only its author knows.
package struct FirstStrategyFile {
    private let outline: LuaOutline
    private let file: String
    private var keys: [(name: String, key: LuaOutline.Key, isOwn: Bool)] = []
    private var names: Set<String> = []
    /// The last number that each wanted name was given.
    private var lastNumbers: [String: Int] = [:]
    private var stock = 0

    /// - Parameter file: the script's name, as the strategy file shall have it.
    package init(_ script: String, file: String) {
        outline = LuaOutline(script)
        self.file = file
        for number in outline.keys.keys.sorted() {
            // KEYS are positions: one that the script never touches is given all the same.
            while keys.count < number - 1 { add(.init(), isOwn: false) }
            if let key = outline.keys[number] { add(key, isOwn: false) }
        }
        for key in outline.ownKeys { add(key, isOwn: true) }
        if keys.isEmpty { add(.init(name: "stock"), isOwn: false) }
        stock =
            keys.firstIndex { $0.key.uses.contains { Self.takesUnits.contains($0.command) } }
            ?? keys.firstIndex { $0.key.uses.contains { Self.counts.contains($0.command) } } ?? 0
    }

    private mutating func add(_ key: LuaOutline.Key, isOwn: Bool) {
        let wanted = Self.plain(
            key.name ?? key.text.map { String($0.prefix { $0.isLetter || $0 == "_" || $0 == "-" }) }
                ?? Self.kind(of: key))
        var name = Self.isFree(wanted) ? wanted : "key"
        // A script may make up thousands of keys whose names start alike.
        var number = lastNumbers[wanted] ?? 1
        while !names.insert(name).inserted {
            number += 1
            name = "\(wanted.isEmpty ? "key" : wanted)\(number)"
        }
        lastNumbers[wanted] = number
        keys.append((name, key, isOwn))
    }

    // MARK: The text

    package var text: String {
        let own = keys.filter(\.isOwn)
        var lines = [
            "# A first strategy file for \(ForeignText.shown(file)), written from what the script says. Look at each TODO, then: stress strategies check",
            "strategy: \(Self.strategyName(of: file))",
            "summary: \(YAMLText.plain("what \(ForeignText.shown(Self.base(of: file), limit: ForeignText.nameLimit)) does"))",
        ]
        if rules.contains(where: { $0.contains("then: duplicate") }) {
            lines.append("limit: 1                                # TODO: the units that one buyer may have")
        }
        lines.append("keys:                                   # TODO: the names only have to hold {sale}")
        if !own.isEmpty {
            lines.append(
                "  # The script makes up some keys itself. They are the same in every run, which only a private server may have."
            )
        }
        for (name, key, isOwn) in keys {
            let uses = key.uses.map(\.command).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            let text = isOwn ? (key.text ?? name).replacing("{", with: "{{") : "{sale}:\(name)"
            lines.append(
                "  \(name): \(YAMLText.quoted(text))" + (uses.isEmpty ? "" : "   # \(uses.joined(separator: ", "))"))
        }
        lines +=
            ["scripts:", "  buy: { file: \(YAMLText.quoted(file)) }"] + fill + [
                "open:                                   # once, before the doors open"
            ]
        lines += open.map { "  - \($0)" }
        lines += ["buy:", "  - script: buy"]
        let given = keys.filter { !$0.isOwn && !outline.keys.isEmpty }
        if !given.isEmpty { lines.append("    keys: [ \(given.map { "\"{\($0.name)}\"" }.joined(separator: ", ")) ]") }
        if !arguments.isEmpty {
            lines.append("    args:")
            for (value, comment) in arguments { lines.append("      - \(value)\(comment)") }
        }
        lines.append("    outcomes:                           # from top to bottom, the first that matches counts")
        lines += rules.map { "      - \($0)" }
        lines.append("stock: \(probe)   # TODO: must find {units} after open, and what is left at the end")
        lines += ledger
        lines += ["close:", "  - DEL \(keys.map { "{\($0.name)}" }.joined(separator: " "))"]
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Stock

    /// How the stock is kept, as the commands on its key tell.
    private var stockUse: LuaOutline.Use? {
        let uses = keys[stock].key.uses
        return uses.first { Self.takesUnits.contains($0.command) } ?? uses.first { Self.counts.contains($0.command) }
    }

    private var open: [String] {
        let name = keys[stock].name
        guard let use = stockUse else { return ["SET {\(name)} {units}   # TODO: how the stock is kept"] }
        switch use.command {
        case "HINCRBY", "HGET", "HMGET", "HSET", "HGETALL":
            let fields = hashFields
            let total = YAMLText.commandWord(fields.total)
            let sold = fields.sold.map { " \(YAMLText.commandWord($0)) 0" } ?? ""
            let command = YAMLText.plain("HSET {\(name)} \(total) {units}\(sold)")
            return ["\(command)   # TODO: fields that the script reads"]
        case "LPOP", "RPOP", "SPOP", "LLEN", "SCARD":
            return [
                "{ script: fill, keys: [ \"{\(name)}\" ], args: [ \"{units}\" ] }   # TODO: one element for each unit"
            ]
        default: return countsUp ? ["SET {\(name)} 0"] : ["SET {\(name)} {units}"]
        }
    }

    /// A script that makes one element for each unit, where the stock is a list or a set.
    private var fill: [String] {
        guard let command = stockUse?.command, ["LPOP", "RPOP", "SPOP", "LLEN", "SCARD"].contains(command) else {
            return []
        }
        let add = command == "SPOP" || command == "SCARD" ? "SADD" : "RPUSH"
        return ["  fill: for unit = 1, tonumber(ARGV[1]) do redis.call('\(add)', KEYS[1], unit) end"]
    }

    /// Whether a number of sold units is counted up.
    private var countsUp: Bool {
        guard let use = stockUse else { return false }
        return use.command == "INCR" || (use.command == "INCRBY" && !use.isNegative)
    }

    private var probe: String {
        let name = keys[stock].name
        guard let use = stockUse else { return "GET {\(name)}" }
        switch use.command {
        case "HINCRBY", "HGET", "HMGET", "HSET", "HGETALL":
            let fields = hashFields
            let total = "HGET {\(name)} \(YAMLText.commandWord(fields.total))"
            guard let sold = fields.sold else { return YAMLText.plain(total) }
            let minus = "HGET {\(name)} \(YAMLText.commandWord(sold))"
            return "{ total: \(YAMLText.quoted(total)), minus: \(YAMLText.quoted(minus)) }"
        case "LPOP", "RPOP", "LLEN": return "LLEN {\(name)}"
        case "SPOP", "SCARD": return "SCARD {\(name)}"
        default:
            return countsUp ? "{ total: \"{units}\", minus: { read: \"GET {\(name)}\", missing: 0 } }" : "GET {\(name)}"
        }
    }

    /// The field with the units, and the one that counts what was sold, if the script counts up.
    private var hashFields: (total: String, sold: String?) {
        let uses = keys[stock].key.uses
        let counted = uses.first { $0.command == "HINCRBY" && $0.field != nil }
        let read = uses.compactMap(\.field).first { $0 != counted?.field }
        guard let counted, let field = counted.field else { return (read ?? "stock", nil) }
        return counted.isNegative ? (field, nil) : (read ?? "total", field)
    }

    /// Left as a comment: what is no order must not be taken for one.
    private var ledger: [String] {
        let writes = ["SADD": "SMEMBERS", "HSET": "HGETALL", "HSETNX": "HGETALL", "ZADD": "ZRANGE"]
        for (index, entry) in keys.enumerated() where index != stock {
            guard let write = entry.key.uses.first(where: { writes[$0.command] != nil }),
                let read = writes[write.command]
            else { continue }
            let holds = read == "HGETALL" ? "attempt-to-buyer" : "buyers"
            let range = read == "ZRANGE" ? " 0 -1" : ""
            return [
                "# TODO: ledger: { read: \"\(read) {\(entry.name)}\(range)\", holds: \(holds), atomic: true }   # the orders that the script writes"
            ]
        }
        return ["# TODO: ledger: how the orders that the script writes are read, if it writes any"]
    }

    // MARK: Arguments and answers

    private var arguments: [(value: String, comment: String)] {
        guard let last = outline.arguments.keys.max() else { return [] }
        return (1...last).map { number in
            let names = outline.arguments[number] ?? []
            let name = names.first.map { " \($0)" } ?? ""
            for name in names {
                if let known = Self.meaning(ofArgument: name) {
                    return ("\"\(known)\"", "   # ARGV[\(number)] \(name)")
                }
            }
            if outline.keyArguments.contains(number) {
                return ("\"1\"", "   # TODO: ARGV[\(number)]\(name), part of a key: which goods")
            }
            let isNoted = keys.flatMap(\.key.uses).contains { $0.argument == number && Self.notes.contains($0.command) }
            return (
                "\"{buyer}\"", isNoted ? "   # ARGV[\(number)]\(name)" : "   # TODO: what is ARGV[\(number)]\(name)?"
            )
        }
    }

    private static func meaning(ofArgument name: String) -> String? {
        let name = name.lowercased()
        func has(_ words: String...) -> Bool { words.contains { name.contains($0) } }
        if has("order", "request", "token", "uuid") { return "{attempt}" }
        if has("user", "buyer", "customer", "member", "uid", "account") { return "{buyer}" }
        if has("limit") { return "1" }
        if has("quantity", "qty", "count", "num", "amount", "want") { return "{quantity}" }
        if has("now", "time") { return "{now-ms}" }
        return nil
    }

    private var rules: [String] {
        var rules: [String] = []
        var ranges: [String] = []
        var known: Set<String> = []
        let hasWin = outline.returns.contains { $0.meaning == .won }
        for (index, answer) in outline.returns.enumerated() {
            var then =
                switch answer.meaning {
                case .won: "won"
                case .soldOut: "sold-out"
                case .duplicate: "duplicate"
                case .failed: "failed"
                }
            if !hasWin, index == outline.returns.count - 1 { then = "won" }
            let (when, remaining, isRange) = Self.matcher(answer.value, wins: then == "won")
            guard known.insert(when).inserted else { continue }
            let rule = "{ when: \(when), then: \(then)\(remaining) }   # TODO: line \(answer.line) returns it"
            if isRange { ranges.append(rule) } else { rules.append(rule) }
        }
        rules += ranges
        if !rules.contains(where: { $0.contains("then: won") }) {
            rules.append("{ when: any, then: won }   # TODO: the answer to a buyer who gets a unit")
        }
        return rules
    }

    private static func matcher(
        _ value: LuaOutline.Return.Value, wins: Bool
    ) -> (when: String, remaining: String, isRange: Bool) {
        switch value {
        case .integer(let number): return ("\(number)", "", false)
        case .text("OK"): return ("ok", "", false)
        case .text(let text): return (YAMLText.single("\"\(text)\""), "", false)
        case .error(let text):
            let word = text.split(separator: " ").first.map { " \($0)" } ?? ""
            return (YAMLText.plain("error\(word)"), "", false)
        case .null: return ("nil", "", false)
        case .table(let first): return first.map { ("\"[0] == \($0)\"", "", false) } ?? ("array", "", true)
        case .json: return ("any", "", true)
        case .other: return wins ? ("\">= 0\"", ", remaining: reply", true) : ("\"< 0\"", "", true)
        }
    }

    // MARK: Words

    private static func plain(_ name: String) -> String {
        let words = name.reduce(into: "") { text, character in
            if character.isUppercase, !text.isEmpty { text += "-" }
            text += character.isASCII && (character.isLetter || character.isNumber) ? character.lowercased() : "-"
        }
        let name = words.split(separator: "-").joined(separator: "-")
        for ending in ["-key", "-keys"] where name.hasSuffix(ending) && name.count > ending.count {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    private static func isFree(_ name: String) -> Bool {
        !name.isEmpty && Int(name) == nil && Template.Variable(rawValue: name) == nil
            && !["reply", "json", "not", "and", "or"].contains(name)
    }

    private static func kind(of key: LuaOutline.Key) -> String {
        let commands = Set(key.uses.map(\.command))
        if !commands.isDisjoint(with: takesUnits.union(["GET"])) { return "stock" }
        if !commands.isDisjoint(with: ["INCR", "INCRBY"]) { return "sold" }
        if !commands.isDisjoint(with: ["SADD", "SISMEMBER"]) { return "buyers" }
        if !commands.isDisjoint(with: ["HSET", "XADD", "LPUSH", "RPUSH", "ZADD"]) { return "orders" }
        return "key"
    }

    private static func base(of file: String) -> String { file.split(separator: "/").last.map(String.init) ?? file }

    private static func strategyName(of file: String) -> String {
        let name = base(of: file).lowercased().replacing(".lua", with: "")
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }
        let text = String(String(plain).drop { ".-".contains($0) }.prefix(64))
        return text.isEmpty ? "mine" : text
    }

    private static let takesUnits: Set<String> = ["DECR", "DECRBY", "LPOP", "RPOP", "SPOP", "HINCRBY"]
    private static let counts: Set<String> = ["INCR", "INCRBY", "GET", "HGET", "HMGET", "HGETALL", "LLEN", "SCARD"]
    private static let notes: Set<String> = [
        "SADD", "SISMEMBER", "HSET", "HEXISTS", "HGET", "ZADD", "SETBIT", "GETBIT", "HSETNX", "XADD",
    ]
}
