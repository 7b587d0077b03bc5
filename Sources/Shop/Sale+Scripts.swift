package import FlashSale
internal import RedisDriver
internal import Strategies

/// The strategy's scripts and functions on the server.
extension Sale {
    /// Loads every script and library, before anything else is changed.
    ///
    /// - Throws: ``RunError`` with 64 if one does not compile or the server cannot have it, with 69 if a library of that
    ///   name is somebody else's, or the server refuses: it is a replica, say, or this user may not.
    package mutating func loadScripts(_ facts: inout ServerFacts) throws(RunError) {
        try onEachNode { sale throws(RunError) in try sale.loadScriptsHere(&facts) }
    }

    private mutating func loadScriptsHere(_ facts: inout ServerFacts) throws(RunError) {
        for script in strategy.scripts {
            let reply = try call(["SCRIPT", "LOAD", script.text])
            if reply.kind == .string {
                scriptHashes[script.name] = reply.string()
            } else if reply.string().hasPrefix("NOPERM") || reply.string().hasPrefix("ERR unknown command") {
                facts.findings.append(
                    Finding(
                        .scriptLoadDenied,
                        "The server denies SCRIPT LOAD, so each call sends the whole script: \(shown(reply))"))
            } else {
                throw notCompiled(script, what: "script", reply: reply)
            }
        }
        for library in strategy.libraries { try load(library) }
    }

    private func notCompiled(_ script: Strategy.Script, what: String, reply: Reply) -> RunError {
        let place = script.companion.map { " (\($0))" } ?? ""
        // The server says nothing of the text then.
        if reply.isRefusal(at: Reply.root) {
            let command = what == "library" ? "FUNCTION LOAD" : "SCRIPT LOAD"
            let advice =
                reply.string().hasPrefix("NOPERM")
                ? MissingRight(command, answer: reply.string()).advice : "name a server that takes it"
            return RunError(
                .unavailable,
                "the server refuses \(command), which this sale needs (\(strategy.file):\(script.line)): \(shown(reply)); \(advice)"
            )
        }
        return RunError(
            .usage,
            "\(strategy.file):\(script.line): the server refuses the \(what) \(script.name)\(place): \(places.shown(shown(reply), of: script))"
        )
    }

    /// Loads a library under a name of this sale's, so that it cannot meet another.
    private mutating func load(_ library: Strategy.Script) throws(RunError) {
        let functions = SaleFunctions(saleTag: tag)
        // Before it is loaded: the answer may be lost.
        if let name = functions.name(ofLibrary: library.text), !loadedLibraries.contains(name) {
            loadedLibraries.append(name)
        }
        let reply = try call(["FUNCTION", "LOAD", functions.text(of: library.text)])
        guard reply.kind == .string else {
            guard reply.string().hasPrefix("ERR unknown command") else {
                throw notCompiled(library, what: "library", reply: reply)
            }
            throw RunError(
                .usage,
                "\(strategy.file):\(library.line): this server has no Redis Functions (they came with 7.0); use a script: instead"
            )
        }
        if let stranger = try functionNames(ofLibrary: reply.string()).first(where: { !$0.hasPrefix(functions.prefix) })
        {
            throw RunError(
                .usage,
                "\(strategy.file):\(library.line): the library \(library.name) registers the function \(stranger) in a way that is not "
                    + "understood; write redis.register_function(…), so that it can be given a name of this sale's")
        }
    }

    private mutating func functionNames(ofLibrary name: String) throws(RunError) -> [String] {
        let reply = try call(["FUNCTION", "LIST", "LIBRARYNAME", name])
        guard let library = reply.element(0), let functions = reply.value(after: "functions", in: library) else {
            return []
        }
        return (0..<reply.elementCount(at: functions)).compactMap { index in
            reply.element(index, of: functions).flatMap { reply.value(after: "name", in: $0) }.map(reply.string(at:))
        }
    }
}

extension Reply {
    /// The node after the one with this text, in a flat array of names and values.
    func value(after name: String, in array: Int) -> Int? {
        for index in stride(from: 0, to: elementCount(at: array) - 1, by: 2) {
            guard let node = element(index, of: array), string(at: node) == name else { continue }
            return element(index + 1, of: array)
        }
        return nil
    }
}
