import HTTPTransport
import Strategies
import TestSupport
import Testing

/// A request whose last byte is held back.
@Suite struct HeldRequestTests {
    /// Asks one request whose last byte leaves when all others have.
    private static func ask(_ text: String, port: Int, redirects: Int = 0) throws -> Reply {
        let client = try HTTPClient(
            to: ServiceEndpoint(base: "http://127.0.0.1:\(port)", redirects: redirects), timeoutMilliseconds: 5000)
        let loop = try HTTPLoop(clients: 1)
        defer { loop.cancel(client) }
        var reply = Reply()
        try Array(text.utf8).withUnsafeBytes { request in
            guard try loop.hold(client, request) else { return try loop.start(client, request) }
            for _ in 0..<1000 {
                loop.wait(nanoseconds: 10_000_000)
                if client.waitsForRelease { loop.release(client) }
                guard let done = loop.nextDone() else { continue }
                return try client.take(done.result, into: &reply)
            }
        }
        #expect(!client.wasHeld)
        return reply
    }

    private static func status(_ reply: Reply) -> Int? { reply.element(0).flatMap { reply.integer(at: $0) } }

    /// Of one byte nothing leaves before, of a large one more than a socket takes at once.
    @Test(arguments: [1, 2, 500, 300_000]) func bodiesOfAnySizeArriveWhole(_ size: Int) throws {
        let service = ScriptedService { peer, _ in while peer.request() != nil { peer.answer(200) } }
        let body = String((0..<size).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
        let reply = try Self.ask("PUT /x\r\n\r\n" + body, port: service.port)
        #expect(Self.status(reply) == 200)
        try #require(service.requests.count == 1)
        #expect(service.requests[0].hasPrefix("PUT /x HTTP/1.1") && service.requests[0].hasSuffix("\r\n\r\n" + body))
    }

    @Test func aRedirectIsFollowedWithTheWholeBody() throws {
        let service = ScriptedService { peer, _ in
            while let request = peer.request() {
                if request.hasPrefix("POST /old") {
                    peer.answer(307, headers: "Location: /new\r\n")
                } else {
                    peer.answer(200)
                }
            }
        }
        let reply = try Self.ask("POST /old\r\n\r\n{\"user\":1}", port: service.port, redirects: 1)
        #expect(Self.status(reply) == 200)
        #expect(service.requests.map { $0.hasSuffix("\r\n\r\n{\"user\":1}") } == [true, true])
    }

    /// The first of two requests was whole, so that something may have happened.
    @Test func aRedirectThatBreaksOffWasSent() throws {
        let service = ScriptedService { peer, _ in
            while let request = peer.request(), request.hasPrefix("POST /old") {
                peer.answer(307, headers: "Location: /new\r\n")
            }
        }
        let failure = #expect(throws: HTTPFailure.self) {
            try Self.ask("POST /old\r\n\r\n{\"user\":1}", port: service.port, redirects: 1)
        }
        #expect(failure?.kind == .sent)
        #expect(service.requests.count == 2)
    }

    @Test func nobodyListensToIt() throws {
        let port = ScriptedService { _, _ in }.port
        let failure = #expect(throws: HTTPFailure.self) { try Self.ask("POST /x\r\n\r\n{}", port: port) }
        #expect(failure?.kind == .notSent)
    }
}
