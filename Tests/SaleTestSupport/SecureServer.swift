package import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
package import RedisDriver
package import Strategies
package import TestSupport

/// A Redis that speaks TLS at a port of its own, beside the one without, and goes away with the test.
package final class SecureServer {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let server: EmbeddedServer
    package let authority: TestAuthority
    /// Where TLS is spoken.
    package private(set) var port = 0

    /// - Parameters:
    ///   - pair: the server's certificate; nil for one of the authority's for this machine.
    ///   - clients: whether they have to bring a certificate of the authority: `no`, `optional` or `yes`.
    ///   - protocols: such as `TLSv1.2`; empty for all.
    package init(
        authority: TestAuthority? = nil, pair: TestAuthority.Pair? = nil, clients: String = "no", protocols: String = ""
    ) throws {
        let authority = try authority ?? TestAuthority()
        self.authority = authority
        let pair = try pair ?? authority.issue()
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 300, isProtected: false, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": authority.folder.path]) { $1 })
        do {
            let settings = [
                "tls-ca-cert-file", authority.certificate, "tls-cert-file", pair.certificate, "tls-key-file", pair.key,
                "tls-auth-clients", clients, "tls-protocols", protocols,
            ]
            try call(["CONFIG", "SET"] + settings)
            // Another process may take a port between finding and using it.
            var problem = ""
            for _ in 0..<5 where port == 0 {
                let free = ScriptedServer { _ in }.port
                do {
                    try call(["CONFIG", "SET", "tls-port", "\(free)"])
                    port = free
                } catch {
                    problem = "\(error)"
                }
            }
            guard port != 0 else { throw Failure(description: problem) }
        } catch {
            server.stop()
            throw error
        }
    }

    deinit { server.stop() }

    /// Without anything but host and port.
    package var url: String { "rediss://127.0.0.1:\(port)" }

    package var endpoint: RedisEndpoint {
        RedisEndpoint(
            transport: .tcp(host: "127.0.0.1", port: port), tls: .init(authorities: authority.certificate))
    }

    /// Over TLS.
    package func connect(
        user: String? = nil, password: String? = nil, database: Int = 0, name: String? = nil
    ) throws(ConnectionError) -> Connection {
        var endpoint = endpoint
        endpoint.username = user
        endpoint.password = password
        endpoint.database = database
        return try Connection(
            to: endpoint, name: name, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    /// Without TLS.
    @discardableResult
    package func call(_ command: [String]) throws -> Reply {
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        let reply = try connection.call(command)
        guard reply.kind != .error else { throw Failure(description: "\(command): \(reply.string())") }
        return reply
    }
}
