internal import Strategies

extension SaleCommands {
    /// Everything that a run on somebody else's server sends and cannot do without, what is harmless first. What the server may deny
    /// (INFO, COMMAND, CLIENT, CONFIG) is not among it.
    ///
    /// - Parameters:
    ///   - hashes: of scripts that the server has.
    ///   - searches: whether keys are to be searched for at the end.
    func needed(hashes: [String: String], searches: Bool) -> [NeededCommand] {
        var needed: [NeededCommand] = []
        func add(_ command: NeededCommand) {
            // Most strategies send one command on one key from several places.
            if !needed.contains(where: { $0.arguments == command.arguments }) { needed.append(command) }
        }
        for key in keys {
            add(NeededCommand([Array("EXISTS".utf8), key], purpose: "which looks whether a key of this sale is there"))
            add(NeededCommand([Array("DEL".utf8), key], purpose: "which removes the keys of this sale at the end"))
        }
        if searches {
            add(
                NeededCommand(
                    ["SCAN", "0", "COUNT", "1"], purpose: "which searches for the keys of this sale at the end"))
        }
        if let line = transactionLine {
            add(NeededCommand([Array("EXEC".utf8)], line: line))
        }
        for (command, arguments) in examples {
            add(NeededCommand(arguments, line: command.line))
            if command.name == "WATCH" { add(NeededCommand([Array("UNWATCH".utf8)], line: command.line)) }
        }
        for (call, arguments) in scriptCalls(hashes: hashes) { add(NeededCommand(arguments, line: call.line)) }
        return needed
    }
}
