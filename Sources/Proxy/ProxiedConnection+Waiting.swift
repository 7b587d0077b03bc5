internal import CLinux
internal import Glibc
internal import Synchronization

/// Commands that are not simply passed on.
extension ProxiedConnection {
    /// Goes on with the command that waits, if what it waits for is there.
    func resume() {
        guard let met else { return }
        switch waiting {
        case .nothing, .release: break
        case .answers:
            let isQuiet =
                pending.isEmpty && released == 0 && (outbox.count == 0 || clientIsGone) && ownReplies == 0
                && !isConnecting && greeting.isEmpty
            guard isQuiet else { return }
            perform(met)
        case .firstRun:
            guard let firstRun else { return }
            switch firstRun.step() {
            case .waiting: break
            case .done:
                recordFirstRun(met, firstRun)
                goOn(met, wasRun: !firstRun.replies.isError && !firstRun.hasRefused)
            case .failed: goOn(met, wasRun: false)
            }
        }
    }

    /// Everything before the command was answered.
    private func perform(_ met: MetCommand) {
        waiting = .nothing
        switch (met.strike?.kind, met.traits.role) {
        case (.cutRequests, _):
            // Less than the whole, whatever the kernel takes of it.
            let half = UnsafeRawBufferPointer(rebasing: inbox.bytes()[..<(framer.length / 2)])
            if !half.isEmpty { _ = ProxySocket.write(half, to: server) }
            reset(.cutRequests)
        case (.repeatRequests, _):
            guard startFirstRun(met) else { return goOn(met, wasRun: false) }
            waiting = .firstRun
        case (_, .auth):
            self.met = nil
            answerAuthentication(met)
        case (_, .hello):
            self.met = nil
            passHello(met)
        default:
            self.met = nil
            admit(met)
        }
    }

    /// Releases the command that is held.
    func release(_ kind: ProxyFaults.Kind?) {
        guard var met, case .release = waiting else { return }
        waiting = .nothing
        self.met = nil
        met.strike = kind.map { FaultSchedule.Strike($0) }
        proceed(met)
        pump()
    }

    /// The connection's bytes are passed on as they come from now on.
    func becomeBridge(_ reason: String) {
        guard !isBridge else { return }
        isBridge = true
        loop.note("bridge", reason, self)
        loop.board.bridges.add(1, ordering: .relaxed)
        while !pending.isEmpty { record(pending.removeFirst(), answered: 0, fault: nil) }
        delivery = .passing
    }

    // MARK: Signing in

    /// The server is signed in to already: whatever the client says, it is welcome.
    private func answerAuthentication(_ met: MetCommand) {
        let count = appendText(met)
        pending.append(
            PendingCommand(
                number: met.number, sent: met.sent, textCount: count, role: .usual, isSecret: true, strike: nil))
        inbox.consume(framer.length)
        framer.next()
        for byte in "+OK\r\n".utf8 { outbox.append(byte) }
    }

    /// HELLO goes on without what signs in.
    private func passHello(_ met: MetCommand) {
        var words = framer.arguments.indices.map { Array(argument($0)) }
        let sign = words.indices.first { $0 > 1 && String(decoding: words[$0], as: UTF8.self).uppercased() == "AUTH" }
        guard let sign, sign + 2 < words.count else { return admit(met) }
        words.removeSubrange(sign...sign + 2)
        var bytes: [UInt8] = []
        if framer.isInline {
            bytes = Array(words.joined(separator: [32])) + [13, 10]
        } else {
            bytes = Array("*\(words.count)\r\n".utf8)
            for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + [13, 10] }
        }
        let count = appendText(met)
        pending.append(
            PendingCommand(
                number: met.number, sent: met.sent, textCount: count, role: .hello, isSecret: true, strike: nil))
        bytes.withUnsafeBytes {
            session.admit(.hello, mayWrite: false, bytes: $0, keepsTransactions: false)
        }
        inbox.replaceFirst(framer.length, with: bytes)
        framer.next()
        released = bytes.count
        commandStart = bytes.count
    }

    // MARK: Running twice

    private func startFirstRun(_ met: MetCommand) -> Bool {
        guard case .socket(let descriptor) = loop.address.connect() else { return false }
        let introduction = session.introduction
        var bytes = loop.greeting + introduction.bytes
        var count = loop.greetingReplies + introduction.count
        if met.traits.role == .exec, let transaction = session.transaction {
            bytes += transaction
            count += session.transactionCount
        }
        bytes += inbox.bytes()[..<framer.length]
        firstRun = FirstRun(
            descriptor, bytes: bytes, replies: count + 1, introductions: loop.greetingReplies + introduction.count)
        guard loop.watch(descriptor, self, .repeating) else {
            firstRun?.close()
            firstRun = nil
            return false
        }
        return true
    }

    /// The command's own turn, after its first run or without one.
    private func goOn(_ met: MetCommand, wasRun: Bool) {
        firstRun?.close()
        firstRun = nil
        waiting = .nothing
        self.met = nil
        var met = met
        if !wasRun, let strike = met.strike {
            loop.missed(strike)
            met.strike = nil
        }
        met.sent = Clock.nanoseconds()
        admit(met)
    }

    private func recordFirstRun(_ met: MetCommand, _ run: FirstRun) {
        let count = appendText(met)
        let command = PendingCommand(
            number: loop.nextNumber(mayWrite: met.mayWrite), sent: run.started, textCount: count, role: .usual,
            isSecret: met.traits.isSecret, strike: nil)
        loop.record(command, answered: Clock.nanoseconds(), of: self, run.replies, fault: .repeatRequests)
        texts.consume(count)
    }
}
