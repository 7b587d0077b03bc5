import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Proxy
import RedisDriver
import Strategies
import TestSupport

/// A server of the test's own with a proxy before it.
final class ProxiedServer {
    let server: EmbeddedServer
    let folder: TestFolder
    let proxy: ProxyServer
    var recordPath: String { "\(folder.path)/commands.csv" }

    init(
        _ faults: [ProxyFaults.Fault] = [], isProtected: Bool = false, answersAuth: Bool = false, holds: Bool = false
    ) throws {
        folder = try TestFolder("proxy")
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 1000, isProtected: isProtected, executable: StressBinary.path)
        proxy = try ProxyServer.start(
            to: server.endpoint, record: "\(folder.path)/commands.csv",
            faults: faults.isEmpty ? nil : ProxyFaults(faults), answersAuth: answersAuth, holds: holds)
    }

    deinit {
        proxy.stop()
        server.stop()
    }

    /// A client of the proxy.
    func client() throws(ConnectionError) -> Connection {
        try Connection(
            to: RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: proxy.port)), name: nil,
            connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    /// A client of the server itself.
    func direct() throws(ConnectionError) -> Connection {
        try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    /// What the server itself answers.
    func asked(_ words: [String]) throws -> String {
        var connection = try direct()
        return try connection.call(words).description
    }

    /// The rows of the record, without those about connections. The proxy is stopped by it.
    func rows() throws -> [[String]] {
        proxy.stop()
        let text = try String(contentsOfFile: recordPath, encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// A client's socket, blocking, for what a driver would not do.
final class RawClient {
    let descriptor: Int32

    init(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(code == 0)
        var limit = timeval(tv_sec: 8, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What came until the text ends so, the other side has ended or nothing comes. And how it ended: 0, or the system's code.
    func read(until ending: String = "\u{0}never") -> (text: String, code: Int32?) {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !received.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return (String(decoding: received, as: UTF8.self), count == 0 ? 0 : errno) }
            received += buffer[..<count]
        }
        return (String(decoding: received, as: UTF8.self), nil)
    }
}
