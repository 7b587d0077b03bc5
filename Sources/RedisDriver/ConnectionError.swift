/// Why a connection could not be made, or is of no more use.
///
/// What it means for the commands that were sent is for the caller to judge: after `refused`, `notLocated` and `rejected` none was.
package enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection was made: the server's address and the system's reason.
    case refused(String)
    /// A connection was made, and TLS was not: the server's address and the reason. No command was sent.
    case unsecured(String)
    /// Nobody says which node is the primary, or it cannot be reached.
    case notLocated(LocatorProblem)
    /// The server did not answer, or did not take what was sent, in time. It may still run what it got.
    case timeout
    /// The server ended the connection, or an earlier error did.
    case closed
    /// The server sent something that is not RESP2: what was wrong with it.
    case protocolViolation(String)
    /// The server sends a reply that is larger than one may be. The rest of it was not read.
    case oversized(OversizedReply)
    /// The connection failed after something was sent: how.
    case lost(String)
    /// The server answered the handshake with this error: WRONGPASS, NOAUTH, LOADING, too many clients, no such
    /// database.
    case rejected(String)

    /// One sentence for the user.
    package var description: String {
        switch self {
        case .refused(let reason), .unsecured(let reason): "could not connect to \(reason)"
        case .notLocated(let problem): problem.description
        case .timeout: "the server did not answer in time"
        case .closed: "the connection was closed"
        case .protocolViolation(let reason): "the server does not speak Redis's protocol (RESP2): \(reason)"
        case .oversized(let reply): "the reply is \(reply)"
        case .lost(let reason): reason
        case .rejected(let reason): "the server refused the connection: \(reason)"
        }
    }
}
