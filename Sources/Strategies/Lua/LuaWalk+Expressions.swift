extension LuaWalk {
    /// Reads an expression that decides something, and warns of numbers in it that are always true.
    mutating func condition() throws(LuaSyntaxError) {
        warnOfBareTests(try value().tests)
    }

    mutating func value() throws(LuaSyntaxError) -> LuaValue { try expression(over: 0) }

    mutating func values() throws(LuaSyntaxError) -> [LuaValue] {
        var values = [try value()]
        while take(",") { values.append(try value()) }
        return values
    }

    /// How strongly operators hold what stands to their left and right, from the weakest: Lua 5.1's lparser.c.
    private static let binding: [String: (left: Int, right: Int)] = [
        "or": (1, 1), "and": (2, 2), "<": (3, 3), ">": (3, 3), "<=": (3, 3), ">=": (3, 3), "~=": (3, 3), "==": (3, 3),
        "..": (5, 4), "+": (6, 6), "-": (6, 6), "*": (7, 7), "/": (7, 7), "%": (7, 7), "^": (10, 9),
    ]
    private static let unaryBinding = 8

    /// Reads operands and the operators that hold more strongly than `strength`.
    private mutating func expression(over strength: Int) throws(LuaSyntaxError) -> LuaValue {
        try nest()
        defer { leaveNest() }
        var left: LuaValue
        if isAt("not") || isAt("-") || isAt("#") {
            let start = position
            position += 1
            left = unary(start, try expression(over: Self.unaryBinding))
        } else {
            left = try operand()
        }
        while let binding = Self.binding[mark], binding.left > strength {
            let operation = position
            position += 1
            let right = try expression(over: binding.right)
            left = binary(left, operation: operation, with: right)
        }
        return left
    }

    private mutating func unary(_ operation: Int, _ operand: LuaValue) -> LuaValue {
        var result = LuaValue(token: operation)
        result.words = tokens[operation].text + operand.words
        switch tokens[operation].text {
        case "not": warnOfBareTests(operand.tests)
        case "-":
            // A minus sign makes a number of a string, too.
            result.kind = .number
            result.integer = operand.integer.map { -$0 }
        default: result.kind = .number
        }
        return result
    }

    private mutating func binary(_ left: LuaValue, operation: Int, with right: LuaValue) -> LuaValue {
        var result = LuaValue(token: left.token)
        switch tokens[operation].text {
        case "and":
            warnOfBareTests(left.tests)
            result.tests = right.tests
        case "or": result = either(left, right)
        case "..":
            result.kind = .built
            result.words = left.words + " .. …"
        case "==", "~=", "<", ">", "<=", ">=": compare(left, operation: operation, with: right)
        default: result.kind = .number
        }
        return result
    }

    /// Further numbers in one condition are not reported, so that a chain of any length takes linear time.
    private static let mostTests = 64

    /// What `left or right` is. A number on the left is never false, so that the right one is never used. That is wrong
    /// where it decides something or where the right one asks Redis, too; elsewhere it is just a needless default.
    private mutating func either(_ left: LuaValue, _ right: LuaValue) -> LuaValue {
        var result = LuaValue(token: left.token)
        result.words = left.words + " or …"
        result.tests = left.tests.count < Self.mostTests ? left.tests + right.tests : left.tests
        switch left.kind {
        case .count:
            result.kind = left.kind
            if case .count = right.kind {
                warnOfBareTests(left.tests)
                result.tests = right.tests
            }
        case .text: result.kind = kindOfText(or: right)
        case .number: result.kind = right.sort == .number ? .number : .unknown
        default: break
        }
        return result
    }

    private func kindOfText(or right: LuaValue) -> LuaValue.Kind {
        switch right.sort {
        case .text, .writtenText: .text
        case .number: .textOrNumber
        case .textOrNumber, .other: .unknown
        }
    }

    private mutating func operand() throws(LuaSyntaxError) -> LuaValue {
        let token = token
        if token.kind == .name { return try suffixedExpression() }
        var result = LuaValue(token: position)
        switch (token.kind, token.text) {
        case (.number, _):
            result.kind = .number
            result.words = token.text
            result.integer = Self.integer(token.text)
        case (.string, _):
            result.kind = .literal(token.text)
            result.words = Self.quoted(token.text)
        case (.keyword, "nil"), (.keyword, "true"), (.keyword, "false"):
            result.kind = .constant
            result.words = token.text
        case (.symbol, "..."): break
        case (.symbol, "{"):
            try table()
            return result
        case (.keyword, "function"):
            position += 1
            try functionBody()
            return result
        default: return try suffixedExpression()
        }
        position += 1
        return result
    }

    /// Reads a name or something in parentheses, and all that is indexed and called on it.
    mutating func suffixedExpression() throws(LuaSyntaxError) -> LuaValue {
        var result: LuaValue
        if take("(") {
            result = try value()
            try expect(")")
            result.place = .none
        } else {
            result = named(try expectName())
        }
        while true {
            if take(".") {
                let field = tokens[try expectName()].text
                result = self.field(field, of: result)
            } else if take("[") {
                let index = try value()
                try expect("]")
                result = element(index, of: result)
            } else if take(":") {
                let method = tokens[try expectName()].text
                result = called(method: method, of: result, with: try arguments())
            } else if isAt("(") || isAt("{") || token.kind == .string {
                result = called(result, with: try arguments())
            } else {
                break
            }
        }
        return result
    }

    private mutating func arguments() throws(LuaSyntaxError) -> [LuaValue] {
        guard take("(") else {
            guard isAt("{") || token.kind == .string else { throw LuaSyntaxError() }
            return [try operand()]
        }
        if take(")") { return [] }
        let given = try values()
        try expect(")")
        return given
    }

    private mutating func table() throws(LuaSyntaxError) {
        try expect("{")
        while !isAt("}") {
            if take("[") {
                _ = try value()
                try expect("]")
                try expect("=")
            } else if token.kind == .name, isBefore("=") {
                position += 2
            }
            _ = try value()
            guard take(",") || take(";") else { break }
        }
        try expect("}")
    }

    /// The beginning of a string, for a message.
    private static func quoted(_ text: String) -> String {
        let beginning = text.prefix(32).prefix { !$0.isNewline }
        return beginning.utf8.count == text.utf8.count ? "'\(text)'" : "'\(beginning)…'"
    }

    /// The value of an integer that is written out; Lua counts in doubles, which are exact up to 2^53.
    private static func integer(_ text: String) -> Int? {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let value = isHexadecimal ? Int(text.dropFirst(2), radix: 16) : Int(text)
        guard let value, value <= 1 << 53 else { return nil }
        return value
    }
}
