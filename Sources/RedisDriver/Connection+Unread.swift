internal import CHiredis
internal import Glibc

/// Looking at what has come without taking it.
extension Connection {
    package enum Unread: BitwiseCopyable {
        case nothing
        /// Bytes of an answer.
        case some
        /// The server has hung up and left nothing to read, or the connection has failed.
        case end
    }

    /// What the next read would find. Nothing is taken, and nothing waits.
    package func lookUnread() -> Unread {
        guard let context else { return .end }
        if hasUnread { return .some }
        if let tls { return tls.look() }
        var byte: UInt8 = 0
        while true {
            let count = recv(context.pointee.fd, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            if count > 0 { return .some }
            if count == 0 { return .end }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .nothing }
            if errno != EINTR { return .end }
        }
    }
}
