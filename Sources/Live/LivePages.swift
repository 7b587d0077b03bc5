internal import FlashSale
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Reports
internal import Synchronization

/// What the server answers.
final class LivePages: Sendable {
    private let feed: LiveFeed
    private let token: LiveToken
    private let address: LiveAddress
    private let port: @Sendable () -> Int?
    private let stop: @Sendable () -> Void
    private let hasStopped = Atomic(false)

    /// - Parameters:
    ///   - port: the one that was taken; nil before.
    ///   - stop: called at most once: two clicks must not do what two Ctrl-C do, which waits for nobody.
    init(
        feed: LiveFeed, token: LiveToken, address: LiveAddress, port: @escaping @Sendable () -> Int?,
        stop: @escaping @Sendable () -> Void
    ) {
        self.feed = feed
        self.token = token
        self.address = address
        self.port = port
        self.stop = stop
    }

    func answer(_ request: Request) -> Response {
        guard let port = port() else { return Self.refusal(503, "the server is starting") }
        let rules = LiveRules(token: token, host: address.host, port: port)
        let answer = rules.answer(
            method: request.method.rawValue, path: request.uri.path, host: request.head.authority,
            origin: request.headers[.origin])
        switch answer {
        case .refused(let status, let reason): return Self.refusal(status, reason)
        case .page: return Self.response("text/html; charset=utf-8", LiveDocument.page)
        case .style: return Self.response("text/css; charset=utf-8", LiveDocument.style)
        case .script: return Self.response("text/javascript; charset=utf-8", LiveDocument.script)
        case .metrics: return Self.response(OpenMetrics.contentType, feed.metrics)
        case .events: return request.method == .head ? Self.response("text/event-stream", "") : events()
        case .stop:
            if !hasStopped.exchange(true, ordering: .relaxed) { stop() }
            return Response(status: .accepted, headers: Self.headers("text/plain; charset=utf-8"))
        }
    }

    private func events() -> Response {
        let feed = feed
        return Response(
            status: .ok, headers: Self.headers("text/event-stream"),
            body: ResponseBody { writer in
                // Counted from here to the last byte, so that the end of the run waits for it.
                feed.beginWriting()
                defer { feed.endWriting() }
                for await text in feed.events() { try await writer.write(ByteBuffer(string: text)) }
                try await writer.finish(nil)
            })
    }

    private static func response(_ type: String, _ text: String) -> Response {
        Response(status: .ok, headers: headers(type), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func refusal(_ status: Int, _ reason: String) -> Response {
        Response(
            status: .init(code: status), headers: headers("text/plain; charset=utf-8"),
            body: ResponseBody(byteBuffer: ByteBuffer(string: reason + "\n")))
    }

    /// Nothing is kept, nothing from elsewhere is loaded, and nobody else may show or read it.
    private static func headers(_ type: String) -> HTTPFields {
        var fields = HTTPFields()
        fields[.contentType] = type
        fields[.cacheControl] = "no-store"
        fields[.contentSecurityPolicy] = policy
        fields[.xContentTypeOptions] = "nosniff"
        for (name, value) in [
            ("Referrer-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Frame-Options", "DENY"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }

    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
