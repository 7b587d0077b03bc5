internal import CLinux
internal import Glibc
internal import Synchronization

/// From the client to the server.
extension ProxiedConnection {
    /// Reads and understands what the client sends. Whether anything came of it.
    func takeRequests() -> Bool {
        var hasMoved = meetCommands()
        guard clientReadable, !clientHasEnded, !clientIsGone, client >= 0, inbox.count < Self.mostWaiting else {
            return hasMoved
        }
        let room = inbox.room(atLeast: max(4096, min(inbox.count, Self.streamedFrom)))
        switch ProxySocket.read(client, into: room) {
        case .bytes(let count):
            inbox.added(count)
            if count < room.count, !clientIsEnding { clientReadable = false }
            hasMoved = true
        case .later: clientReadable = false
        case .ended:
            clientHasEnded = true
            hasMoved = true
        case .lost:
            clientHasEnded = true
            clientIsGone = true
            hasMoved = true
        }
        return meetCommands() || hasMoved
    }

    /// Sends what may go. Whether any went.
    func sendRequests() -> Bool {
        guard serverWritable, !isConnecting, server >= 0 else { return false }
        var hasMoved = false
        if !greeting.isEmpty {
            guard send(greeting, to: server) else { return false }
            greeting = []
            hasMoved = true
        }
        while released > 0, serverWritable {
            let bytes = UnsafeRawBufferPointer(rebasing: inbox.bytes()[..<released])
            switch ProxySocket.write(bytes, to: server) {
            case .bytes(let count):
                serverWritable = count == released
                released -= count
                commandStart -= count
                inbox.consume(count)
                hasMoved = true
            case .later: serverWritable = false
            case .ended, .lost:
                // What it said before can still be read.
                serverIsEnding = true
                serverReadable = true
                released = 0
                return true
            }
        }
        return hasMoved
    }

    /// Our own commands, which a new socket always has room for.
    private func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes {
            if case .bytes(let count) = ProxySocket.write($0, to: descriptor) { return count == bytes.count }
            return false
        }
    }

    /// Understands the bytes that were read. Whether there was anything new.
    private func meetCommands() -> Bool {
        if isBridge {
            let more = inbox.count - released
            released = inbox.count
            return more > 0
        }
        resume()
        var hasMoved = false
        while case .nothing = waiting, !isBridge, !isClosed {
            let bytes = inbox.bytes(from: commandStart + framer.length)
            guard !bytes.isEmpty else { break }
            hasMoved = true
            switch framer.advance(bytes) {
            case .incomplete:
                if isStreaming {
                    released = inbox.count
                } else if framer.length >= Self.streamedFrom, !framer.isInline, !framer.arguments.isEmpty {
                    meet(isWhole: false)
                }
                return true
            case .empty:
                released = commandStart + framer.length
                nextCommand()
            case .complete:
                if isStreaming {
                    released = commandStart + framer.length
                    nextCommand()
                } else {
                    meet(isWhole: true)
                }
            case .broken(let reason): refuse(reason)
            }
        }
        return hasMoved
    }

    func nextCommand() {
        commandStart += framer.length
        framer.next()
        isStreaming = false
    }

    /// The client does not speak the protocol.
    func refuse(_ reason: String) {
        loop.note("refused", reason, self)
        loop.board.refused.add(1, ordering: .relaxed)
        // After the replies that it is owed, as far as they are here.
        _ = sendReplies()
        let text = "-ERR Protocol error: \(reason) (said by stress proxy)\r\n"
        _ = Array(text.utf8).withUnsafeBytes { ProxySocket.write($0, to: client) }
        close(saying: "the proxy")
    }

    // MARK: Meeting a command

    /// The bytes of an argument of the command at hand, as far as they are there.
    func argument(_ index: Int) -> UnsafeRawBufferPointer {
        let place = framer.arguments[index]
        let bytes = inbox.bytes(from: commandStart)
        let start = min(place.start, bytes.count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + place.count, bytes.count)])
    }

    /// Decides what is done with the command at hand.
    private func meet(isWhole: Bool) {
        if framer.isInline, argument(framer.arguments.count - 1).starts(with: "HTTP/1.".utf8) {
            return refuse("this is a request over HTTP")
        }
        let second = framer.arguments.count > 1 ? argument(1) : nil
        var traits = loop.traits(argument(0), second)
        let isQueued: Bool
        switch traits.role {
        case .exec, .discard, .multi, .watch, .reset: isQueued = false
        default: isQueued = session.isInTransaction
        }
        let mayWrite =
            traits.role == .exec ? session.isInTransaction && session.transactionMayWrite : traits.mayWrite && !isQueued
        if traits.role == .exec { traits.mayWrite = mayWrite }
        var met = MetCommand(
            number: loop.nextNumber(mayWrite: mayWrite), sent: Clock.nanoseconds(), traits: traits, mayWrite: mayWrite,
            isQueued: isQueued, isWhole: isWhole)
        if loop.answersAuthentication, isWhole, traits.role == .auth || traits.role == .hello {
            return wait(for: .answers, met)
        }
        if loop.holds, !traits.isLocal, !isQueued {
            loop.hold(met, of: self)
            return wait(for: .release, met)
        }
        met.strike = loop.strike(
            FaultSchedule.Command(
                mayWrite: mayWrite, isLocal: traits.isLocal || isQueued, canRepeat: canRepeat(met)),
            now: met.sent)
        proceed(met)
    }

    private func canRepeat(_ met: MetCommand) -> Bool {
        guard met.isWhole, !met.traits.blocks else { return false }
        // Who watches does not send a transaction again: the watch is gone with the connection.
        return met.traits.role != .exec || (session.transaction != nil && !session.isWatching)
    }

    private func wait(for what: Waiting, _ met: MetCommand) {
        self.met = met
        waiting = what
    }

    /// Does what was decided.
    func proceed(_ met: MetCommand) {
        switch met.strike?.kind {
        case .cutRequests, .repeatRequests: wait(for: .answers, met)
        case .killConnections:
            // Its own connection may be among them: it is written down then, too.
            self.met = met
            if let strike = met.strike { loop.kill(strike) }
            guard !isClosed else { return }
            self.met = nil
            admit(met)
        case .loseReplies, .slowReplies, nil: admit(met)
        }
        if case .answers = waiting { resume() }
    }

    /// Passes the command at hand on.
    func admit(_ met: MetCommand) {
        let bytes = UnsafeRawBufferPointer(
            rebasing: inbox.bytes(from: commandStart)[..<min(framer.length, inbox.count - commandStart)])
        session.admit(
            met.traits.role, mayWrite: met.traits.mayWrite, bytes: bytes,
            keepsTransactions: loop.keepsTransactions)
        let count = appendText(met)
        pending.append(
            PendingCommand(
                number: met.number, sent: met.sent, textCount: count, role: met.traits.role,
                isSecret: met.traits.isSecret, strike: met.strike))
        released = commandStart + framer.length
        if met.isWhole { nextCommand() } else { isStreaming = true }
        if met.traits.role == .silent { becomeBridge("it may get no replies any more") }
    }
}
