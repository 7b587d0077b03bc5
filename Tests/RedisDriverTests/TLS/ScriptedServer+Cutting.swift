import Glibc
import TestSupport

extension ScriptedServer.Peer {
    /// Passes on what a client and a server on 127.0.0.1 say to each other, until the server has said so many bytes; then both are left.
    func pass(from port: Int, atMost most: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return }
        var left = most
        var bytes = [UInt8](repeating: 0, count: 4096)
        while left > 0 {
            var pollers = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&pollers, 2, 10_000) > 0 else { return }
            if pollers[0].revents != 0 {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count > 0 else { return }
                _ = send(server, bytes, count, Int32(MSG_NOSIGNAL))
            }
            if pollers[1].revents != 0 {
                let count = recv(server, &bytes, min(left, bytes.count), 0)
                guard count > 0 else { return }
                write(Array(bytes[..<count]))
                left -= count
            }
        }
    }
}
