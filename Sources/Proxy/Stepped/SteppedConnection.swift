/// A client of a ``SteppedProxy``, with a connection to the server of its own.
package final class SteppedConnection {
    package enum Status {
        /// Nothing of it is under way.
        case free
        /// A command waits to be released.
        case held(SteppedCommand)
        /// A command was released and waits at the server for other clients.
        case blocked(SteppedCommand)
        /// What comes is passed on.
        case bridge
        case closed
    }

    /// A key of one of the server's databases.
    package struct WatchedKey: Hashable, Sendable {
        package var database: Int
        package var key: [UInt8]
    }

    /// From 1, in the order in which clients came.
    package let number: Int
    /// The port at which it came.
    package let slot: Int
    /// What the server calls it (CLIENT ID).
    package let serverID: Int
    let client: Int32
    let server: Int32
    package internal(set) var status = Status.free
    package internal(set) var database = 0
    package internal(set) var isInTransaction = false
    /// What MULTI has queued.
    package internal(set) var queued: [SteppedCommand] = []
    package internal(set) var watched: [WatchedKey] = []
    /// Commands that have come behind the one that waits.
    package internal(set) var pending: [SteppedCommand] = []
    /// Bytes of the client's that belong to no whole command yet.
    var inbox: [UInt8] = []
    /// Whether a whole command has come.
    var hasSpoken = false
    var framer = CommandFramer()
    /// Up to where the framer has read.
    var framed = 0
    /// The reply under way.
    var replies = ReplyFramer()
    var reply: [UInt8] = []

    init(number: Int, slot: Int, serverID: Int, client: Int32, server: Int32) {
        self.number = number
        self.slot = slot
        self.serverID = serverID
        self.client = client
        self.server = server
    }

    /// Whether what came first is the beginning neither of a command nor of TLS (22): somebody on this machine has mistaken the port, which
    /// may have been theirs a moment ago.
    var isStrangers: Bool { !hasSpoken && inbox.first.map { $0 < 22 } ?? false }

    /// The command that waits to be released.
    package var held: SteppedCommand? {
        if case .held(let command) = status { command } else { nil }
    }

    package var blocked: SteppedCommand? {
        if case .blocked(let command) = status { command } else { nil }
    }

    /// Whether something may come to it by what others do.
    package var isAwaitingOthers: Bool {
        switch status {
        case .blocked, .bridge: true
        case .free, .held, .closed: false
        }
    }

    package var isBridge: Bool {
        if case .bridge = status { true } else { false }
    }

    package var isClosed: Bool {
        if case .closed = status { true } else { false }
    }

    func forgetTransaction() {
        isInTransaction = false
        queued = []
        watched = []
    }

    /// Takes bytes of the server's, and gives out the reply that ended with them, if one did. Pushes answer nothing.
    ///
    /// - Returns: nil for what is no reply at all.
    func take(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]]? {
        var ended: [[UInt8]] = []
        var place = 0
        // An event may come that takes no byte.
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
            let (used, event) = replies.advance(rest)
            reply.append(contentsOf: rest[..<used])
            place += used
            switch event {
            case .more: if place == bytes.count { return ended }
            case .header: break
            case .end:
                if !replies.isPush { ended.append(reply) }
                reply = []
                if place == bytes.count { return ended }
            case .broken: return nil
            }
        }
    }
}
