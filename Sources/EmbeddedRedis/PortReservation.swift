internal import Glibc

/// Keeps a port of 127.0.0.1 for a server that is down.
///
/// Nobody listens there, so that who connects is refused; but the kernel gives the port to no other socket by itself. Without
/// that, a client that tries again and again would some day get it as the port at its own end, be connected to itself, and keep
/// the server from coming back. A server binds it all the same, since all of them set SO_REUSEADDR.
enum PortReservation {
    /// The socket that holds the port until it is closed; nil where somebody else has it.
    static func take(_ port: Int) -> Int32? {
        let descriptor = SocketPair.moveUp(
            socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
                    && bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isBound { return descriptor }
        close(descriptor)
        return nil
    }
}
