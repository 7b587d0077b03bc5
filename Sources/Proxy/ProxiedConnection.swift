internal import CLinux
internal import Glibc
internal import RedisDriver
internal import Synchronization

/// One client and its connection to the server. Used by the proxy's thread alone.
///
/// Bytes stay where they were read until the other side takes them: `inbox` begins with `released` bytes that may go to the server, and
/// `outbox` with `deliverable` ones that may go to the client. Where either is full, nothing more is read.
final class ProxiedConnection {
    /// What the next whole command waits for.
    enum Waiting {
        case nothing
        /// The replies to all commands before it.
        case answers
        /// Its user's word.
        case release
        /// Its first run on a connection of its own.
        case firstRun
    }

    /// What is done with the reply that is being read.
    enum Delivery {
        case passing
        /// It is not for the client: an answer to a command of ours.
        case swallowing
        /// It is lost on purpose.
        case losing
        /// It waits until this time.
        case delayed(until: UInt64)
    }

    enum Side: UInt64 {
        case client, server, repeating
    }

    /// Bytes that may wait in one direction: a whole command that is larger goes on in pieces.
    static let mostWaiting = 1 << 20
    static let streamedFrom = 256 * 1024

    unowned let loop: ProxyLoop
    let number: Int
    let slot: Int

    /// -1 once it is closed.
    var client: Int32
    var server: Int32
    var isConnecting = true

    // What the sockets are known to be ready for.
    var clientReadable = true
    var clientWritable = true
    var serverReadable = false
    var serverWritable = true
    /// The other side has said that it has ended, so that a short read does not mean that all was read.
    var clientIsEnding = false
    var serverIsEnding = false
    /// Nothing more will come.
    var clientHasEnded = false
    var serverHasEnded = false
    /// The client takes nothing any more: its commands still go to the server, as they would without us.
    var clientIsGone = false
    var hasShutServer = false

    // Requests.
    var inbox = ByteQueue()
    var released = 0
    var framer = CommandFramer()
    /// Where the command that is being read begins in `inbox`; below 0 if its first bytes have gone on.
    var commandStart = 0
    /// The command that is being read is too large to wait for its end, and was admitted.
    var isStreaming = false
    var waiting = Waiting.nothing
    /// The whole command that waits.
    var met: MetCommand?

    // Replies.
    var outbox = ByteQueue()
    var deliverable = 0
    /// Bytes of `outbox` that the framer has read.
    var scanned = 0
    var replies = ReplyFramer()
    var delivery = Delivery.passing
    var replyIsOpen = false
    var pending = PendingCommands()
    var texts = ByteQueue()
    /// Answers to our own commands that are to come first.
    var ownReplies = 0
    var greeting: [UInt8] = []
    /// Bytes are passed on without being understood.
    var isBridge = false

    /// What the connection is on the server, as far as a second one has to be the same.
    var session = ProxiedSession()
    var firstRun: FirstRun?
    var isQueuedAgain = false

    init(_ loop: ProxyLoop, number: Int, slot: Int, client: Int32, server: Int32) {
        self.loop = loop
        self.number = number
        self.slot = slot
        self.client = client
        self.server = server
        greeting = loop.greeting
        ownReplies = loop.greetingReplies
    }

    var isClosed: Bool { client < 0 && server < 0 }

    func token(_ side: Side) -> UInt64 {
        UInt64(slot + 1) << 32 | UInt64(number & 0x3FFF_FFFF) << 2 | side.rawValue
    }

    // MARK: Events

    /// Something has happened at one of the sockets.
    func happened(_ side: Side, hasEnded: Bool) {
        switch side {
        case .client:
            clientReadable = true
            clientWritable = true
            clientIsEnding = clientIsEnding || hasEnded
        case .server:
            if isConnecting {
                let code = ProxySocket.error(of: server)
                guard code == 0 else { return failToReach(String(cString: strerror(code))) }
                isConnecting = false
            }
            serverReadable = true
            serverWritable = true
            serverIsEnding = serverIsEnding || hasEnded
        case .repeating:
            firstRun?.isReady = true
            firstRun?.isEnding = hasEnded
        }
        pump()
    }

    /// Moves what can be moved, for a while: other connections want to go on, too.
    func pump() {
        for _ in 0..<8 {
            guard !isClosed else { return }
            var hasMoved = takeRequests()
            hasMoved = sendRequests() || hasMoved
            hasMoved = takeReplies() || hasMoved
            hasMoved = sendReplies() || hasMoved
            guard hasMoved else { return finishIfOver() }
        }
        finishIfOver()
        if !isClosed { loop.again(self) }
    }

    /// Closes what is of no more use.
    private func finishIfOver() {
        guard !isClosed else { return }
        if serverHasEnded {
            if case .delayed = delivery { return }
            if deliverable == 0 || clientIsGone { close(saying: clientHasEnded ? "the client" : "the server") }
        } else if clientHasEnded || clientIsGone, !hasShutServer, released == 0, !isConnecting, greeting.isEmpty,
            case .nothing = waiting
        {
            // As the client did: what it has sent is still run.
            hasShutServer = true
            shutdown(server, Int32(SHUT_WR))
        } else if clientIsGone || clientHasEnded, case .release = waiting {
            close(saying: "the client")
        }
    }

    private func failToReach(_ reason: String) {
        loop.note("refused", "the server could not be reached: \(reason)", self)
        loop.board.refused.add(1, ordering: .relaxed)
        close(saying: "the server")
    }

    // MARK: Closing

    /// Closes both sides.
    func close(saying who: String) {
        guard !isClosed else { return }
        endPending(nil)
        loop.note("closed", "by \(who)", self)
        closeSockets { _ = Glibc.close($0) }
    }

    /// Resets the client's side on purpose, and closes the other.
    func reset(_ kind: ProxyFaults.Kind) {
        guard !isClosed else { return }
        endPending(kind)
        loop.note("closed", "on purpose", self, fault: kind)
        if !clientIsGone, !clientHasEnded { loop.board.struck(kind) }
        closeSockets(ProxySocket.reset)
    }

    private func closeSockets(_ closeClient: (Int32) -> Void) {
        if client >= 0 { closeClient(client) }
        if server >= 0 { Glibc.close(server) }
        client = -1
        server = -1
        firstRun?.close()
        firstRun = nil
        if let met, case .release = waiting { loop.forgetHeld(met.number) }
        met = nil
        loop.forget(self)
    }

    /// Writes down the commands that will not be answered.
    private func endPending(_ kind: ProxyFaults.Kind?) {
        if let met {
            // It waited here, and never came to the server as a whole.
            recordMet(met, kind)
        }
        while !pending.isEmpty { record(pending.removeFirst(), answered: 0, fault: kind) }
    }

    // MARK: Recording

    func record(_ command: PendingCommand, answered: UInt64, fault: ProxyFaults.Kind?) {
        loop.record(command, answered: answered, of: self, replies, fault: fault)
        texts.consume(command.textCount)
    }

    /// The command at the front is written down, though it was not admitted.
    private func recordMet(_ met: MetCommand, _ kind: ProxyFaults.Kind?) {
        guard commandStart >= 0 else { return }
        while !pending.isEmpty { record(pending.removeFirst(), answered: 0, fault: kind) }
        let count = appendText(met)
        pending.append(
            PendingCommand(
                number: met.number, sent: met.sent, textCount: count, role: .usual, isSecret: met.traits.isSecret,
                strike: nil))
    }
}
