/// What happens where the server has forgotten a script or a function.
extension StrategyMachine {
    /// Whether the server said that it does not know the script of this step, for the first time.
    mutating func mustReload(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Bool {
        guard step.pointee.reloadReplies > 0, !hasReloaded else { return false }
        return Self.saysUnknown(reply)
    }

    /// Whether an error says that the server has no such script or function, and so ran nothing.
    static func saysUnknown(_ reply: borrowing Reply) -> Bool {
        reply.withText(at: Reply.root) { text in
            text.starts(with: "NOSCRIPT ".utf8) || text.starts(with: "ERR Function not found".utf8)
        }
    }

    /// The server does not know the script, and so did nothing: loads it again and repeats the call.
    mutating func reload(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        hasReloaded = true
        countReload(ofStep: current)
        buffer.reset()
        buffer.append(
            UnsafeBufferPointer(rebasing: tables.literals[step.pointee.reload.start..<step.pointee.reload.end]))
        repliesToSkip = step.pointee.reloadReplies
        repliesLeft = step.pointee.replies
        write(step: current)
        output = buffer.written
        return .send
    }
}
