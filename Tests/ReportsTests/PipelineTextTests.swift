import FlashSale
import Foundation
import Reports
import Testing

/// What GitHub and GitLab read beside JUnit: annotations in a log, and the code-quality report.
struct PipelineTextTests {
    /// A command as the runner takes it apart.
    private struct Command {
        var name: String
        var properties: [String: String] = [:]
        var message: String

        init?(_ line: String) {
            guard let match = line.wholeMatch(of: /::([a-z]+) ([^:]*)::(.*)/) else { return nil }
            name = String(match.1)
            message = Self.plain(match.3)
            for property in match.2.split(separator: ",") {
                let parts = property.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                properties[String(parts[0])] = parts.count > 1 ? Self.plain(parts[1]) : nil
            }
        }

        private static func plain(_ text: Substring) -> String {
            String(text).replacing("%2C", with: ",").replacing("%3A", with: ":").replacing("%0A", with: "\n")
                .replacing("%0D", with: "\r").replacing("%25", with: "%")
        }
    }

    @Test func annotations() throws {
        #expect(GitHubText.annotations(GateSamples.report(Samples.upheld)).isEmpty)
        let lines = GitHubText.annotations(GateSamples.report(Samples.violated))
        #expect(lines.count == 3)
        let command = try #require(Command(lines[2]))
        #expect(command.name == "error" && command.properties["title"] == "stress: naive: unique-units")
        #expect(command.properties["file"] == "deploy/sale.yaml" && command.properties["line"] == "1")
        #expect(command.message == "55 times a unit was sold to more than one buyer, or did not exist")
    }

    @Test func percentSignsSurvive() throws {
        let record = try GateSamples.record("sold>=99%")
        let lines = GitHubText.annotations(GateSamples.report(record))
        #expect(lines.count == 1 && lines[0].contains("3.4%25 (34 of 1,000)"))
        #expect(Command(lines[0])?.properties["title"] == "stress: optimistic: sold>=99%")
    }

    @Test("whatever text a run brings, a line is one command", arguments: HostileText.all)
    func hostileAnnotations(_ text: String) throws {
        let lines = GitHubText.annotations(GateSamples.hostile(text))
        #expect(lines.count == 4)
        for line in lines {
            let command = try #require(Command(line), "\(line)")
            #expect(command.name == "error" && Set(command.properties.keys).isSubset(of: ["title", "file", "line"]))
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
        }
    }

    @Test func thereAreFewAnnotations() throws {
        let record = try GateSamples.record(
            (1...30).map { "sold>=\($0 + 900)" }.joined(separator: ","))
        #expect(GitHubText.annotations(GateSamples.report(record)).count == 10)
    }

    @Test("what a server or a file says in a log is no command")
    func harmless() {
        let report = GateSamples.hostile("::stop-commands::x ##[error]y")
        let log = GitHubText.harmless(TextLayout(color: false).text(report.document) + "\n  ::add-mask::z\n::debug::")
        for line in log.split(separator: "\n") {
            #expect(!line.drop { $0.isWhitespace }.hasPrefix("::") && !line.contains("##["), "\(line)")
        }
        #expect(GitHubText.harmless("a :: b\n\nc") == "a :: b\n\nc")
    }

    private static func issues(_ report: GateReport) throws -> [[String: Any]] {
        let text = GateSamples.written { CodeQuality.write(report, to: &$0) }
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test func codeQuality() throws {
        #expect(try Self.issues(GateSamples.report(Samples.upheld)).isEmpty)
        let issues = try Self.issues(GateSamples.report(Samples.violated))
        #expect(issues.count == 3)
        let issue = try #require(issues.last)
        #expect(issue["check_name"] as? String == "stress.checks.unique-units")
        #expect(issue["severity"] as? String == "critical")
        #expect((issue["description"] as? String)?.hasPrefix("naive: unique-units: 55 times") == true)
        let location = try #require(issue["location"] as? [String: Any])
        #expect(location["path"] as? String == "deploy/sale.yaml")
        #expect((location["lines"] as? [String: Any])?["begin"] as? Int == 1)
        #expect(Set(issues.compactMap { $0["fingerprint"] as? String }).count == 3)
    }

    @Test("what goes on being wrong is no new issue, however wrong it is; elsewhere it is another")
    func fingerprintsStay() throws {
        var other = Samples.violated
        for index in other.checks.indices { other.checks[index].detail += ", and once more" }
        func fingerprints(_ report: GateReport) throws -> [String] {
            try Self.issues(report).compactMap { $0["fingerprint"] as? String }
        }
        let first = try fingerprints(GateSamples.report(Samples.violated, place: "./deploy/sale.yaml"))
        #expect(try first == fingerprints(GateSamples.report(other)))
        #expect(try Set(first).isDisjoint(with: fingerprints(GateSamples.report(other, place: "b.yaml"))))
    }

    @Test(arguments: HostileText.all)
    func hostileCodeQuality(_ text: String) throws {
        let issues = try Self.issues(GateSamples.hostile(text))
        #expect(issues.count == 4)
        for issue in issues { #expect((issue["fingerprint"] as? String)?.count == 16) }
    }
}
