import HTTPTransport
import Strategies
import TestSupport
import Testing

/// How a client asks: alone, waiting, or as one of many.
enum Way: CaseIterable {
    case waiting, loop
}

/// Asks one request after another on one client.
struct Asking {
    let client: HTTPClient
    private let loop: HTTPLoop?

    init(_ way: Way, port: Int, timeoutMilliseconds: Int = 30_000, redirects: Int = 0) throws {
        client = try HTTPClient(
            to: ServiceEndpoint(base: "http://127.0.0.1:\(port)", redirects: redirects),
            timeoutMilliseconds: timeoutMilliseconds)
        loop = way == .loop ? try HTTPLoop(clients: 1) : nil
    }

    func ask(_ text: String) throws -> Reply {
        var reply = Reply()
        try Array(text.utf8).withUnsafeBytes { request in
            guard let loop else { return try client.ask(request, into: &reply) }
            try loop.start(client, request)
            while true {
                loop.wait(nanoseconds: 50_000_000)
                guard let done = loop.nextDone() else { continue }
                return try done.client.take(done.result, into: &reply)
            }
        }
        return reply
    }
}

@Suite struct HTTPClientTests {
    static let buy = "POST /buy?item=7\r\nContent-Type: application/json\r\nX-Buyer: 3\r\n\r\n{\"user\":\"u3\"}"

    @Test(arguments: Way.allCases) func asksWhatItIsTold(_ way: Way) throws {
        let service = ScriptedService { peer, _ in
            while peer.request() != nil { peer.answer(200, #"{"left":4}"#, headers: "X-Left:  4 \r\nDate: now\r\n") }
        }
        let asking = try Asking(way, port: service.port)
        for _ in 0..<3 {
            let reply = try asking.ask(Self.buy)
            #expect(reply.element(0).map { reply.integer(at: $0) } == 200)
            #expect(reply.element(2).map { reply.string(at: $0) } == #"{"left":4}"#)
            let headers = try #require(reply.element(1))
            let words = (0..<reply.elementCount(at: headers)).map { reply.string(at: reply.element($0, of: headers)!) }
            #expect(words == ["content-length", "10", "x-left", "4", "date", "now"])
        }
        #expect(service.connections == 1)
        let request = try #require(service.requests.first)
        #expect(request.hasPrefix("POST /buy?item=7 HTTP/1.1\r\n"))
        #expect(request.contains("\r\nX-Buyer: 3\r\n"))
        #expect(request.contains("\r\nContent-Type: application/json\r\n"))
        #expect(!request.contains("Expect"))
        #expect(request.hasSuffix("\r\n\r\n{\"user\":\"u3\"}"))
        #expect(Set(service.requests).count == 1)
    }

    @Test(arguments: Way.allCases) func switchesBetweenMethods(_ way: Way) throws {
        let service = ScriptedService { peer, _ in
            while let request = peer.request() { peer.answer(200, request.hasPrefix("HEAD") ? "" : "x") }
        }
        let asking = try Asking(way, port: service.port)
        let methods = ["GET", "POST", "DELETE", "HEAD", "PUT", "GET", "PATCH", "OPTIONS", "POST"]
        for method in methods {
            let body = method == "PUT" || method == "PATCH" ? "body" : ""
            let reply = try asking.ask("\(method) /\r\n\r\n\(body)")
            #expect(reply.element(0).map { reply.integer(at: $0) } == 200)
        }
        #expect(service.requests.map { String($0.prefix { $0 != " " }) } == methods)
        #expect(service.requests[4].hasSuffix("\r\n\r\nbody"))
        #expect(!service.requests[5].contains("ontent-"))
        #expect(!service.requests[1].contains("Content-Type"))
    }

    @Test(arguments: Way.allCases) func nothingWasSentWhereNobodyListens(_ way: Way) throws {
        let port = ScriptedService { _, _ in }.port
        let failure = #expect(throws: HTTPFailure.self) { try Asking(way, port: port).ask(Self.buy) }
        #expect(failure?.kind == .notSent)
        #expect(failure?.reason.contains("connect") == true)
    }

    /// What a service may do to a request that it has: it may have done what was asked.
    enum Mishap: CaseIterable {
        case silent, closes, resets, halfAnswer, garbage
    }

    @Test(arguments: Way.allCases, Mishap.allCases) func aRequestThatWentOutIsSent(_ way: Way, _ mishap: Mishap) throws
    {
        let service = ScriptedService { peer, _ in
            guard peer.request() != nil else { return }
            switch mishap {
            case .silent: _ = peer.request()
            case .closes: break
            case .resets: peer.reset()
            case .halfAnswer: peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            case .garbage: peer.write("-ERR this is no HTTP\r\n")
            }
        }
        let asking = try Asking(way, port: service.port, timeoutMilliseconds: 300)
        let failure = #expect(throws: HTTPFailure.self) { try asking.ask(Self.buy) }
        #expect(failure?.kind == .sent)
        #expect(service.requests.count == 1)
    }

    /// libcurl would ask again, on another connection: then the service may have sold twice.
    @Test(arguments: Way.allCases, [Mishap.closes, .resets])
    func doesNotRepeatARequestOnAConnectionThatEnds(_ way: Way, _ mishap: Mishap) throws {
        let service = ScriptedService { peer, number in
            guard peer.request() != nil else { return }
            peer.answer(200)
            guard number == 0, peer.request() != nil else {
                while peer.request() != nil { peer.answer(200) }
                return
            }
            if mishap == .resets { peer.reset() }
        }
        let asking = try Asking(way, port: service.port)
        _ = try asking.ask(Self.buy)
        let failure = #expect(throws: HTTPFailure.self) { try asking.ask(Self.buy) }
        #expect(failure?.kind == .sent)
        // The next attempt has a connection of its own.
        _ = try asking.ask(Self.buy)
        #expect(service.requests.count == 3)
    }

    @Test(arguments: Way.allCases) func anAnswerHasABound(_ way: Way) throws {
        let limit = HTTPClient.answerLimit
        let service = ScriptedService { peer, number in
            while peer.request() != nil {
                peer.answer(200, String(repeating: "x", count: number == 0 ? limit + 1 : limit))
            }
        }
        let asking = try Asking(way, port: service.port)
        let failure = #expect(throws: HTTPFailure.self) { try asking.ask(Self.buy) }
        #expect(failure?.kind == .tooLarge)
        let reply = try asking.ask(Self.buy)
        #expect(reply.element(2).map { reply.bytes(at: $0).count } == limit)
    }

    /// A service that is asked to close may be slow to, and says nothing of it: what is asked on that connection meanwhile is lost.
    @Test(
        arguments: Way.allCases,
        [("Connection: close", 3), ("connection:Keep-Alive,\tCLOSE", 3), ("Connection: closed", 1), ("X-Is: close", 1)])
    func asksNoMoreOnAConnectionThatItHasClosed(_ way: Way, _ header: (line: String, connections: Int)) throws {
        let service = ScriptedService { peer, _ in
            while peer.request() != nil { peer.answer(200) }
        }
        let asking = try Asking(way, port: service.port)
        for _ in 0..<3 { _ = try asking.ask("GET /\r\n\(header.line)\r\n\r\n") }
        #expect(service.connections == header.connections)
        // It is that request's connection only.
        for _ in 0..<3 { _ = try asking.ask("GET /\r\n\r\n") }
        #expect(service.connections == (header.connections == 1 ? 1 : 4))
    }

    @Test(arguments: Way.allCases, [0, 1]) func followsARedirectOnlyWhereAsked(_ way: Way, _ redirects: Int) throws {
        let service = ScriptedService { peer, _ in
            while let request = peer.request() {
                if request.hasPrefix("GET /there ") {
                    peer.answer(200, "there")
                } else {
                    peer.answer(302, headers: "Location: /there\r\nX-Old: 1\r\n")
                }
            }
        }
        let reply = try Asking(way, port: service.port, redirects: redirects).ask("GET /here\r\n\r\n")
        #expect(reply.element(0).map { reply.integer(at: $0) } == (redirects == 0 ? 302 : 200))
        #expect(service.requests.count == 1 + redirects)
    }

    /// A redirect to another machine is not followed where only this one may be asked. An address that is IPv4 in IPv6's clothes
    /// stands for one: it leads here, and is neither 127/8 nor ::1 by its letters.
    @Test(arguments: ["[::ffff:127.0.0.1]", "127.0.0.1"]) func aRedirectStaysHere(_ host: String) throws {
        let there = ScriptedService { peer, _ in while peer.request() != nil { peer.answer(200) } }
        let service = ScriptedService { peer, _ in
            while peer.request() != nil { peer.answer(302, headers: "Location: http://\(host):\(there.port)/\r\n") }
        }
        var endpoint = ServiceEndpoint(base: "http://127.0.0.1:\(service.port)", redirects: 1)
        endpoint.staysHere = true
        let client = try HTTPClient(to: endpoint, timeoutMilliseconds: 30_000)
        var reply = Reply()
        var failure: HTTPFailure?
        Array("POST /buy\r\n\r\n{}".utf8).withUnsafeBytes { request in
            do throws(HTTPFailure) { try client.ask(request, into: &reply) } catch { failure = error }
        }
        let isElsewhere = host != "127.0.0.1"
        #expect(failure?.kind == (isElsewhere ? .sent : nil), "\(String(describing: failure))")
        #expect(there.requests.isEmpty == isElsewhere && service.requests.count == 1)
    }

    @Test(arguments: Way.allCases) func goesOnAfterContinue(_ way: Way) throws {
        let service = ScriptedService { peer, _ in
            while peer.request() != nil {
                peer.write("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n")
                peer.answer(201, "x", headers: "X-Late: 1\r\n")
            }
        }
        let reply = try Asking(way, port: service.port).ask(Self.buy)
        #expect(reply.element(0).map { reply.integer(at: $0) } == 201)
        let headers = try #require(reply.element(1))
        #expect(reply.elementCount(at: headers) == 4)
    }

    @Test func manyClientsOfOneThreadDoNotWaitForEachOther() throws {
        let service = ScriptedService { peer, number in
            while peer.request() != nil {
                if number == 0 { _ = peer.request() }
                peer.answer(200, "x")
            }
        }
        let loop = try HTTPLoop(clients: 50)
        let endpoint = ServiceEndpoint(base: "http://127.0.0.1:\(service.port)/")
        let clients = try (0..<50).map { _ in try HTTPClient(to: endpoint, timeoutMilliseconds: 500) }
        let request = Array("GET /x\r\n\r\n".utf8)
        try request.withUnsafeBytes { request in
            for client in clients { try loop.start(client, request) }
            var (answers, failures) = (0, 0)
            while answers + failures < 50 {
                loop.wait(nanoseconds: 50_000_000)
                while let done = loop.nextDone() {
                    var reply = Reply()
                    do {
                        try done.client.take(done.result, into: &reply)
                        answers += 1
                    } catch {
                        failures += 1
                    }
                }
            }
            #expect(answers == 49)
        }
        #expect(service.connections == 50)
        #expect(service.requests.allSatisfy { $0.hasPrefix("GET /x ") })
    }
}
