internal import FlashSale

/// A transaction whose WATCH went to another node has to go there, too. Whether that node has its keys, it does not tell where it is a
/// single one: behind ASKING it would make it anew. So the node at home is asked first, by the same transaction with DISCARD in the
/// place of EXEC: it names the other node for each command whose keys it does not have.
extension StrategyMachine {
    /// What the node at home has said to that.
    struct Probe {
        var multiWasRefused = false
        var somethingWasAccepted = false
        /// Whether a command is not for the other node.
        var isMixed = false
        /// Whether the transaction may be still open.
        var isOpen = false
    }

    @inline(never)
    mutating func probe() -> Action {
        guard everyWatchWentThere else { return decide(withoutTransaction(.conflict)) }
        let hadWritten = written.atAll
        buffer.reset()
        write(step: place.current)
        // It is not executed.
        written.atAll = hadWritten
        asked.command = Array(buffer.written)
        buffer.reset()
        asked.command.dropLast(Self.exec.count).withUnsafeBufferPointer { buffer.append($0) }
        Self.discard.withUnsafeBufferPointer { buffer.append($0) }
        asked.probe = Probe()
        asked.phase = phase
        phase = .probing
        place.sentEnd = place.current + 1
        place.repliesToSkip = stepPointer(place.current).pointee.replies
        output = buffer.written
        return .send
    }

    /// Takes the next reply of the node at home.
    @inline(never)
    mutating func afterProbe(_ reply: borrowing Reply) -> Action {
        let step = stepPointer(place.current)
        let isError = reply.kind == .error
        if place.repliesToSkip == step.pointee.replies - 1 {
            asked.probe.multiWasRefused = isError
        } else if place.repliesToSkip == 0 {
            asked.probe.isOpen = isError
        } else {
            if !isError { asked.probe.somethingWasAccepted = true }
            if !namesTheOtherNode(reply) {
                asked.probe.isMixed = true
                if isError { noteRelocation(reply) }
            }
        }
        guard place.repliesToSkip == 0 else { return .receive }
        phase = asked.phase
        if asked.probe.multiWasRefused {
            // Without MULTI the server executed each command by itself.
            connectionIsSuspect = true
            return decide(.brokenOff(mayHaveWritten: asked.probe.somethingWasAccepted || written.before))
        }
        if asked.probe.isOpen { connectionIsSuspect = true }
        return asked.probe.isMixed || asked.probe.isOpen ? decide(withoutTransaction(.conflict)) : follow()
    }

    private func namesTheOtherNode(_ reply: borrowing Reply) -> Bool {
        guard reply.kind == .error, case .asked(let host, let port) = Reply.relocation(in: reply.string()) else {
            return false
        }
        return NamedNode(host: host, port: port) == asked.node
    }

    /// What the attempt is that was not made at all, but for what came before.
    private func withoutTransaction(_ outcome: Outcome) -> Result {
        written.before ? .brokenOff(mayHaveWritten: true) : Result(outcome)
    }

    static let exec = RESP.command(["EXEC"])
    static let discard = RESP.command(["DISCARD"])
}
