extension LuaWalk {
    /// What a name stands for where it is read.
    func named(_ token: Int) -> LuaValue {
        let name = tokens[token].text
        var result = LuaValue(token: token)
        result.words = name
        result.place = .name(token)
        guard let slot = slot(of: name) else {
            result.kind = Self.global(name)
            return result
        }
        let variable = variables[slot]
        // A function runs when it is called, and by then the variable may have changed.
        let isStale = variable.functionDepth < functionDepth && facts.reassigned.contains(variable.declaration)
        guard !isStale, let definition = variable.definition, !facts.examined.contains(definition) else {
            return result
        }
        result.kind = variable.kind
        result.definition = definition
        if case .count(let command) = variable.kind {
            result.tests = [.init(command: command, words: name, token: token, definition: definition)]
        }
        return result
    }

    private static func global(_ name: String) -> LuaValue.Kind {
        switch name {
        case "KEYS": .keys
        case "ARGV": .texts
        case "redis", "server": .redis
        case "tonumber", "pcall", "type", "unpack", "ipairs", "pairs", "tostring", "next", "select": .builtin(name)
        case "string", "table", "math", "cjson", "cmsgpack", "bit", "struct", "os": .library(name)
        default: .unknown
        }
    }

    /// What `base.name` is.
    mutating func field(_ name: String, of base: LuaValue) -> LuaValue {
        var result = LuaValue(token: base.token)
        result.words = base.words + "." + name
        result.place = .element(of: base.kind)
        switch base.kind {
        case .redis:
            switch name {
            case "call": result.kind = .call(isProtected: false)
            case "pcall": result.kind = .call(isProtected: true)
            default: result.kind = .builtin("redis." + name)
            }
        case .library(let library): result.kind = .builtin(library + "." + name)
        default: examine(base)
        }
        return result
    }

    /// What `base[index]` is.
    mutating func element(_ index: LuaValue, of base: LuaValue) -> LuaValue {
        if base.kind == .redis, case .literal(let name) = index.kind { return field(name, of: base) }
        var result = LuaValue(token: base.token)
        result.words = base.words + "[\(index.words)]"
        result.place = .element(of: base.kind)
        let isNumber = index.sort != .text && index.sort != .writtenText
        switch base.kind {
        case .keys where isNumber && !facts.changesLists: result.kind = .key
        case .texts where isNumber && !facts.changesLists: result.kind = .text
        case .keys, .texts: break
        default: examine(base)
        }
        return result
    }

    /// Notes that the script checks the type of this value itself, so it may have several.
    private mutating func examine(_ value: LuaValue) {
        if let definition = value.definition, value.kind != .texts { gathered.examined.insert(definition) }
    }

    /// What `receiver:name(…)` returns.
    func called(method name: String, of receiver: LuaValue, with arguments: [LuaValue]) -> LuaValue {
        var result = LuaValue(token: receiver.token)
        result.place = .call(isProtected: false)
        if name == "format", receiver.sort == .writtenText { result.kind = .built }
        return result
    }

    /// What a call returns.
    mutating func called(_ function: LuaValue, with arguments: [LuaValue]) -> LuaValue {
        var result = LuaValue(token: function.token)
        result.words = function.words + "(…)"
        result.place = .call(isProtected: false)
        switch function.kind {
        case .call(let isProtected):
            result.place = .call(isProtected: isProtected)
            ask(function, with: arguments, result: &result)
        case .builtin("tonumber"):
            result.kind = .number
            result.definition = arguments.first?.definition
            if let asked = arguments.first, case .count = asked.kind {
                result.kind = asked.kind
                result.tests = asked.tests
            }
        case .builtin("pcall"):
            // `pcall(redis.call, 'GET', …)` gives whether it worked, and then the reply.
            if let protected = arguments.first, case .call = protected.kind {
                var reply = result
                ask(protected, with: Array(arguments.dropFirst()), result: &reply)
            } else {
                noteChange(ofLists: arguments)
            }
        case .builtin("type"): if let asked = arguments.first { examine(asked) }
        case .builtin("unpack"): if arguments.first?.kind == .texts { result.kind = .unpackedTexts }
        case .builtin("ipairs"), .builtin("pairs"):
            if arguments.first?.kind == .texts { result.kind = .textIterator }
        case .builtin("string.format"): result.kind = .built
        case .builtin("redis.setresp"): gathered.changesProtocol = true
        case .builtin(let name):
            if name.hasPrefix("math.") { result.kind = .number }
            if ["table.insert", "table.remove", "table.sort"].contains(name) { noteChange(ofLists: arguments) }
        default: noteChange(ofLists: arguments)
        }
        if facts.changesLists, result.kind == .unpackedTexts || result.kind == .textIterator { result.kind = .unknown }
        return result
    }

    /// A function that is given a table may change its elements, which matters if the script still has a name for it.
    private mutating func noteChange(ofLists arguments: [LuaValue]) {
        for argument in arguments where argument.kind == .texts || argument.kind == .keys {
            if case .name = argument.place { gathered.changesLists = true }
        }
    }

    /// What a command answers.
    private mutating func ask(_ function: LuaValue, with arguments: [LuaValue], result: inout LuaValue) {
        guard case .literal(let text)? = arguments.first?.kind else { return }
        let name = text.uppercased()
        calledCommands.append((name, tokens[function.token].line))
        result.words = function.words + "('\(text)'" + (arguments.count > 1 ? ", …)" : ")")
        result.kind = LuaCommands.reply(of: name, to: arguments, changesProtocol: facts.changesProtocol)
        if case .count = result.kind {
            result.tests = [.init(command: name, words: result.words, token: function.token)]
        }
        if LuaCommands.takesKeyFirst.contains(name), arguments.count > 1 { warnOfUndeclaredKey(arguments[1], name) }
    }
}
