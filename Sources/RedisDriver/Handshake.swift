internal import FlashSale
internal import Strategies

/// The commands that a connection sends first, all at once, and what the answers mean.
struct Handshake {
    enum Step: Equatable {
        case authenticate, select, name, ping
        /// A ping that only has to say whether the server serves.
        case serves
    }

    enum Judgement: Equatable {
        case accepted
        /// The step was denied, but the connection is of use without it.
        case tolerated
        case failed(ConnectionError)
    }

    private(set) var steps: [Step] = []
    private(set) var request: [UInt8] = []
    let secret: Secret

    /// - Parameter asksWhetherItServes: whether a server that is there, but does not serve yet (LOADING, BUSY), is to be refused.
    init(_ endpoint: RedisEndpoint, name: String?, asksWhetherItServes: Bool = false) {
        secret = Secret(of: endpoint)
        if let password = endpoint.password {
            // Servers before Redis 6 know only the form without a user.
            add(.authenticate, ["AUTH"] + (endpoint.username.map { [$0] } ?? []) + [password])
        }
        if endpoint.database != 0 { add(.select, ["SELECT", String(endpoint.database)]) }
        if let name { add(.name, ["CLIENT", "SETNAME", name]) }
        // A server with too many clients accepts the connection and tells only in its first answer.
        if steps.isEmpty {
            add(.ping, ["PING"])
        } else if asksWhetherItServes {
            // A server that is loading its data lets its clients have names, and would let every attempt fail at once.
            add(.serves, ["PING"])
        }
    }

    private mutating func add(_ step: Step, _ arguments: [String]) {
        steps.append(step)
        RESPEncoder.append(arguments.map(\.utf8), to: &request)
    }

    func judge(_ reply: Reply, to step: Step) -> Judgement {
        let text = reply.kind == .error ? reply.string() : ""
        let isDenied = text.hasPrefix("NOPERM") || text.hasPrefix("ERR unknown") || text.hasPrefix("ERR Unknown")
        if step == .name || step == .serves, isDenied { return .tolerated }
        let expected = step == .ping || step == .serves ? "PONG" : "OK"
        if reply.kind == .status, reply.string() == expected { return .accepted }
        let isAnswerToPassword = step == .authenticate
        guard reply.kind != .error else {
            return .failed(.rejected(isAnswerToPassword ? secret.shownOfAuthentication(reply) : secret.shown(text)))
        }
        let found = isAnswerToPassword ? secret.shownOfAuthentication(reply) : secret.shown(reply)
        return .failed(.protocolViolation("wanted \(expected), found \(found)"))
    }
}

/// How far the opening of a connection has come that does not wait.
struct Opening {
    let endpoint: RedisEndpoint
    let handshake: Handshake
    /// Whether TLS is there, or not wanted.
    var isSecured: Bool
    /// Bytes of the handshake that are not sent yet.
    var unsent: Int
    /// Steps of the handshake that the server has answered.
    var answered = 0

    init(endpoint: RedisEndpoint, handshake: Handshake) {
        self.endpoint = endpoint
        self.handshake = handshake
        isSecured = endpoint.tls == nil
        unsent = handshake.request.count
    }
}
