package import FlashSale
internal import Host
internal import RedisDriver
internal import Strategies

/// Whether the server lets this user send what the sale needs: asked before the doors open, since a buyer who is refused in the
/// middle of an attempt, such as at MULTI, may leave half of it behind.
///
/// The server itself is the judge: it checks each command that it queues in a transaction, which is then discarded. Where it
/// queues nothing, ACL DRYRUN is asked (Redis 7.0); where that is denied, too, the commands are tried on the keys of this sale, which
/// is not open yet, and what that makes is removed. What scripts call cannot be asked.
extension Sale {
    /// Asks for everything that a run needs. On a private server nothing is denied.
    ///
    /// - Throws: ``RunError`` with 69 and the command and the right that is missing; also if the server refuses to serve.
    package mutating func checkRights() throws(RunError) {
        guard !isPrivate, hasServer else { return }
        let needed = commands.needed(
            hashes: scriptHashes, searches: hasOtherKeys || commands.hasKeysOfAttempts)
        // On a connection of its own: what stands between us and the server may hang up at a command that it does not know.
        var asking = try another(tag: tag)
        try asking.ask(for: needed)
    }

    private mutating func ask(for needed: [NeededCommand]) throws(RunError) {
        for command in needed where command.isHarmless {
            guard let reply = try answer(to: command.arguments) else { continue }
            try judge(reply, to: command)
        }
        let others = needed.filter { !$0.isHarmless }
        // A node would not queue what is on another, and nothing may be executed to see whether it could be.
        guard !isSpread else {
            _ = try askACL(for: others)
            return
        }
        if try askInTransaction(for: others) { return }
        reconnect()
        if try askACL(for: others) { return }
        reconnect()
        try askByTrying(others)
    }

    /// A new connection is in no transaction, and usable. Where there is none, the next question finds that.
    private mutating func reconnect() {
        connection.close()
        try? connectAgain(withinMilliseconds: 10_000)
    }

    /// - Returns: nil where the connection was lost instead.
    /// - Throws: if the server is silent, or the user interrupts.
    private mutating func answer(to command: [[UInt8]]) throws(RunError) -> Reply? {
        try Interruption.check()
        do throws(RunError) {
            return try call(command)
        } catch {
            guard !isSilent else { throw error }
            if !connection.isUsable { reconnect() }
            return nil
        }
    }

    // MARK: Three ways to ask

    /// - Returns: whether the server queued what it was given, so that everything is known.
    private mutating func askInTransaction(for needed: [NeededCommand]) throws(RunError) -> Bool {
        let multi = NeededCommand([Array("MULTI".utf8)], line: commands.transactionLine)
        guard let start = try answer(to: multi.arguments) else { return false }
        if multi.line != nil { try judge(start, to: multi) }
        // A PING shows whether it queues at all, before anything is sent that could have an effect.
        guard start.string() == "OK", try answer(to: [Array("PING".utf8)])?.string() == "QUEUED" else { return false }
        for command in needed {
            guard let reply = try answer(to: command.arguments) else { return false }
            try judge(reply, to: command)
            guard reply.kind == .error || reply.string() == "QUEUED" else { return false }
        }
        // Nobody may be kept from DISCARD by hanging up.
        connection.close()
        return true
    }

    /// - Returns: whether the server told of each.
    private mutating func askACL(for needed: [NeededCommand]) throws(RunError) -> Bool {
        guard let user = try answer(to: ["ACL", "WHOAMI"].map { Array($0.utf8) }), user.kind == .string else {
            return false
        }
        for command in needed {
            let question = [Array("ACL".utf8), Array("DRYRUN".utf8), Array(user.bytes())] + command.arguments
            guard let reply = try answer(to: question) else { return false }
            switch reply.kind {
            case .status where reply.string() == "OK": continue
            case .string: throw notAllowed(command, answer: shown(reply), text: reply.string())
            default: return false
            }
        }
        return true
    }

    /// Sends each command once, on keys that are this sale's and not there yet.
    private mutating func askByTrying(_ needed: [NeededCommand]) throws(RunError) {
        let run = RunID.id(ofTag: tag)
        // Whether they are there, and may be removed, is asked for first.
        let (cautious, others) = (
            needed.filter { ["EXISTS", "DEL", "SCAN"].contains($0.name) && $0.line == nil },
            needed.filter { !["EXISTS", "DEL", "SCAN"].contains($0.name) || $0.line != nil }
        )
        for command in cautious.sorted(by: { $0.name > $1.name }) where command.name != "DEL" {
            guard let reply = try answer(to: command.arguments) else { return }
            try judge(reply, to: command)
            // The opening says that it will not touch what exists.
            guard command.name != "EXISTS" || reply.integer() == 0 else { return }
        }
        for command in cautious where command.name == "DEL" {
            guard let reply = try answer(to: command.arguments) else { return }
            try judge(reply, to: command)
        }
        var problem: RunError?
        do throws(RunError) {
            for command in others {
                guard let trial = command.trial(run), let reply = try answer(to: trial) else { continue }
                try judge(reply, to: command)
            }
        } catch {
            problem = error
        }
        if let left = sweep(tag: tag) {
            let reason = problem.map { "\($0.message); " } ?? ""
            throw RunError(
                problem?.status ?? .unavailable,
                "\(reason)what was made on the server to see what this user may could not be removed: \(left)")
        }
        if let problem { throw problem }
    }

    // MARK: Answers

    /// - Throws: if the answer says that the command is denied, is not there, or that the server does not serve now. Any other answer,
    ///   such as that a script is not known or a value is of another type, says that it is allowed.
    private func judge(_ reply: Reply, to command: NeededCommand) throws(RunError) {
        guard reply.kind == .error else { return }
        // EXEC gives the reason why it is refused behind these words.
        var text = reply.string()
        let preface = "EXECABORT Transaction discarded because of: "
        if text.hasPrefix(preface) { text.removeFirst(preface.count) }
        if text.hasPrefix("NOPERM") { throw notAllowed(command, answer: shown(reply), text: text) }
        let what = "\(command.name)\(place(of: command))"
        if text.lowercased().hasPrefix("err unknown command") || text.lowercased().hasPrefix("err unknown subcommand") {
            throw RunError(
                .unavailable,
                "the server has no command \(what): it was renamed or removed (rename-command), or what stands before the server does "
                    + "not pass it on; name a server that has it (the server answered: \(shown(reply)))")
        }
        guard reply.isRefusal(at: Reply.root), !reply.saysNoSuchScript(at: Reply.root) else { return }
        throw RunError(.unavailable, "the server refuses \(what): \(shown(reply))")
    }

    /// What a command is for.
    private func place(of command: NeededCommand) -> String {
        if let line = command.line { return ", which this sale needs (\(strategy.file):\(line))" }
        return command.purpose.map { ", \($0)" } ?? ""
    }

    /// - Parameters:
    ///   - answer: the server's, as it may be shown.
    ///   - text: the same as it came.
    private func notAllowed(_ command: NeededCommand, answer: String, text: String) -> RunError {
        let user = "user \(ForeignText.shown(endpoint?.username ?? "default", limit: ForeignText.nameLimit))"
        let right = MissingRight(command.name, answer: text)
        return RunError(
            .unavailable,
            "\(user) may not \(right.deed)\(place(of: command)): give it \(right.rule), or name another user in the URL "
                + "(the server answered: \(answer))")
    }
}
