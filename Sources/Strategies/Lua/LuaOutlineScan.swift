/// One pass over the words of a script, for its ``LuaOutline``. It never fails: what it does not understand it leaves out.
struct LuaOutlineScan {
    /// What a name or an expression stands for.
    enum Reference {
        case key(Int)
        case argument(Int)
        case ownKey(Int)
        /// The reply to a command.
        case reply(of: String)
    }

    /// A block that is open.
    struct Frame {
        var isFunction = false
        /// The words of its condition; nil for `else`, a loop and the script itself.
        var condition: Range<Int>?
        var takes = false
        /// Whether a return inside, or in a branch beside it, gave a unit.
        var hasWon = false
    }

    let tokens: [LuaToken]
    var outline = LuaOutline()
    var names: [String: Reference] = [:]
    var frames = [Frame()]
    /// Where the loop that was opened last has its `do`, which opens no other block.
    private var awaitsDo = false

    init(_ tokens: [LuaToken]) { self.tokens = tokens }

    /// The word at a place; nothing for a string and behind the end.
    func word(_ index: Int) -> String {
        guard tokens.indices.contains(index), tokens[index].kind != .string else { return "" }
        return tokens[index].text
    }

    func string(_ index: Int) -> String? {
        tokens.indices.contains(index) && tokens[index].kind == .string ? tokens[index].text : nil
    }

    mutating func run() {
        var index = 0
        while index < tokens.count {
            // Before the statement's own words are looked at.
            if word(index) == "return" {
                noteReturn(at: index)
            } else if tokens[index].kind == .keyword {
                follow(index)
            }
            if tokens[index].kind == .name { look(at: index) }
            index += 1
        }
    }

    // MARK: Blocks

    private mutating func follow(_ index: Int) {
        switch word(index) {
        case "function": frames.append(Frame(isFunction: true))
        case "if": frames.append(Frame(condition: condition(from: index + 1)))
        case "elseif":
            // What the condition asks belongs to the branch that it opens.
            frames[frames.count - 1].condition = condition(from: index + 1)
            frames[frames.count - 1].takes = false
        case "else":
            frames[frames.count - 1].condition = nil
            frames[frames.count - 1].takes = false
        case "for", "while":
            frames.append(Frame())
            awaitsDo = true
        case "do":
            if awaitsDo { awaitsDo = false } else { frames.append(Frame()) }
        case "repeat": frames.append(Frame())
        case "end", "until":
            guard frames.count > 1 else { return }
            let closed = frames.removeLast()
            if closed.hasWon { frames[frames.count - 1].hasWon = true }
        default: break
        }
    }

    private func condition(from start: Int) -> Range<Int> {
        var end = start
        while end < tokens.count, word(end) != "then" { end += 1 }
        return start..<end
    }

    // MARK: Names and calls

    private mutating func look(at index: Int) {
        if let (reference, _) = reference(at: index) {
            switch reference {
            case .key(let number): if outline.keys[number] == nil { outline.keys[number] = .init() }
            case .argument(let number): if outline.arguments[number] == nil { outline.arguments[number] = [] }
            case .ownKey, .reply: break
            }
        }
        if let command = command(at: index) { call(command, at: index) }
        guard word(index - 1) != ".", word(index + 1) == "=" || word(index + 1) == "," else { return }
        assign(from: index)
    }

    /// `a, b = KEYS[1], tonumber(ARGV[1])`
    private mutating func assign(from start: Int) {
        // Only from the first of the names.
        guard word(start - 1) != "," else { return }
        var targets = [word(start)]
        var index = start + 1
        while word(index) == ",", tokens.indices.contains(index + 1), tokens[index + 1].kind == .name {
            targets.append(word(index + 1))
            index += 2
        }
        guard word(index) == "=" else { return }
        index += 1
        for target in targets {
            names[target] = nil
            if let (reference, _) = value(at: index) {
                names[target] = reference
                switch reference {
                case .key(let number):
                    var key = outline.keys[number] ?? .init()
                    key.name = key.name ?? target
                    outline.keys[number] = key
                case .argument(let number):
                    outline.arguments[number, default: []].append(target)
                case .ownKey(let number): outline.ownKeys[number].name = outline.ownKeys[number].name ?? target
                case .reply: break
                }
            }
            guard let next = comma(after: index) else { return }
            index = next + 1
        }
    }

    /// The comma that ends the expression at `start`, if one does before the statement ends.
    private func comma(after start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < tokens.count {
            switch word(index) {
            case "(", "{", "[": depth += 1
            case ")", "}", "]": depth -= 1
            case ",": if depth == 0 { return index }
            default:
                if depth == 0, tokens[index].kind == .keyword,
                    !["nil", "true", "false", "or", "and", "not"].contains(word(index))
                {
                    return nil
                }
            }
            if depth < 0 { return nil }
            index += 1
        }
        return nil
    }

    /// `KEYS[1]`, `ARGV[2]`, `tonumber(ARGV[2])` or a name that stands for one of these, and the place behind it.
    func reference(at index: Int) -> (Reference, end: Int)? {
        switch word(index) {
        case "KEYS", "ARGV":
            guard word(index + 1) == "[", let number = Int(word(index + 2)), (1...32).contains(number),
                word(index + 3) == "]"
            else { return nil }
            return (word(index) == "KEYS" ? .key(number) : .argument(number), index + 4)
        case "tonumber", "tostring":
            guard word(index + 1) == "(", let (inner, end) = reference(at: index + 2), word(end) == ")" else {
                return nil
            }
            return (inner, end + 1)
        case let name:
            guard !name.isEmpty, word(index - 1) != ".", let known = names[name] else { return nil }
            return (known, index + 1)
        }
    }

    /// The same, or a command whose reply it is, or a key that is put together.
    private mutating func value(at index: Int) -> (Reference, end: Int)? {
        if let found = reference(at: index), word(found.end) != ".." { return found }
        if word(index) == "tonumber", word(index + 1) == "(", let command = command(at: index + 2) {
            return (.reply(of: command), index)
        }
        if let command = command(at: index) { return (.reply(of: command), index) }
        guard string(index)?.contains(":") == true else { return nil }
        return ownKey(at: index).map { (.ownKey($0), index) }
    }

    /// The command of a call of Redis that begins here, in capitals.
    func command(at index: Int) -> String? {
        guard ["redis", "server"].contains(word(index)), word(index + 1) == ".",
            ["call", "pcall"].contains(word(index + 2)),
            word(index + 3) == "("
        else { return nil }
        return string(index + 4)?.uppercased()
    }

    private mutating func call(_ command: String, at index: Int) {
        if Self.takes.contains(command) {
            // What a condition does is done whichever way it goes.
            let isCondition = frames[frames.count - 1].condition?.contains(index) == true
            frames[max(0, frames.count - (isCondition ? 2 : 1))].takes = true
        }
        guard word(index + 5) == ",", LuaCommands.takesKeyFirst.contains(command) else { return }
        var use = LuaOutline.Use(command: command)
        var next = index + 6
        var place: Reference?
        if let (reference, end) = reference(at: next) {
            place = reference
            next = end
        } else if let own = ownKey(at: next) {
            place = .ownKey(own)
            next = comma(after: next) ?? tokens.count
        }
        if word(next) == "," {
            use.field = string(next + 1)
            if case .argument(let number)? = reference(at: next + 1)?.0 { use.argument = number }
            var later = next + 1
            while later < tokens.count, word(later) != ")" {
                if word(later) == "-" || string(later)?.hasPrefix("-") == true { use.isNegative = true }
                later += 1
            }
        }
        switch place {
        case .key(let number): outline.keys[number, default: .init()].uses.append(use)
        case .ownKey(let number): outline.ownKeys[number].uses.append(use)
        case .argument, .reply, nil: break
        }
    }

    /// A key that is written out, or put together of texts and arguments; each argument of it is taken to be 1.
    private mutating func ownKey(at start: Int) -> Int? {
        guard tokens.indices.contains(start), tokens[start].kind == .string else { return nil }
        var key = ""
        var index = start
        while true {
            if let part = string(index) {
                key += part
                index += 1
            } else if let (reference, end) = reference(at: index) {
                if case .argument(let number) = reference { outline.keyArguments.insert(number) }
                key += "1"
                index = end
            } else {
                return nil
            }
            guard word(index) == ".." else { break }
            index += 1
        }
        if let known = outline.ownKeys.firstIndex(where: { $0.text == key }) { return known }
        outline.ownKeys.append(.init(text: key))
        return outline.ownKeys.count - 1
    }

    /// Commands by which a unit is taken or a buyer noted.
    private static let takes: Set<String> = [
        "DECR", "DECRBY", "HINCRBY", "HSET", "HMSET", "LPOP", "RPOP", "SPOP", "SADD", "ZADD", "ZPOPMIN", "ZPOPMAX",
        "XADD", "LPUSH",
        "RPUSH", "INCRBY", "SET", "HDEL", "SREM", "LREM",
    ]
}
