internal import RedisDriver

/// Commands of one connection that are one step, since nobody can come between them, or tell whether somebody did: what only the
/// connection itself can see, and the one command behind it that others can; or a transaction, from MULTI to EXEC.
struct CommandGroup {
    var commands: [WrittenCommand]

    /// Takes the next one off the front.
    ///
    /// - Returns: nil where nothing is left.
    static func next(of pending: inout [WrittenCommand]) -> CommandGroup? {
        var count = 0
        var isInTransaction = false
        while count < pending.count {
            let name = pending[count].name
            count += 1
            if name == "MULTI" { isInTransaction = true }
            if name == "EXEC" || name == "DISCARD" { isInTransaction = false }
            if !isInTransaction, !isLocal(name) { break }
        }
        guard count > 0 else { return nil }
        defer { pending.removeFirst(count) }
        return CommandGroup(commands: Array(pending[..<count]))
    }

    /// Whether only the own connection can tell that it was executed, and when does not matter.
    private static func isLocal(_ name: String) -> Bool {
        ["UNWATCH", "DISCARD", "MULTI", "PING", "ECHO", "SCRIPT", "SELECT", "CLIENT", "READONLY"].contains(name)
    }

    /// Whether nobody else can tell when it is executed.
    var isLocal: Bool { commands.allSatisfy { Self.isLocal($0.name) } }

    var bytes: [UInt8] { commands.flatMap(\.bytes) }

    /// What others can see, in the order in which it is executed: the commands of a transaction, or the one.
    var visible: [WrittenCommand] { commands.filter { !Self.isLocal($0.name) && $0.name != "EXEC" } }

    var isTransaction: Bool { commands.last?.name == "EXEC" }

    var isWatch: Bool { commands.last?.name == "WATCH" }

    /// Whether what was watched is not any more afterwards.
    var endsWatch: Bool { commands.contains { ["EXEC", "DISCARD", "UNWATCH"].contains($0.name) } }
}
