import Foundation
import Glibc

/// A client of HTTP that sends what a test tells it to, byte by byte.
package final class PlainClient {
    package struct Failure: Error {}

    private let descriptor: Int32
    package private(set) var received = ""
    /// Whether the other side has closed.
    package private(set) var hasEnded = false

    /// Connects to a port of 127.0.0.1.
    package init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// What comes back for one request, to the end of the connection; nil where that takes more than ten seconds.
    package static func answer(
        _ path: String, method: String = "GET", port: Int, host: String? = nil, _ headers: [String] = []
    ) throws -> String? {
        let client = try PlainClient(port: port)
        client.ask(method, path, host: host ?? "127.0.0.1:\(port)", headers + ["Connection: close"])
        return client.waitForEnd() ? client.received : nil
    }

    /// Sends a request without a body.
    package func ask(_ method: String, _ path: String, host: String, _ headers: [String] = []) {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + headers
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads until a text has come. Whether it did within ten seconds.
    package func wait(for text: String) -> Bool {
        read { received.contains(text) }
        return received.contains(text)
    }

    /// Reads until the other side has closed. Whether it did within ten seconds.
    package func waitForEnd() -> Bool {
        read { hasEnded }
        return hasEnded
    }

    private func read(until isThere: () -> Bool) {
        let end = Date().addingTimeInterval(10)
        var chunk = [UInt8](repeating: 0, count: 65536)
        while !isThere(), !hasEnded, Date() < end {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, 100) > 0 else { continue }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { hasEnded = true } else { received += String(decoding: chunk[..<count], as: UTF8.self) }
        }
    }
}
