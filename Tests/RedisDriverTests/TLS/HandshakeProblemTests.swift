import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import SaleTestSupport
import TestSupport
import Testing

/// Why TLS is not made, by a connection that waits and by one that does not: each reason has its own words, and none is ever
/// overlooked.
struct HandshakeProblemTests {
    enum Way: CaseIterable {
        case waiting, opening
    }

    /// The words of what goes wrong; nil where the connection is made.
    static func problem(_ way: Way, at endpoint: RedisEndpoint, milliseconds: Int = 5000) -> String? {
        let error = connectionError { () throws(ConnectionError) in
            switch way {
            case .waiting:
                _ = try Connection(
                    to: endpoint, name: nil, connectTimeoutMilliseconds: milliseconds,
                    timeoutMilliseconds: milliseconds)
            case .opening: try Opened.wait(for: endpoint, milliseconds: milliseconds)
            }
        }
        guard let error else { return nil }
        if way == .opening, error == .timeout { return "the server did not go on with the TLS handshake in time" }
        guard case .unsecured(let words) = error else { return "not as it should be: \(error)" }
        #expect(words.hasPrefix(endpoint.redacted + ": "))
        return words
    }

    private struct Certificates: CustomTestStringConvertible {
        var testDescription: String
        var words: String
        /// From the authority that is trusted, or another one.
        var make: @Sendable (TestAuthority, TestAuthority) throws -> TestAuthority.Pair
    }

    private static let bad = [
        Certificates(testDescription: "expired", words: "expired on 2020-02-01 00:00:00 UTC") { authority, _ in
            try authority.issue(from: "20200101000000Z", until: "20200201000000Z")
        },
        Certificates(testDescription: "not yet", words: "not valid before 2049-01-01 00:00:00 UTC") { authority, _ in
            try authority.issue(from: "20490101000000Z", until: "20490201000000Z")
        },
        Certificates(testDescription: "unknown", words: "of none of the authorities in ") { _, other in
            try other.issue()
        },
        Certificates(testDescription: "self-signed", words: "self-signed, and nobody here vouches for it") {
            authority, _ in
            try authority.selfSigned()
        },
        Certificates(testDescription: "address", words: "is for 127.0.0.2, 0:0:0:0:0:0:0:1 and not for 127.0.0.1") {
            authority, _ in
            try authority.issue(for: ["IP:127.0.0.2", "IP:::1"])
        },
        Certificates(testDescription: "name", words: "is for shop.example and not for 127.0.0.1") { authority, _ in
            try authority.issue(for: ["DNS:shop.example"])
        },
        Certificates(testDescription: "no address among names", words: "is for 127.0.0.1 and not for 127.0.0.1") {
            authority, _ in
            // An address that is written as a name is none.
            try authority.issue(for: ["DNS:127.0.0.1"])
        },
        Certificates(testDescription: "subject", words: "is for somewhere and not for 127.0.0.1") { authority, _ in
            try authority.issue("somewhere", for: [])
        },
    ]

    @Test(arguments: bad) private func aCertificateThatDoesNotVerifyIsRefused(_ certificates: Certificates) throws {
        let authority = try TestAuthority()
        let other = try TestAuthority()
        let server = try SecureServer(authority: authority, pair: try certificates.make(authority, other))
        for way in Way.allCases {
            let words = Self.problem(way, at: server.endpoint)
            #expect(words?.contains(certificates.words) == true, "\(way): \(words ?? "it connects")")
        }
    }

    /// Without `--tls-ca` the system's authorities count, and they do not know this one.
    @Test func theSystemsAuthoritiesAreAsked() throws {
        let server = try SecureServer()
        var endpoint = server.endpoint
        endpoint.tls = .init()
        for way in Way.allCases {
            let words = Self.problem(way, at: endpoint)
            #expect(words?.contains("is not trusted on this system: name its certificate with --tls-ca FILE") == true)
        }
        #expect(
            Self.problem(.waiting, at: server.endpoint) == nil && Self.problem(.opening, at: server.endpoint) == nil)
    }

    @Test func namesAreVerifiedAndTold() throws {
        let authority = try TestAuthority()
        let server = try SecureServer(
            authority: authority, pair: try authority.issue(for: ["DNS:localhost", "DNS:*.shop.example"]))
        var endpoint = server.endpoint
        endpoint.transport = .tcp(host: "localhost", port: server.port)
        for (name, isRight) in [
            (nil, true), ("localhost.", true), ("one.shop.example", true), ("shop.example", false),
            ("a.b.shop.example", false), ("127.0.0.1", false), (String(repeating: "x", count: 300), false),
        ] {
            endpoint.tls?.name = name
            for way in Way.allCases {
                #expect((Self.problem(way, at: endpoint) == nil) == isRight, "\(name ?? "localhost") \(way)")
            }
        }
    }

    // MARK: Certificates of clients

    @Test(arguments: ["TLSv1.2", "TLSv1.3"]) func aServerMayWantACertificate(_ version: String) throws {
        let server = try SecureServer(clients: "yes", protocols: version)
        let stranger = try TestAuthority()
        let other = try stranger.issue("client", for: [])
        let own = try server.authority.issue("client", for: [])
        for way in Way.allCases {
            var endpoint = server.endpoint
            var words = Self.problem(way, at: endpoint)
            #expect(
                words?.contains("wants a certificate of its clients: name one with --tls-cert FILE") == true,
                "\(words ?? "")")
            endpoint.tls?.certificate = other.certificate
            endpoint.tls?.key = other.key
            words = Self.problem(way, at: endpoint)
            #expect(words?.contains("does not take") == true, "\(words ?? "it connects")")
            endpoint.tls?.certificate = own.certificate
            endpoint.tls?.key = own.key
            #expect(Self.problem(way, at: endpoint) == nil)
        }
    }

    // MARK: What is no TLS

    /// Redis takes a client's greeting for the beginning of a long line, and waits for its end.
    @Test(arguments: Way.allCases) func aServerWithoutTLSIsToldApart(_ way: Way) throws {
        let server = try SecureServer()
        var endpoint = server.endpoint
        endpoint.transport = server.server.endpoint.transport
        #expect(Self.problem(way, at: endpoint, milliseconds: 300)?.contains("handshake in time") == true)
        #expect(Connection.speaksPlainly(at: endpoint))
        try server.call(["CONFIG", "SET", "requirepass", "other"])
        #expect(Connection.speaksPlainly(at: endpoint))
        #expect(!Connection.speaksPlainly(at: server.endpoint))
        endpoint.transport = .tcp(host: "127.0.0.1", port: ScriptedServer { _ in }.port)
        #expect(!Connection.speaksPlainly(at: endpoint))
    }

    /// And the other way round.
    @Test func aServerWithTLSIsFound() throws {
        let server = try SecureServer()
        var endpoint = server.endpoint
        endpoint.tls = nil
        #expect(Connection.speaksTLS(at: endpoint))
        #expect(!Connection.speaksTLS(at: server.server.endpoint))
        endpoint.transport = .tcp(host: "127.0.0.1", port: ScriptedServer { _ in }.port)
        #expect(!Connection.speaksTLS(at: endpoint))
        endpoint.transport = .tcp(host: "127.0.0.1", port: ScriptedServer { $0.write("HTTP/1.1 400 No\r\n\r\n") }.port)
        #expect(!Connection.speaksTLS(at: endpoint))
    }

    private static func endpoint(_ server: ScriptedServer, _ authority: TestAuthority) -> RedisEndpoint {
        RedisEndpoint(
            transport: .tcp(host: "127.0.0.1", port: server.port), tls: .init(authorities: authority.certificate))
    }

    @Test(arguments: Way.allCases) func whoeverHangsUpOrIsSilentIsLeft(_ way: Way) throws {
        let authority = try TestAuthority()
        let closing = ScriptedServer { peer in
            var bytes = [UInt8](repeating: 0, count: 4096)
            _ = recv(peer.descriptor, &bytes, bytes.count, 0)
        }
        #expect(
            Self.problem(way, at: Self.endpoint(closing, authority))?.contains(
                "closed the connection in the TLS handshake")
                == true)
        let silent = ScriptedServer { $0.waitForEnd() }
        let start = ContinuousClock.now
        let words = Self.problem(way, at: Self.endpoint(silent, authority), milliseconds: 200)
        #expect(words?.contains("did not go on with the TLS handshake in time") == true, "\(words ?? "")")
        #expect(words != nil && ContinuousClock.now - start < .seconds(20))
        let trickling = ScriptedServer { peer in
            // A record that never ends.
            peer.write([22, 3, 3, 64, 0])
            for _ in 0..<16384 where send(peer.descriptor, [UInt8(2)], 1, Int32(MSG_NOSIGNAL)) == 1 { usleep(5000) }
        }
        #expect(Self.problem(way, at: Self.endpoint(trickling, authority), milliseconds: 200) != nil)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func whatIsNoTLSIsSaid() throws {
        let authority = try TestAuthority()
        for (answer, words) in [
            ("HTTP/1.1 400 Bad Request\r\n\r\n", "what listens there speaks no TLS"),
            ("-ERR unknown command\r\n", "what listens there speaks no TLS"),
        ] {
            for way in Way.allCases {
                let server = ScriptedServer { peer in
                    peer.write(answer)
                    peer.waitForEnd()
                }
                #expect(Self.problem(way, at: Self.endpoint(server, authority))?.contains(words) == true)
            }
        }
    }

    /// Whatever comes in the place of a handshake, it ends, and not with a connection.
    @Test func garbageIsRefused() throws {
        let authority = try TestAuthority()
        var random = SystemRandomNumberGenerator()
        for number in 0..<200 {
            var bytes = (0..<Int.random(in: 1...600, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Half of them begin as a record does, of any kind.
            if number.isMultiple(of: 2) {
                bytes.insert(
                    contentsOf: [
                        UInt8.random(in: 20...24, using: &random), 3, 3, 0, UInt8.random(in: 0...255, using: &random),
                    ], at: 0)
            }
            let garbage = bytes
            let server = ScriptedServer { peer in
                var hello = [UInt8](repeating: 0, count: 4096)
                _ = recv(peer.descriptor, &hello, hello.count, 0)
                peer.write(garbage)
            }
            let way: Way = number % 4 < 2 ? .waiting : .opening
            #expect(Self.problem(way, at: Self.endpoint(server, authority)) != nil, "\(garbage)")
        }
    }

    /// A handshake that ends after any number of its bytes.
    @Test func aHandshakeThatIsCutIsRefused() throws {
        let relay = try TLSRelay(to: CommandServer { _ in .write("+OK\r\n") }.port)
        for bytes in stride(from: 1, through: 1500, by: 83) {
            let port = relay.port
            for way in Way.allCases {
                let cutter = ScriptedServer { peer in peer.pass(from: port, atMost: bytes) }
                let words = Self.problem(way, at: Self.endpoint(cutter, relay.authority), milliseconds: 2000)
                #expect(words != nil || bytes > 600, "\(bytes)")
            }
        }
    }
}
