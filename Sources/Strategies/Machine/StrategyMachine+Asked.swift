internal import FlashSale

/// Steps that go to another node because the one that was asked has named it: ASK while a slot is on its way, and for `finally:`
/// also MOVED.
///
/// Each step goes to the node at home first, and elsewhere only if that one has refused it: it has executed nothing of it then, and
/// each of its keys is at the other node or nowhere. For another step that may not be so: a node to which a slot is on its way takes
/// whatever comes behind ASKING, and would make a key anew that is still at home.
///
/// Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#ask-redirection
extension StrategyMachine {
    /// What goes to another node.
    struct Asked {
        /// The node that was named last.
        var node: NamedNode?
        /// The attempt that ``watches`` is about.
        var attempt = 0
        /// How many steps of that attempt that watch went to the other node.
        var watches = 0
        /// What goes there: the commands of one step, as the node at home has refused them.
        var command: [UInt8] = []
        /// Whether the replies that come are the other node's.
        var isThere = false
        /// Whether only the connection will do that was used last: something is watched on it, or waited for.
        var needsSameConnection = false
        /// What goes on when all replies have come that nobody needs.
        var phase = Phase.buying
        var probe = Probe()
    }

    /// The node that ``AttemptAction/follow`` is about.
    package var askedNode: NamedNode? { asked.node }

    /// Whether ``AttemptAction/follow`` is of no use on another connection to that node than the one that was used last.
    package var needsSameConnection: Bool { asked.needsSameConnection }

    // MARK: Going there

    /// Prepares the current step for another node, if an error says that this one serves it; nil if it does not, or if going there
    /// would not be the same.
    @inline(never)
    mutating func redirect(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Action? {
        guard !asked.isThere, let node = self.node(step, reply) else { return nil }
        if phase == .buying, watch.isOn {
            // What is watched at two nodes, no transaction can depend on.
            guard everyWatchWentThere, !watch.isElsewhere || node == asked.node else { return nil }
        }
        var later = 0
        var watchesLater = false
        for next in place.current + 1..<place.sentEnd {
            later += stepPointer(next).pointee.replies
            if stepPointer(next).pointee.watches { watchesLater = true }
        }
        guard let command = RESP.commands(of: buffer.written, last: step.pointee.replies, before: later) else {
            return nil
        }
        if case .moved = Reply.relocation(in: reply.string()) { noteRelocation(reply) }
        asked.node = node
        asked.command = command
        asked.phase = phase
        if phase == .buying {
            // It has executed nothing, and what went out with it has no effect.
            written.atAll = written.before
        }
        // Those behind it are asked for again, in their turn.
        if watchesLater { watch.isOwed = true }
        place.sentEnd = place.current + 1
        guard later > 0 else { return follow() }
        phase = .redirected
        place.repliesToSkip = later
        return .receive
    }

    /// The node that serves the step in the place of the one that refuses it.
    private func node(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> NamedNode? {
        var found: Relocation?
        switch step.pointee.kind {
        case .send, .script: found = Reply.relocation(in: reply.string())
        case .transaction:
            // One that buys is over, as a conflict. One that ends an attempt has to take effect.
            guard phase == .closing, !transaction.multiWasRefused, !transaction.hasAnswer else { return nil }
            found = Reply.relocation(in: reply.string())
            if found == nil, reply.text(at: Reply.root, startsWithWord: Self.execAbort) { found = relocation }
        case .http, .program, .command, .think, .finish: return nil
        }
        switch found {
        case .asked(let host, let port): return NamedNode(host: host, port: port)
        case .moved(let host, let port) where phase == .closing: return NamedNode(host: host, port: port)
        default: return nil
        }
    }

    /// Whether nothing of what the attempt watches is at home; steps that were skipped count as if they had watched there.
    var everyWatchWentThere: Bool {
        var all = 0
        for step in 0..<place.current where stepPointer(step).pointee.watches { all += 1 }
        return all == (asked.attempt == context.attempt ? asked.watches : 0)
    }

    /// Sends the current step to the node that was named.
    mutating func follow() -> Action {
        phase = asked.phase
        asked.needsSameConnection = watch.isElsewhere
        let step = stepPointer(place.current)
        buffer.reset()
        var before = 0
        if watch.isOwedElsewhere {
            Self.unwatch.withUnsafeBufferPointer { buffer.append($0) }
            watch.isOwedElsewhere = false
            counts.unwatches += 1
            before = 1
        }
        if step.pointee.watches {
            if asked.attempt != context.attempt { asked.watches = 0 }
            asked.attempt = context.attempt
            asked.watches += 1
            watch.isOn = true
            watch.isElsewhere = true
        }
        if step.pointee.kind == .transaction { transaction = TransactionReplies() }
        return sendElsewhere(behind: before)
    }

    /// The other node does not know the script of the current step, which the buffer begins to load.
    mutating func followAgain(behind replies: Int) -> Action {
        asked.needsSameConnection = watch.isElsewhere
        return sendElsewhere(behind: replies)
    }

    /// Adds the current step to what is in the buffer, and sends that to the other node.
    ///
    /// - Parameter replies: to what is in the buffer.
    private mutating func sendElsewhere(behind replies: Int) -> Action {
        let step = stepPointer(place.current)
        // The node forgets it after the next command, or the next transaction.
        Self.asking.withUnsafeBufferPointer { buffer.append($0) }
        asked.command.withUnsafeBufferPointer { buffer.append($0) }
        counts.elsewhere += 1
        counts.countWrite(ofStep: place.current)
        if !step.pointee.hasNoEffect { written.atAll = true }
        place.repliesToSkip = replies + 1
        place.repliesLeft = step.pointee.replies
        asked.isThere = true
        output = buffer.written
        return .follow
    }

    // MARK: Coming back

    /// Takes the next reply of the node that was named.
    package mutating func receiveElsewhere(_ reply: borrowing Reply) -> Action { afterReply(from: receive(reply)) }

    /// The next step goes to the node at home again, but for WAIT: that is about what was written on the same connection.
    mutating func afterReply(from action: Action) -> Action {
        switch action {
        case .receive, .follow, .think: return action
        case .goToShelf, .finish: break
        case .send:
            guard isWait(stepPointer(place.current)), place.sentEnd == place.current + 1 else { break }
            if place.repliesToSkip > 0 { watch.isOwed = true }
            asked.needsSameConnection = true
            return .follow
        }
        asked.isThere = false
        return action
    }

    private func isWait(_ step: UnsafePointer<StrategyProgram.Step>) -> Bool {
        guard step.pointee.kind == .send, !step.pointee.parts.isEmpty,
            case .literal(let start, let count) = tables.parts[step.pointee.parts.start]
        else { return false }
        return String(decoding: tables.literals[start..<start + count], as: UTF8.self).contains("\r\nWAIT\r\n")
    }

    /// What the other node says of the way, in words that mean the same at home.
    func fromThere(_ relocation: Relocation) -> Relocation {
        guard asked.isThere, let node = asked.node else { return relocation }
        switch relocation {
        case .moved("", let port): return .moved(host: node.host, port: port)
        case .asked("", let port): return .asked(host: node.host, port: port)
        default: return relocation
        }
    }

    static let asking = RESP.command(["ASKING"])
}
