extension LuaWalk {
    private mutating func warn(_ name: String, at token: Int, message: @autoclosure () -> String) {
        let line = tokens[token].line
        // One warning of each name is enough for a line.
        guard isTelling, toldLines[name] != line else { return }
        toldLines[name] = line
        warnings.append((token, LuaReading.Warning(name: name, line: line, message: message())))
    }

    /// Numbers that stand as conditions: in Lua only nil and false are false.
    mutating func warnOfBareTests(_ tests: [LuaValue.BareTest]) {
        for test in tests {
            if let definition = test.definition, facts.compared.contains(definition) { continue }
            let isFlag = LuaCommands.givesFlag.contains(test.command)
            warn(
                "zero-is-true", at: test.token,
                message:
                    "\(test.command) answers a number, and in Lua 0 counts as true like any other, so this condition never "
                    + "depends on the answer; compare it: \(test.words) \(isFlag ? "== 1" : "> 0")")
        }
    }

    /// Strings from Redis that are compared as if they were numbers.
    mutating func compare(_ left: LuaValue, operation: Int, with right: LuaValue) {
        if left.kind != .constant, right.kind != .constant {
            for definition in [left.definition, right.definition] {
                if let definition { gathered.compared.insert(definition) }
            }
        }
        let sign = tokens[operation].text
        let isOrder = sign != "==" && sign != "~="
        func numbered(_ value: LuaValue) -> String {
            value.sort == .number ? value.words : "tonumber(\(value.words))"
        }
        let advice = "write \(numbered(left)) \(sign) \(numbered(right))"
        switch (left.sort, right.sort) {
        case (.text, .text), (.text, .textOrNumber), (.textOrNumber, .text), (.textOrNumber, .textOrNumber):
            guard isOrder else { return }
            warn(
                "string-comparison", at: operation,
                message:
                    "\(left.words) and \(right.words) are both strings, and \(sign) compares strings letter by letter, so "
                    + "that \"9\" comes after \"10\"; \(advice)")
        case (.text, .number), (.textOrNumber, .number), (.writtenText, .number):
            compare(text: left, with: right, operation: operation, isOrder: isOrder, advice: advice)
        case (.number, .text), (.number, .textOrNumber), (.number, .writtenText):
            compare(text: right, with: left, operation: operation, isOrder: isOrder, advice: advice)
        default: return
        }
    }

    private mutating func compare(
        text: LuaValue, with number: LuaValue, operation: Int, isOrder: Bool, advice: String
    ) {
        // The default of `GET … or 0` may well be meant: it equals 0 where the key does not exist.
        if !isOrder, text.sort == .textOrNumber { return }
        let sign = tokens[operation].text
        let isString = text.sort == .textOrNumber ? "is a string where the key exists" : "is a string"
        warn(
            "string-comparison", at: operation,
            message: isOrder
                ? "\(text.words) \(isString) and \(number.words) a number, and \(sign) between them raises an error in "
                    + "the middle of the script (attempt to compare); \(advice)"
                : "\(text.words) is a string and \(number.words) a number, which are never equal in Lua, so \(sign) "
                    + "always gives \(sign == "==" ? "false" : "true"); \(advice)")
    }

    mutating func warnOfIgnoredError(_ call: LuaValue) {
        warn(
            "pcall-ignored", at: call.token,
            message:
                "\(call.words) hands an error of the command back as its result, and nothing looks at that here, so the "
                + "script goes on as if the command had worked; use redis.call, or look for .err in the result")
    }

    mutating func warnOfUndeclaredKey(_ key: LuaValue, _ command: String) {
        let how: String
        switch key.kind {
        case .literal: how = "is written into the script"
        case .built: how = "is put together in the script"
        default: return
        }
        warn(
            "undeclared-key", at: key.token,
            message:
                "the key of \(command) (\(key.words)) \(how) and not handed over, so that a Redis Cluster cannot tell which "
                + "node has it and no proxy sees it; pass the whole key in keys: and use KEYS[n]")
    }

    mutating func warnOfGlobal(_ token: Int) {
        let name = tokens[token].text
        warn(
            "global-variable", at: token,
            message:
                "\(name) is a global variable here, and Redis stops a script that assigns to one with an error; write local "
                + "\(name) where it is first set")
    }
}
