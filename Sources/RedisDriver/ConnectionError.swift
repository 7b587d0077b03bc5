/// Why a connection could not be made, or is of no more use.
///
/// What it means for the commands that were sent is for the caller to judge: after `refused` and `rejected` none was.
package enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection was made: the server's address and the system's reason.
    case refused(String)
    /// The server did not answer, or did not take what was sent, in time. It may still run what it got.
    case timeout
    /// The server ended the connection, or an earlier error did.
    case closed
    /// The server sent something that is not RESP2: what was wrong with it.
    case protocolViolation(String)
    /// The server answered the handshake with this error: WRONGPASS, NOAUTH, LOADING, too many clients, no such
    /// database.
    case rejected(String)

    /// One sentence for the user.
    package var description: String {
        switch self {
        case .refused(let reason): "could not connect to \(reason)"
        case .timeout: "the server did not answer in time"
        case .closed: "the connection was closed"
        case .protocolViolation(let reason): "the server does not speak Redis's protocol (RESP2): \(reason)"
        case .rejected(let reason): "the server refused the connection: \(reason)"
        }
    }
}
