/// How a command ended: `[exit code, last line]`. A signal that ended it counts as 128 and its number, as in shells.
extension Reply {
    /// The exit code; nil for what is none.
    package var commandExit: Int? {
        guard isCommand, let node = element(0) else { return nil }
        return nodes[node].integer
    }

    /// Whether the command says by its exit code that it did not do what was asked.
    var isCommandError: Bool { (commandExit ?? 0) != 0 }
}
