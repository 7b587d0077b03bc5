internal import FlashSale
internal import RedisDriver

/// The strategy's scripts and functions on the server.
extension Sale {
    /// Loads every script and library, before anything else is changed.
    ///
    /// - Throws: ``RunError`` with 64 if one does not compile or the server cannot have it, with 69 if a library of that
    ///   name is somebody else's.
    mutating func loadScripts(_ facts: inout ServerFacts) throws(RunError) {
        for script in strategy.scripts {
            let reply = try call(["SCRIPT", "LOAD", script.text])
            if reply.kind == .string {
                scriptHashes[script.name] = reply.string()
            } else if reply.string().hasPrefix("NOPERM") {
                facts.findings.append(
                    Finding(
                        "script-load-denied",
                        "The server denies SCRIPT LOAD, so each call sends the whole script: \(reply.description)"))
            } else {
                throw notCompiled(script, "script", reply)
            }
        }
        for library in strategy.libraries { try load(library) }
    }

    private func notCompiled(_ script: Strategy.Script, _ what: String, _ reply: Reply) -> RunError {
        let place = script.companion.map { " (\($0))" } ?? ""
        return RunError(
            64,
            "\(strategy.file):\(script.line): the server refuses the \(what) \(script.name)\(place): \(reply.description)"
        )
    }

    private mutating func load(_ library: Strategy.Script) throws(RunError) {
        let reply = try call(["FUNCTION", "LOAD", library.text])
        if reply.kind == .string {
            loadedLibraries.append(reply.string())
            return
        }
        guard reply.string().contains("already exists") else {
            if reply.string().hasPrefix("ERR unknown command") {
                throw RunError(
                    64,
                    "\(strategy.file):\(library.line): this server has no Redis Functions (they came with 7.0); use a script: instead"
                )
            }
            throw notCompiled(library, "library", reply)
        }
        guard let name = Self.libraryName(library.text), try isOnServer(name, library.text) else {
            throw RunError(
                69,
                "\(strategy.file):\(library.line): the server has another library of the name that \(library.name) has "
                    + "(\(reply.description)); nothing was changed, give yours another name after #!lua name=")
        }
    }

    /// The name in a library's first line, `#!lua name=sale`.
    private static func libraryName(_ text: String) -> String? {
        let words = text.prefix { !$0.isNewline }.split(whereSeparator: \.isWhitespace)
        return words.first { $0.hasPrefix("name=") }.map { String($0.dropFirst(5)) }
    }

    private mutating func isOnServer(_ name: String, _ text: String) throws(RunError) -> Bool {
        let reply = try call(["FUNCTION", "LIST", "LIBRARYNAME", name, "WITHCODE"])
        guard let library = reply.element(0) else { return false }
        for index in 0..<reply.elementCount(at: library) {
            guard let node = reply.element(index, of: library) else { break }
            if reply.bytes(at: node).elementsEqual(text.utf8) { return true }
        }
        return false
    }
}
