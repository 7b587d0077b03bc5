internal import CLinux
internal import Glibc
internal import Synchronization

/// From the server to the client.
extension ProxiedConnection {
    private static let longestHeader = 64 * 1024

    /// Reads and understands what the server sends. Whether anything came of it.
    func takeReplies() -> Bool {
        let hasMoved = scanReplies()
        guard serverReadable, !serverHasEnded, server >= 0, outbox.count < Self.mostWaiting else { return hasMoved }
        if case .delayed = delivery, outbox.count > Self.streamedFrom { return hasMoved }
        let room = outbox.room(atLeast: max(4096, min(outbox.count, Self.streamedFrom)))
        switch ProxySocket.read(server, into: room) {
        case .bytes(let count):
            outbox.added(count)
            if count < room.count, !serverIsEnding { serverReadable = false }
        case .later:
            serverReadable = false
            return hasMoved
        case .ended, .lost:
            serverHasEnded = true
            _ = scanReplies()
            // The beginning of a reply that will have no end.
            if !isClosed, case .passing = delivery { deliverable = outbox.count }
            return true
        }
        _ = scanReplies()
        return true
    }

    /// Sends what may go to the client. Whether any went.
    func sendReplies() -> Bool {
        var hasMoved = false
        while deliverable > 0, client >= 0, clientWritable || clientIsGone {
            var count = deliverable
            if !clientIsGone {
                switch ProxySocket.write(UnsafeRawBufferPointer(rebasing: outbox.bytes()[..<deliverable]), to: client) {
                case .bytes(let written):
                    clientWritable = written == count
                    count = written
                case .later:
                    clientWritable = false
                    return hasMoved
                case .ended, .lost:
                    clientIsGone = true
                    clientHasEnded = true
                }
            }
            deliverable -= count
            scanned -= count
            outbox.consume(count)
            hasMoved = true
        }
        return hasMoved
    }

    /// Understands the bytes that were read. Whether there was anything new.
    private func scanReplies() -> Bool {
        var hasMoved = false
        while !isClosed {
            if case .delayed(let until) = delivery {
                guard Clock.nanoseconds() >= until else { return hasMoved }
                delivery = .passing
                deliverable = scanned
                if !clientIsGone { loop.board.struck(.slowReplies) }
                hasMoved = true
            }
            if isBridge {
                guard deliverable < outbox.count else { return hasMoved }
                scanned = outbox.count
                deliverable = scanned
                return true
            }
            let (used, event) = replies.advance(outbox.bytes(from: scanned))
            scanned += used
            hasMoved = hasMoved || used > 0 || event != .more
            switch event {
            case .more:
                settle()
                if !replyIsOpen, scanned - deliverable > Self.longestHeader {
                    becomeBridge("a reply has a long first line")
                }
                if !isBridge { return hasMoved }
            case .header:
                replyIsOpen = true
                judgeHeader()
            case .end:
                settle()
                replyIsOpen = false
                endReply()
            case .broken(let reason): becomeBridge(reason)
            }
        }
        return true
    }

    /// Does with the bytes that were understood what is to be done with them.
    private func settle() {
        guard replyIsOpen else { return }
        switch delivery {
        case .passing: deliverable = scanned
        case .swallowing:
            outbox.consume(scanned)
            scanned = 0
        case .losing:
            // Nothing that comes behind it will be delivered either, so that what was not read yet may stay.
            drop()
        case .delayed: break
        }
    }

    /// Forgets the bytes between those that may go and those that were not read.
    private func drop() {
        guard scanned > deliverable else { return }
        if scanned == outbox.count {
            outbox.truncate(to: deliverable)
        } else {
            outbox.remove(from: deliverable, to: scanned)
        }
        scanned = deliverable
    }

    /// A reply begins: what it means for its command.
    private func judgeHeader() {
        if replies.isPush { return }
        if ownReplies > 0 {
            delivery = .swallowing
            return
        }
        guard let first = pending.first else {
            return becomeBridge("a reply came that no command had asked for")
        }
        guard let strike = first.strike else { return }
        switch strike.kind {
        case .loseReplies:
            // The server says that nothing was done: there is nothing to lose.
            if replies.isError || (first.role == .exec && replies.isNull) {
                loop.missed(strike)
                pending.spareFirst()
            } else {
                delivery = .losing
            }
        case .slowReplies:
            let until = Clock.nanoseconds() + strike.delayNanoseconds
            delivery = .delayed(until: until)
            loop.delayed(self, until: until)
        case .repeatRequests:
            if replies.isError {
                loop.missed(strike)
                pending.spareFirst()
            } else {
                loop.board.struck(.repeatRequests)
            }
        case .cutRequests, .killConnections: pending.spareFirst()
        }
    }

    private func endReply() {
        if replies.isPush {
            if pending.first?.role == .subscribe, isAboutSubscriptions { answered() }
            return
        }
        switch delivery {
        case .swallowing:
            delivery = .passing
            ownReplies -= 1
            if replies.isError {
                let text = String(decoding: replies.text.prefix { $0 != 32 }, as: UTF8.self)
                loop.note("refused", "the server answered the proxy itself with \(text)", self)
                loop.board.refused.add(1, ordering: .relaxed)
                close(saying: "the proxy")
            }
        case .losing:
            record(pending.removeFirst(), answered: Clock.nanoseconds(), fault: .loseReplies)
            _ = sendReplies()
            reset(.loseReplies)
        case .passing, .delayed: answered()
        }
    }

    /// RESP3: whether this is how the server answers a subscription.
    private var isAboutSubscriptions: Bool {
        let words = ["subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"]
        return words.contains { replies.text.elementsEqual($0.utf8) }
    }

    /// The first command has its reply.
    private func answered() {
        guard !pending.isEmpty else { return }
        let command = pending.removeFirst()
        loop.board.answers.add(1, ordering: .relaxed)
        record(command, answered: Clock.nanoseconds(), fault: command.strike?.kind)
        switch command.role {
        case .multi: if replies.isError { session.endTransaction() }
        case .monitor: if !replies.isError { becomeBridge("it watches the server") }
        case .subscribe:
            // RESP2: messages look like replies from now on.
            if replies.kind == UInt8(ascii: "*") { becomeBridge("it subscribes") }
        default: break
        }
    }
}
