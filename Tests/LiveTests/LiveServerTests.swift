import FlashSale
import Foundation
import Glibc
import Reports
import Synchronization
import TestSupport
import Testing

@testable import Live

/// The server as a client of HTTP sees it.
@Suite struct LiveServerTests {
    private let feed = LiveFeed()
    private let token = LiveToken()
    private let stops = Counter()

    final class Counter: Sendable {
        let value = Atomic(0)
        func add() { value.add(1, ordering: .relaxed) }
        var current: Int { value.load(ordering: .relaxed) }
    }

    private func start() throws -> LiveServer {
        let stops = stops
        return try LiveServer(at: try LiveAddress("127.0.0.1:0"), feed: feed, token: token) { stops.add() }
    }

    private func port(_ server: LiveServer) throws -> Int {
        let text = server.url.dropFirst("http://127.0.0.1:".count).prefix { $0.isNumber }
        return try #require(Int(text))
    }

    /// What comes back for one request.
    private func ask(
        _ server: LiveServer, _ name: String, method: String = "GET", host: String? = nil, _ headers: [String] = []
    ) throws -> String {
        try #require(
            try PlainClient.answer(
                "/\(token.text)/\(name)", method: method, port: try port(server), host: host, headers))
    }

    @Test func thePageAndItsParts() throws {
        let server = try start()
        defer { server.close(because: "") }
        #expect(server.url.hasSuffix("/\(token.text)/"))
        let page = try ask(server, "")
        #expect(page.hasPrefix("HTTP/1.1 200") && page.contains("<!DOCTYPE html>"))
        // Nothing of it may be kept, framed, or loaded from elsewhere.
        #expect(page.contains("Cache-Control: no-store") && page.contains("default-src 'none'"))
        #expect(!page.lowercased().contains("access-control") && !page.contains("http://"))
        for part in ["live.css", "live.js"] {
            #expect(page.contains("\"\(part)\""))
            #expect(try ask(server, part).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func metricsAreThoseOfTheRun() throws {
        let server = try start()
        defer { server.close(because: "") }
        #expect(try ask(server, "metrics").hasSuffix("\r\n\r\n# EOF\n"))
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        feed.show(LiveSale.progress(1, sold: 12), LiveSale.scenario)
        let metrics = try ask(server, "metrics")
        #expect(metrics.contains("application/openmetrics-text; version=1.0.0"))
        #expect(metrics.contains("\nstress_units_sold_total 12\n") && metrics.hasSuffix("# EOF\n"))
    }

    @Test func strangersAreRefused() throws {
        let server = try start()
        defer { server.close(because: "") }
        #expect(try ask(server, "", host: "evil.example").hasPrefix("HTTP/1.1 421"))
        #expect(try ask(server, "stop", method: "POST", ["Origin: http://evil.example"]).hasPrefix("HTTP/1.1 403"))
        #expect(try ask(server, "../stop", method: "POST").hasPrefix("HTTP/1.1 404"))
        let client = try PlainClient(port: try port(server))
        client.ask("POST", "/\(LiveToken().text)/stop", host: "127.0.0.1:\(try port(server))", ["Connection: close"])
        #expect(client.wait(for: "404"))
        #expect(!client.received.contains(token.text))
        #expect(stops.current == 0)
    }

    /// Two clicks are not two Ctrl-C, of which the second waits for nobody.
    @Test func aPostStopsOnce() throws {
        let server = try start()
        defer { server.close(because: "") }
        #expect(try ask(server, "stop").hasPrefix("HTTP/1.1 405"))
        #expect(stops.current == 0)
        let port = try port(server)
        for _ in 1...3 {
            #expect(
                try ask(server, "stop", method: "POST", ["Origin: http://127.0.0.1:\(port)"]).hasPrefix("HTTP/1.1 202"))
        }
        #expect(stops.current == 1)
    }

    /// Two browsers, of which one is reloaded, see the same run to its end.
    @Test func browsersAreTold() throws {
        let server = try start()
        let port = try port(server)
        func browser() throws -> PlainClient {
            let client = try PlainClient(port: port)
            client.ask("GET", "/\(token.text)/events", host: "127.0.0.1:\(port)")
            #expect(client.wait(for: "retry: 1000"))
            return client
        }
        let first = try browser()
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        feed.show(LiveSale.progress(0.5, sold: 11), LiveSale.scenario)
        #expect(first.wait(for: "11 of 100 sold"))
        #expect(first.received.contains("text/event-stream"))
        let second = try browser()
        #expect(second.wait(for: "11 of 100 sold"))
        feed.judge(LiveSale.document, run: "a", metrics: "# EOF\n")
        server.close(because: "The run is over.")
        for client in [first, second] {
            #expect(client.wait(for: "The run is over.") && client.waitForEnd())
            #expect(client.received.contains("Two buyers have unit 7."))
        }
        #expect(throws: PlainClient.Failure.self) { try PlainClient(port: port) }
    }

    /// Whoever stops reading holds up neither the run nor its end.
    @Test func aReaderThatSleepsHoldsNobodyUp() throws {
        let server = try start()
        let port = try port(server)
        let sleeper = try PlainClient(port: port)
        sleeper.ask("GET", "/\(token.text)/events", host: "127.0.0.1:\(port)")
        #expect(sleeper.wait(for: "retry: 1000"))
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        // More than the sockets' buffers hold.
        for tenth in 1...20_000 { feed.show(LiveSale.progress(Double(tenth) / 10), LiveSale.scenario) }
        #expect(try ask(server, "metrics").contains("stress_elapsed_seconds 2000\n"))
        server.close(because: "")
        #expect(throws: PlainClient.Failure.self) { try PlainClient(port: port) }
    }

    /// What is started while the page is served inherits none of its sockets.
    @Test func socketsAreNotHandedOn() throws {
        let server = try start()
        defer { server.close(because: "") }
        let client = try PlainClient(port: try port(server))
        client.ask("GET", "/\(token.text)/events", host: "127.0.0.1:\(try port(server))")
        #expect(client.wait(for: "retry: 1000"))
        let served = UInt16(try port(server))
        // Other tests of this process have sockets, too.
        let ours = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
            .filter { $0 > 2 && Self.localPort(of: $0) == served }
        // The one that listens, and the browser's.
        #expect(ours.count >= 2)
        let inherited = ours.filter { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 }
        #expect(inherited.isEmpty, "\(inherited)")
    }

    /// nil where the descriptor is no socket of IPv4.
    private static func localPort(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return UInt16(bigEndian: address.sin_port)
    }

    @Test func aPortThatIsTakenIsSaid() throws {
        let server = try start()
        defer { server.close(because: "") }
        let address = try LiveAddress("127.0.0.1:\(try port(server))")
        let error = #expect(throws: RunError.self) { try LiveServer(at: address, feed: feed) {} }
        #expect(error?.status == .unavailable && error?.message.contains("--serve 127.0.0.1:") == true)
    }
}
