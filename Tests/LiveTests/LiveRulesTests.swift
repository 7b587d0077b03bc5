import Testing

@testable import Live

@Suite struct LiveRulesTests {
    private let token = LiveToken()
    private var rules: LiveRules { LiveRules(token: token, host: "127.0.0.1", port: 4321) }

    private func answer(
        _ path: String, method: String = "GET", host: String? = "127.0.0.1:4321", origin: String? = nil
    ) -> LiveRules.Answer {
        rules.answer(method: method, path: path, host: host, origin: origin)
    }

    private func status(_ answer: LiveRules.Answer) -> Int? {
        if case .refused(let status, _) = answer { status } else { nil }
    }

    @Test func whoKnowsTheTokenMay() {
        #expect(answer("/\(token.text)/") == .page)
        #expect(answer("/\(token.text)/live.css") == .style)
        #expect(answer("/\(token.text)/live.js") == .script)
        #expect(answer("/\(token.text)/events") == .events)
        #expect(answer("/\(token.text)/metrics", method: "HEAD") == .metrics)
        #expect(answer("/\(token.text)/stop", method: "POST") == .stop)
        #expect(
            answer("/\(token.text)/stop", method: "POST", host: "localhost:4321", origin: "http://localhost:4321")
                == .stop)
    }

    @Test(arguments: ["/", "//", "/x/", "/events", "/metrics", "/stop", "", "*", "/favicon.ico"])
    func withoutTheTokenThereIsNothing(_ path: String) {
        for method in ["GET", "POST", "PUT", "OPTIONS"] { #expect(status(answer(path, method: method)) == 404) }
    }

    @Test func aTokenThatIsNearlyRightIsWrong() {
        let text = token.text
        #expect(text.count == 32 && text != LiveToken().text)
        let last = text.hasSuffix("0") ? "1" : "0"
        for guess in [String(text.dropLast()), text + "0", text.dropLast() + last, text.uppercased() + " ", ""] {
            #expect(status(answer("/\(guess)/")) == 404, "\(guess)")
        }
        #expect(status(answer("/\(text)")) == 404)
        #expect(status(answer("/\(text)//")) == 404)
        #expect(status(answer("/\(text)/../\(text)/")) == 404)
        #expect(status(answer("/\(text)/live.js.map")) == 404)
    }

    /// A name that somebody made lead here shows in the browser's header.
    @Test(arguments: [
        nil, "", "127.0.0.1", "127.0.0.1:4322", "127.0.0.2:4321", "evil.example:4321", "localhost",
        "localhost.evil:4321",
    ])
    func anotherHostIsRefused(_ host: String?) {
        #expect(status(answer("/\(token.text)/", host: host)) == 421)
        #expect(status(answer("/\(token.text)/stop", method: "POST", host: host)) == 421)
    }

    @Test(arguments: [
        "http://evil.example", "https://127.0.0.1:4321", "http://127.0.0.1:80", "null", "", "http://localhost:4321",
    ])
    func anotherOriginIsRefused(_ origin: String) {
        #expect(status(answer("/\(token.text)/stop", method: "POST", origin: origin)) == 403)
        #expect(status(answer("/\(token.text)/events", origin: origin)) == 403)
    }

    @Test func onlyAPostStops() {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            #expect(status(answer("/\(token.text)/stop", method: method)) == 405)
        }
        #expect(status(answer("/\(token.text)/", method: "POST")) == 405)
        #expect(status(answer("/\(token.text)/events", method: "DELETE")) == 405)
    }
}
