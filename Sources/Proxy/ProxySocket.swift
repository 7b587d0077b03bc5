internal import CLinux
internal import FlashSale
internal import Glibc

/// The calls on sockets, with the system's answers as values.
enum ProxySocket {
    enum Transfer {
        case bytes(Int)
        /// Nothing now.
        case later
        /// The other side has ended its part, or the connection is lost.
        case ended
        case lost
    }

    /// Listens on 127.0.0.1.
    ///
    /// - Parameter port: 0 for any.
    /// - Throws: 69 where it is taken or may not be used.
    static func listen(port: Int) throws(RunError) -> (descriptor: Int32, port: Int) {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = UInt16(port).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 511) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw RunError(
                .unavailable, "the proxy cannot listen on 127.0.0.1:\(port): \(reason); name another port, or 0 for any"
            )
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// The address and port of the other side.
    static func peer(of descriptor: Int32) -> String {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) == 0 }
        }
        guard isKnown else { return "?" }
        let host = UInt32(bigEndian: address.sin_addr.s_addr)
        return
            "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255):\(UInt16(bigEndian: address.sin_port))"
    }

    static func withoutDelay(_ descriptor: Int32) {
        var on: Int32 = 1
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    static func read(_ descriptor: Int32, into room: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor, room.baseAddress, room.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOTCONN: return .later
            default: return .lost
            }
        }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Transfer {
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOTCONN: return .later
            default: return .lost
            }
        }
    }

    /// What a connection that was being made has come to; 0 if it is there.
    static func error(of descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
    }

    /// Closes, so that the other side sees a reset (over TCP) where it waits for bytes.
    static func reset(_ descriptor: Int32) {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(descriptor)
    }
}
