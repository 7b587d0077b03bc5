import FlashSale
import Foundation
import FoundationXML
import Testing

@testable import Reports

/// Texts that want to be something else than texts.
struct HostilePageTests {
    static let texts = [
        "<script>alert(1)</script>", "</title></style><script>x</script>", "\"><img src=x onerror=alert(1)>",
        "' onload='x",
        "{{nonce}}{{{script}}}", "&lt;b&gt;&amp;", "]]><!--", "\u{202E}evil\u{2066}\u{200B}",
        "\u{1B}[2J\u{9B}31m\u{7F}\u{0}\u{8}",
        "line\nbreak\r\ttab\u{2028}", "ünïcode 中文 👩\u{200D}👧 עברית العربية", String(repeating: "W", count: 10_000),
        String(repeating: "<&\"'>", count: 2000), "a" + String(repeating: "\u{301}", count: 3000),
    ]

    /// The text wherever a run takes one from outside.
    private func results(_ text: String) -> RunResults {
        var scenario = Samples.scenario()
        scenario.strategy = .init(name: text, yaml: text + "\n" + text, files: [text: text])
        scenario.service = text
        scenario.redis = text
        var record = Samples.violated
        record.scenario = scenario
        record.strategy = text
        record.checks = record.checks.map { check in
            var check = check
            check.detail = text
            check.evidence = check.evidence.map { piece in
                var piece = piece
                piece.detail = text
                piece.attempts = piece.attempts.map { attempt in
                    var attempt = attempt
                    attempt.unit = text
                    return attempt
                }
                piece.commands = .init(
                    shown: [.init(connection: 1, sentNs: 1, answeredNs: 2, command: text, reply: text, fault: text)],
                    further: 0)
                return piece
            }
            return check
        }
        record.findings = [Finding(.errors, text)]
        record.claims = [.init(text, .broken, text)]
        record.rehearsal = .init(warnings: [.init(name: text, place: text, message: text)], broken: [], problem: text)
        record.faults = [FaultRecord(Fault(.crashRedis, at: .sold(share: 0.3)), effect: .proven, proof: text)]
        record.server.url = text
        record.server.version = text
        record.client.host = text
        record.client.cpuModel = text
        record.started = text
        record.run = text
        return Samples.results(record)
    }

    private func page(_ text: String) throws -> String {
        ReportPage.html([PageRun(results(text), remarks: [text], hasHistory: true, folder: text)], nonce: "n")
    }

    @Test(arguments: texts.indices)
    func staysText(_ index: Int) throws {
        let html = try page(Self.texts[index])
        let parsed = try ParsedPage(html)
        let plain = try ParsedPage(page("plain"))
        // Not one element or attribute is the text's. What is long has a second place, and marks of its own.
        for name in ["script", "style", "img", "b", "meta", "link", "title", "table", "svg", "article", "h1"] {
            #expect(try parsed.nodes("//\(name)").count == plain.nodes("//\(name)").count, "\(name)")
        }
        #expect(try parsed.nodes("//@onload | //@onerror").isEmpty)
        #expect(try parsed.texts("//h1").first?.isEmpty == false)
    }

    /// Nothing is in the page that cannot be seen, or turns text round.
    @Test(arguments: texts.indices)
    func hidesNothing(_ index: Int) throws {
        let text = ParsedPage.withoutPrograms(try page(Self.texts[index]))
        let family = "👩\u{200D}👧"
        let hidden = text.replacing(family, with: "").unicodeScalars.filter {
            ForeignText.isHidden($0) && !["\n", "\t"].contains($0)
        }
        #expect(hidden.isEmpty, "\(hidden.map { String($0.value, radix: 16) })")
        #expect(text.contains(family) == Self.texts[index].contains(family))
    }

    /// Long texts are unfolded by whoever wants them, and the page stays small.
    @Test func whatIsLongIsFolded() throws {
        let html = try page(String(repeating: "W", count: 10_000))
        let parsed = try ParsedPage(html)
        let note = try #require(try parsed.nodes("//div[@role='note']").first)
        let folded = try note.nodes(forXPath: "details/div").first?.stringValue ?? ""
        #expect(folded == String(repeating: "W", count: 10_000))
        let whole = note.stringValue ?? ""
        #expect(whole.count - folded.count < PageText.sentenceLimit + 100)
        #expect(html.utf8.count < 2_000_000)
    }
}
