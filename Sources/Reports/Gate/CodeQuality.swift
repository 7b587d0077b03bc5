internal import FlashSale

/// What is not good as GitLab's code-quality report, a widget in a merge request.
package enum CodeQuality {
    /// As GitLab names it.
    private struct Issue: Encodable {
        struct Location: Encodable {
            struct Lines: Encodable { var begin: Int }

            var path: String
            var lines = Lines(begin: 1)
        }

        var description: String
        var checkName: String
        /// The same from run to run, so that GitLab tells what is new from what was there before.
        var fingerprint: String
        var severity: String
        var location: Location
    }

    package static func write<Sink: ByteSink & ~Copyable>(_ report: GateReport, to sink: inout Sink) {
        var known: Set<String> = []
        let issues = report.red.compactMap { suite, red -> Issue? in
            let name = "stress.\(red.group.rawValue).\(red.name)"
            let fingerprint = fingerprint([report.place, name])
            // Several runs may show the same.
            guard known.insert(fingerprint).inserted else { return nil }
            return Issue(
                description: ForeignText.sentence("\(suite.name): \(red.name): \(red.message)", blanks: true),
                checkName: name, fingerprint: fingerprint,
                severity: red.kind == "violated" ? "critical" : "major", location: .init(path: report.place))
        }
        JSONText.append(issues, to: &sink)
    }

    private static func fingerprint(_ parts: [String]) -> String {
        Array(parts.joined(separator: "\n").utf8).withUnsafeBytes { Digest($0) }.text
    }
}
