/// Parses a script once from its beginning to its end and notes what it knows of each value on the way, without
/// building a tree. Where branches meet or a loop comes round, what they assign becomes unknown, so that every finding
/// is sure on the path where it stands. Grammar: Lua 5.1 Reference Manual, section 8.
struct LuaWalk: ~Copyable {
    /// Lua's own limit on nesting (LUAI_MAXCCALLS), which also bounds the stack that reading takes.
    static let deepestNesting = 200

    let tokens: [LuaToken]
    /// For each token its text where that is a keyword or a symbol, else nothing; one more for the end.
    private let marks: [String]
    var position = 0
    /// What an earlier walk found out; nothing in the first.
    let facts: LuaFacts
    /// What this walk finds out.
    var gathered = LuaFacts()
    /// Whether warnings are wanted of this walk.
    let isTelling: Bool
    var warnings: [(token: Int, warning: LuaReading.Warning)] = []
    /// For each sort of warning the line that was last told of.
    var toldLines: [String: Int] = [:]
    var calledCommands: [(name: String, line: Int)] = []
    /// What the returns outside of functions give, in order; nil for what is no integer.
    var returns: [Int?] = []
    /// Whether the whole script could be read and its last statement is a return.
    private(set) var endsInReturn = false

    var functionDepth = 0
    private var nesting = 0
    /// The variables in scope; a place in this array is a *slot*.
    var variables: [LuaVariable] = []
    private var slots: [String: [Int]] = [:]
    private var scopes: [Int] = []
    /// Every assignment since the outermost branch that is open, so that its end can undo them.
    var changes: [(slot: Int, before: LuaVariable)] = []

    private init(_ tokens: [LuaToken], marks: [String], knowing facts: LuaFacts?) {
        self.tokens = tokens
        self.marks = marks
        self.facts = facts ?? LuaFacts()
        isTelling = facts != nil
    }

    /// Walks twice: what is known of the whole script after the first time makes the second one careful.
    static func over(_ tokens: [LuaToken]) -> LuaWalk {
        let marks = tokens.map { $0.kind == .symbol || $0.kind == .keyword ? $0.text : "" } + [""]
        var first = LuaWalk(tokens, marks: marks, knowing: nil)
        first.chunk()
        var second = LuaWalk(tokens, marks: marks, knowing: first.gathered)
        second.chunk()
        return second
    }

    private mutating func chunk() {
        do {
            let endsInReturn = try block()
            self.endsInReturn = endsInReturn && position == tokens.count
        } catch {
            // Redis will tell where and why when it is given the script.
        }
    }

    // MARK: Tokens

    /// The token at hand; behind the last one an empty symbol, which no rule wants.
    var token: LuaToken {
        position < tokens.count ? tokens[position] : LuaToken(.symbol, text: "", line: tokens.last?.line ?? 1)
    }

    /// The keyword or symbol at hand; empty if there is none.
    var mark: String { marks[position] }

    /// Whether the token at hand is this keyword or symbol.
    func isAt(_ text: String) -> Bool { marks[position] == text }

    /// Whether the token behind the one at hand is this keyword or symbol.
    func isBefore(_ text: String) -> Bool { position < tokens.count && marks[position + 1] == text }

    /// Whether what is at hand ends a block.
    var isAtBlockEnd: Bool {
        position == tokens.count || (tokens[position].kind == .keyword && Self.blockEnds.contains(marks[position]))
    }

    private static let blockEnds: Set<String> = ["end", "else", "elseif", "until"]

    mutating func take(_ text: String) -> Bool {
        guard isAt(text) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ text: String) throws(LuaSyntaxError) {
        guard take(text) else { throw LuaSyntaxError() }
    }

    /// Takes a name and returns where it stands.
    mutating func expectName() throws(LuaSyntaxError) -> Int {
        guard position < tokens.count, tokens[position].kind == .name else { throw LuaSyntaxError() }
        position += 1
        return position - 1
    }

    mutating func nest() throws(LuaSyntaxError) {
        nesting += 1
        guard nesting <= Self.deepestNesting else { throw LuaSyntaxError() }
    }

    mutating func leaveNest() { nesting -= 1 }

    // MARK: Variables

    mutating func openScope() { scopes.append(variables.count) }

    mutating func closeScope() {
        let start = scopes.removeLast()
        while variables.count > start {
            slots[variables.removeLast().name]?.removeLast()
        }
    }

    /// Declares a variable; it is in scope from here on.
    mutating func declare(_ name: String, at token: Int, as kind: LuaValue.Kind = .unknown) {
        slots[name, default: []].append(variables.count)
        variables.append(
            LuaVariable(
                name: name, declaration: token, functionDepth: functionDepth, kind: kind, definition: token))
    }

    func slot(of name: String) -> Int? { slots[name]?.last }

    mutating func assign(_ kind: LuaValue.Kind, toSlot slot: Int, at token: Int) {
        changes.append((slot, variables[slot]))
        gathered.reassigned.insert(variables[slot].declaration)
        variables[slot].kind = variables[slot].isShared ? .unknown : kind
        variables[slot].definition = token
    }

    mutating func forget(_ slots: some Sequence<Int>) {
        for slot in slots {
            changes.append((slot, variables[slot]))
            variables[slot].kind = .unknown
            variables[slot].definition = nil
        }
    }

    /// Undoes the assignments since `mark` and returns what they were to, of what is still in scope.
    mutating func undoChanges(since mark: Int) -> Set<Int> {
        var touched: Set<Int> = []
        while changes.count > mark {
            let (slot, before) = changes.removeLast()
            guard slot < variables.count else { continue }
            let isShared = variables[slot].isShared
            variables[slot] = before
            if isShared {
                variables[slot].isShared = true
                variables[slot].kind = .unknown
            }
            touched.insert(slot)
        }
        return touched
    }
}

/// What holds for a script as a whole. A first walk gathers it, so that the second knows of what comes later.
struct LuaFacts {
    /// Variables, by declaration, that something is assigned to after their declaration.
    var reassigned: Set<Int> = []
    /// For each loop, by its first token, the outer variables that it assigns to.
    var assignedInLoops: [Int: Set<Int>] = [:]
    /// Assignments whose value is compared somewhere: a bare test of it beside that is a guard against nil.
    var compared: Set<Int> = []
    /// Assignments whose value the script asks for its type, or treats as a table: it may be more than one thing.
    var examined: Set<Int> = []
    /// Elements of a table of strings may have been replaced, as in `ARGV[1] = tonumber(ARGV[1])`.
    var changesLists = false
    /// `redis.setresp` is called, which changes what several replies look like.
    var changesProtocol = false
}

/// A local variable, a parameter or a loop variable, while it is in scope.
struct LuaVariable {
    var name: String
    /// The token that declares it, which tells apart variables of one name.
    var declaration: Int
    /// How many functions it stands in.
    var functionDepth: Int
    var kind: LuaValue.Kind = .unknown
    /// The token of the assignment that gave it its value.
    var definition: Int?
    /// A nested function assigns to it, so that it may change at any call.
    var isShared = false
}

/// Where a script stops being Lua 5.1. Redis refuses such a script, so that nothing more is said of it here.
struct LuaSyntaxError: Error {}
