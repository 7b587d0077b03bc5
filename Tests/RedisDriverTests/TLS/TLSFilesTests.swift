import FlashSale
import Foundation
import Glibc
import RedisDriver
import SaleTestSupport
import TestSupport
import Testing

/// Files of TLS that do not hold what they should: each has its own words, before anything is connected.
struct TLSFilesTests {
    private let authority: TestAuthority
    private let pair: TestAuthority.Pair
    private let other: TestAuthority.Pair

    init() throws {
        authority = try TestAuthority()
        pair = try authority.issue("client", for: [])
        other = try authority.issue("other", for: [])
    }

    private func problem(_ settings: RedisEndpoint.TLS) -> TLSProblem? {
        do throws(TLSProblem) {
            try settings.check()
            return nil
        } catch {
            return error
        }
    }

    private func expect(
        _ settings: RedisEndpoint.TLS, says words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let problem = problem(settings)
        #expect(problem?.status == .usage, sourceLocation: sourceLocation)
        for word in words {
            #expect(
                problem?.description.contains(word) == true, "\(problem?.description ?? "nothing is wrong")",
                sourceLocation: sourceLocation)
        }
    }

    @Test func rightFilesAreTaken() throws {
        #expect(problem(.init()) == nil)
        #expect(problem(.init(authorities: authority.certificate)) == nil)
        #expect(problem(.init(certificate: pair.certificate, key: pair.key)) == nil)
        // Both may be in one file.
        let both = try authority.folder.file(
            "both",
            try String(contentsOfFile: pair.certificate, encoding: .utf8)
                + String(contentsOfFile: pair.key, encoding: .utf8))
        #expect(problem(.init(authorities: authority.certificate, certificate: both, key: both)) == nil)
    }

    @Test func whatIsThereIsNoCertificate() throws {
        let text = try authority.folder.file("text", "hello\n")
        let empty = try authority.folder.file("empty", "")
        let torn = try authority.folder.file("torn", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        for file in [text, empty, torn, pair.key] {
            expect(.init(authorities: file), says: "--tls-ca", file, "-----BEGIN CERTIFICATE-----")
            expect(.init(certificate: file, key: pair.key), says: "--tls-cert", file, "-----BEGIN CERTIFICATE-----")
        }
        for file in [text, empty, torn, pair.certificate] {
            expect(
                .init(certificate: pair.certificate, key: file), says: "--tls-key", file, "-----BEGIN PRIVATE KEY-----")
        }
    }

    @Test func whatIsThereIsNoFile() throws {
        let missing = authority.folder.path + "/nowhere"
        expect(.init(authorities: missing), says: "--tls-ca: the file \(missing) does not exist")
        expect(.init(certificate: missing, key: pair.key), says: "--tls-cert: the file \(missing) does not exist")
        expect(
            .init(certificate: pair.certificate, key: missing), says: "--tls-key: the file \(missing) does not exist")
        expect(.init(authorities: authority.folder.path), says: "--tls-ca", "is no file")
        // Nobody waits for what comes out of it.
        let pipe = authority.folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        expect(.init(certificate: pipe, key: pair.key), says: "--tls-cert", "is no file")
        let large = try authority.folder.file("large", "")
        #expect(truncate(large, 1 << 30) == 0)
        expect(.init(authorities: large), says: "--tls-ca", "too large")
    }

    @Test func whatDoesNotFit() throws {
        expect(.init(certificate: pair.certificate, key: other.key), says: "--tls-key", "has another one")
        expect(.init(certificate: pair.certificate), says: "--tls-cert", "--tls-key FILE")
        expect(.init(key: pair.key), says: "--tls-key", "--tls-cert FILE")
        let locked = try authority.locked(pair.key)
        expect(.init(certificate: pair.certificate, key: locked), says: "--tls-key", "without a passphrase")
    }

    /// What was wrong once is looked at again.
    @Test func aFileThatWasMendedIsTaken() throws {
        let file = try authority.folder.file("later", "")
        #expect(problem(.init(authorities: file)) != nil)
        try authority.folder.file("later", String(contentsOfFile: authority.certificate, encoding: .utf8))
        #expect(problem(.init(authorities: file)) == nil)
    }

    /// Who connects says it, too, with the server's address.
    @Test func aConnectionSaysIt() throws {
        let server = ScriptedServer { $0.waitForEnd() }
        let there = RedisEndpoint(
            transport: .tcp(host: "127.0.0.1", port: server.port), tls: .init(authorities: "/nowhere"))
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(to: there, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000)
        }
        #expect(error == .unsecured("\(there.redacted): --tls-ca: the file /nowhere does not exist"))
    }
}
