internal import FlashSale

/// A report as JUnit XML, as Ant's schema has it, which is the strictest of those in use: a suite for each run, a case for each
/// check, claim and threshold.
package enum JUnit {
    package static func write<Sink: ByteSink & ~Copyable>(_ report: GateReport, to sink: inout Sink) {
        sink.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
        for (index, suite) in report.suites.enumerated() {
            write(suite, id: index, isAlone: report.suites.count == 1, to: &sink)
        }
        sink.append("</testsuites>\n")
    }

    private static func write<Sink: ByteSink & ~Copyable>(
        _ suite: GateSuite, id: Int, isAlone: Bool, to sink: inout Sink
    ) {
        func count(_ outcome: GateCase.Outcome) -> String { "\(suite.cases.count { $0.outcome == outcome })" }
        let attributes = [
            ("name", named(suite.name)), ("package", "stress"), ("id", "\(id)"),
            ("timestamp", timestamp(suite.started)), ("hostname", named(suite.host, otherwise: "localhost")),
            ("tests", "\(suite.cases.count)"), ("failures", count(.failed)), ("errors", count(.undecided)),
            ("skipped", count(.skipped)), ("time", seconds(suite.seconds)),
        ]
        sink.append("  <testsuite\(text(attributes))>\n    <properties>\n")
        for property in suite.properties {
            sink.append("      <property\(text([("name", property.name), ("value", property.value)]))/>\n")
        }
        sink.append("    </properties>\n")
        for one in suite.cases { write(one, of: suite, to: &sink) }
        let told =
            isAlone
            ? TextLayout(color: false).text(suite.document)
            : "\(suite.document.verdict.word): \(suite.document.headline)\n"
        sink.append("    <system-out>\(XMLText.content(told))</system-out>\n    <system-err></system-err>\n")
        sink.append("  </testsuite>\n")
    }

    private static func write<Sink: ByteSink & ~Copyable>(
        _ one: GateCase, of suite: GateSuite, to sink: inout Sink
    ) {
        let attributes = [
            ("name", named(one.name)), ("classname", "stress.\(named(suite.name)).\(one.group.rawValue)"),
            // Checks look at the history all at once; what took time is the run.
            ("time", one.group == .run ? seconds(suite.seconds) : "0.000"),
        ]
        sink.append("    <testcase\(text(attributes))")
        switch one.outcome {
        case .passed: sink.append("/>\n")
        case .skipped: sink.append("><skipped\(text([("message", one.message)]))/></testcase>\n")
        case .failed: write("failure", one, to: &sink)
        case .undecided: write("error", one, to: &sink)
        }
    }

    private static func write<Sink: ByteSink & ~Copyable>(
        _ element: String, _ one: GateCase, to sink: inout Sink
    ) {
        let body = one.evidence.isEmpty ? one.message : "\(one.message)\n\n\(one.evidence)"
        sink.append(">\n      <\(element)\(text([("message", one.message), ("type", one.kind)]))>")
        sink.append(XMLText.content(body) + "</\(element)>\n    </testcase>\n")
    }

    private static func text(_ attributes: [(name: String, value: String)]) -> String {
        attributes.map { " \($0.name)=\"\(XMLText.attribute($0.value))\"" }.joined()
    }

    /// The schema has no empty names.
    private static func named(_ text: String, otherwise: String = "unnamed") -> String {
        let name = ForeignText.shown(text)
        return name.contains { !$0.isWhitespace } ? name : otherwise
    }

    private static func seconds(_ seconds: Double) -> String { max(0, seconds).fixed(places: 3) ?? "0.000" }

    /// Without a zone, as the schema wants it; what is no time is the beginning of all times.
    private static func timestamp(_ started: String?) -> String {
        let none = "1970-01-01T00:00:00"
        guard let started, started.utf8.count >= none.utf8.count else { return none }
        let text = String(started.prefix(none.count))
        return text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}/) == nil ? none : text
    }
}
