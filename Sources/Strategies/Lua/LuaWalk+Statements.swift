extension LuaWalk {
    /// Reads statements in a scope of their own, up to what ends a block, and says whether the last one is a return.
    @discardableResult mutating func block() throws(LuaSyntaxError) -> Bool {
        openScope()
        let endsInReturn = try statements()
        closeScope()
        return endsInReturn
    }

    private mutating func statements() throws(LuaSyntaxError) -> Bool {
        try nest()
        defer { leaveNest() }
        while !isAtBlockEnd {
            if isAt("return") {
                try returnStatement()
                return true
            }
            let isBreak = isAt("break")
            try statement()
            _ = take(";")
            if isBreak { break }
        }
        return false
    }

    private mutating func statement() throws(LuaSyntaxError) {
        guard tokens[position].kind == .keyword else { return try expressionStatement() }
        switch mark {
        case "if": try ifStatement()
        case "while": try whileStatement()
        case "for": try forStatement()
        case "repeat": try repeatStatement()
        case "do":
            position += 1
            try block()
            try expect("end")
        case "function": try functionStatement()
        case "local": try localStatement()
        case "break": position += 1
        default: throw LuaSyntaxError()
        }
    }

    private mutating func returnStatement() throws(LuaSyntaxError) {
        position += 1
        var given: [LuaValue] = []
        if !isAtBlockEnd, !isAt(";") {
            given = try values()
        }
        _ = take(";")
        if functionDepth == 0 { returns.append(given.count == 1 ? given[0].integer : nil) }
    }

    private mutating func ifStatement() throws(LuaSyntaxError) {
        var touched: Set<Int> = []
        repeat {
            position += 1
            try condition()
            try expect("then")
            touched.formUnion(try branch())
        } while isAt("elseif")
        if take("else") { touched.formUnion(try branch()) }
        try expect("end")
        forget(touched)
    }

    /// Reads a block that may not run, and returns the outer variables that it assigns to.
    private mutating func branch() throws(LuaSyntaxError) -> Set<Int> {
        let mark = changes.count
        try block()
        return undoChanges(since: mark)
    }

    // MARK: Loops

    /// Forgets what the loop that starts at `start` assigns, since that may have happened in an earlier round.
    private mutating func enterLoop(_ start: Int) -> Int {
        let mark = changes.count
        forget((facts.assignedInLoops[start] ?? []).filter { $0 < variables.count })
        return mark
    }

    private mutating func leaveLoop(_ start: Int, since mark: Int) {
        let touched = undoChanges(since: mark)
        gathered.assignedInLoops[start] = touched
        forget(touched)
    }

    private mutating func whileStatement() throws(LuaSyntaxError) {
        let start = position
        let mark = enterLoop(start)
        position += 1
        try condition()
        try expect("do")
        try block()
        try expect("end")
        leaveLoop(start, since: mark)
    }

    private mutating func repeatStatement() throws(LuaSyntaxError) {
        let start = position
        let mark = enterLoop(start)
        position += 1
        // What the block declares is still known in the condition.
        openScope()
        _ = try statements()
        try expect("until")
        try condition()
        closeScope()
        leaveLoop(start, since: mark)
    }

    private mutating func forStatement() throws(LuaSyntaxError) {
        let start = position
        position += 1
        var names = [try expectName()]
        var kinds: [LuaValue.Kind] = []
        if take("=") {
            let bounds = try values()
            guard bounds.count == 2 || bounds.count == 3 else { throw LuaSyntaxError() }
            kinds = [.number]
        } else {
            while take(",") { names.append(try expectName()) }
            try expect("in")
            if try values().first?.kind == .textIterator { kinds = [.number, .text] }
        }
        try expect("do")
        let mark = enterLoop(start)
        openScope()
        for (index, name) in names.enumerated() {
            declare(tokens[name].text, at: name, as: index < kinds.count ? kinds[index] : .unknown)
        }
        try block()
        closeScope()
        try expect("end")
        leaveLoop(start, since: mark)
    }

    // MARK: Functions

    private mutating func functionStatement() throws(LuaSyntaxError) {
        position += 1
        let name = try expectName()
        var isField = false
        var isMethod = false
        while !isMethod, isAt(".") || isAt(":") {
            isField = true
            isMethod = isAt(":")
            position += 1
            _ = try expectName()
        }
        if !isField {
            assign(.unknown, to: .name(name), at: name)
        }
        try functionBody(isMethod: isMethod)
    }

    /// Reads parameters, a block and its `end`.
    mutating func functionBody(isMethod: Bool = false) throws(LuaSyntaxError) {
        let mark = changes.count
        functionDepth += 1
        openScope()
        if isMethod { declare("self", at: position) }
        try expect("(")
        if !isAt(")") {
            repeat {
                if take("...") { break }
                let name = try expectName()
                declare(tokens[name].text, at: name)
            } while take(",")
        }
        try expect(")")
        try block()
        try expect("end")
        closeScope()
        functionDepth -= 1
        for slot in undoChanges(since: mark) {
            variables[slot].isShared = true
            variables[slot].kind = .unknown
        }
    }

    // MARK: Assignments

    private mutating func localStatement() throws(LuaSyntaxError) {
        position += 1
        if take("function") {
            let name = try expectName()
            declare(tokens[name].text, at: name)
            return try functionBody()
        }
        var names: [Int] = []
        repeat { names.append(try expectName()) } while take(",")
        let given = take("=") ? try values() : []
        for (index, name) in names.enumerated() {
            declare(tokens[name].text, at: name, as: Self.kind(ofValue: index, in: given))
        }
    }

    private mutating func expressionStatement() throws(LuaSyntaxError) {
        let first = try suffixedExpression()
        if case .call(let isProtected) = first.place {
            if isProtected { warnOfIgnoredError(first) }
            return
        }
        var targets = [first]
        while take(",") { targets.append(try suffixedExpression()) }
        try expect("=")
        let given = try values()
        for (index, target) in targets.enumerated() {
            assign(Self.kind(ofValue: index, in: given), to: target.place, at: target.token)
        }
    }

    private mutating func assign(_ kind: LuaValue.Kind, to place: LuaValue.Place, at token: Int) {
        switch place {
        case .name(let name):
            if let slot = slot(of: tokens[name].text) {
                assign(kind, toSlot: slot, at: token)
            } else {
                warnOfGlobal(name)
            }
        case .element(of: let kind): if kind == .texts || kind == .keys { gathered.changesLists = true }
        case .none, .call: break
        }
    }

    /// What the variable at `index` gets; the last value may fill several.
    private static func kind(ofValue index: Int, in values: [LuaValue]) -> LuaValue.Kind {
        guard let last = values.last else { return .constant }
        if last.kind == .unpackedTexts, index >= values.count - 1 { return .text }
        if index < values.count { return values[index].kind == .unpackedTexts ? .text : values[index].kind }
        return .unknown
    }
}
