/// A command that the server has, or will have in a moment, and whose reply has not come.
struct PendingCommand {
    var number: Int
    var sent: UInt64
    /// Bytes of its text among those of its connection.
    var textCount: Int
    var role: CommandTraits.Role
    var isSecret: Bool
    var strike: FaultSchedule.Strike?
}

/// Commands in the order in which the server answers them.
struct PendingCommands {
    private var commands: [PendingCommand] = []
    private var head = 0

    var count: Int { commands.count - head }
    var isEmpty: Bool { head == commands.count }
    var first: PendingCommand? { isEmpty ? nil : commands[head] }

    /// The first is not struck after all.
    mutating func spareFirst() {
        if !isEmpty { commands[head].strike = nil }
    }

    mutating func append(_ command: PendingCommand) { commands.append(command) }

    mutating func removeFirst() -> PendingCommand {
        defer {
            head += 1
            if head == commands.count {
                commands.removeAll(keepingCapacity: head <= 1024)
                head = 0
            } else if head >= 1024, head * 2 > commands.count {
                commands.removeFirst(head)
                head = 0
            }
        }
        return commands[head]
    }
}
