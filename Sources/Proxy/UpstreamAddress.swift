internal import FlashSale
internal import Glibc
internal import RedisDriver

/// The address of the server behind the proxy, found once.
struct UpstreamAddress: Sendable {
    enum Attempt {
        /// A socket that is connected, or on its way.
        case socket(Int32)
        case failed(String)
    }

    private var family: Int32
    private var bytes: [UInt8]

    /// Looks a name up; the address is the first that takes a connection.
    ///
    /// - Throws: 69 if there is none, 64 where it wants TLS or may move to another address.
    init(_ endpoint: RedisEndpoint) throws(RunError) {
        guard endpoint.tls == nil else {
            throw RunError(
                .usage,
                "\(endpoint.redacted): the proxy between a service and its Redis speaks no TLS; wanted redis:// or unix://: a port of "
                    + "the server without TLS, or a tunnel such as stunnel")
        }
        guard !endpoint.mayMove else {
            throw RunError(
                .usage,
                "the proxy leads to one server, and \(endpoint.redacted) names several: give it one of them, redis://host:port"
            )
        }
        switch endpoint.transport {
        case .unix(let path):
            guard path.utf8.count <= RedisEndpoint.maximumPathBytes else {
                throw RunError(.unavailable, "\(endpoint.redacted): the socket's path is too long")
            }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            family = AF_UNIX
            bytes = withUnsafeBytes(of: &address) { Array($0) }
        case .tcp(let host, let port):
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, String(port), &hints, &list)
            defer { if let list { freeaddrinfo(list) } }
            guard code == 0, let list else {
                throw RunError(.unavailable, "\(endpoint.redacted): \(String(cString: gai_strerror(code)))")
            }
            var next: UnsafeMutablePointer<addrinfo>? = list
            var found: (Int32, [UInt8])?
            while let entry = next?.pointee, found == nil {
                let address = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
                let descriptor = socket(entry.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                if Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 {
                    found = (entry.ai_family, Array(address))
                }
                close(descriptor)
                next = entry.ai_next
            }
            guard let found else {
                throw RunError(
                    .unavailable, "could not connect to \(endpoint.redacted): \(String(cString: strerror(errno)))")
            }
            (family, bytes) = found
        }
    }

    /// Starts a connection, without waiting for it.
    func connect() -> Attempt {
        let descriptor = socket(
            family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .failed(String(cString: strerror(errno))) }
        if family != AF_UNIX { ProxySocket.withoutDelay(descriptor) }
        let code = bytes.withUnsafeBytes {
            Glibc.connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t($0.count))
        }
        guard code == 0 || errno == EINPROGRESS else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            return .failed(reason)
        }
        return .socket(descriptor)
    }
}
