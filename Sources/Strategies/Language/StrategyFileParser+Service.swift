internal import Yams

/// Sales whose buyers ask a service.
extension StrategyFileParser {
    /// What has a value before a client buys.
    private static let clientVariables: [Template.Variable] = [
        .client, .worker, .thread, .units, .sale, .random, .nowMilliseconds,
    ]

    /// Whether buyers ask a service or programs, as far as one can tell before their steps are read, so that the sale may have no
    /// server of its own.
    func mayLackServer(_ entries: [String: Node]) -> Bool {
        if entries["service"] != nil || entries["sign-in"] != nil { return true }
        var places = [entries["buy"]].compactMap(\.self)
        if case .mapping(let phases)? = entries["phases"] { places += phases.map(\.value) }
        return places.contains { place in
            var place = place
            // What follows a hold has its steps beside how often it comes.
            if case .mapping(let phase) = place, let steps = phase["steps"] { place = steps }
            guard case .sequence(let steps) = place else { return false }
            return steps.contains { step in
                guard case .mapping(let mapping) = step else { return false }
                return mapping.keys.contains { ["http", "program", "command"].contains($0.string ?? "") }
            }
        }
    }

    /// `service: http://127.0.0.1:8080`.
    func service(_ node: Node) throws(StrategyFileError) -> String {
        let text = try reader.text(node, "service")
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw reader.error(
                "service: a URL such as http://127.0.0.1:8080 is wanted; found \(text.isEmpty ? "nothing" : text)", node
            )
        }
        return text
    }

    /// `sign-in:`: requests that each client makes once.
    mutating func signInSteps(_ node: Node) throws(StrategyFileError) -> [Strategy.Step] {
        var steps: [Strategy.Step] = []
        answers = .http
        defer { answers = .reply }
        for item in try reader.list(node, "sign-in") {
            let what = "a step of sign-in"
            let entries = try reader.map(item, of: what, known: ["http", "headers", "body", "as"])
            let request = try httpRequest(
                try reader.required(entries, key: "http", of: what, at: item), entries, variables: Self.clientVariables)
            let taken = try entries["as"].map { node throws(StrategyFileError) in try takenCaptures(node) } ?? []
            captures += taken.map(\.name)
            steps.append(Strategy.Step(kind: .http(request), captures: taken, line: reader.line(of: item)))
        }
        guard !steps.isEmpty else { throw reader.error("sign-in: has no steps", node) }
        return steps
    }

    /// - Throws: ``StrategyFileError`` where parts of the file belong to different kinds of sales.
    func checkService(_ strategy: Strategy, _ entries: [String: Node]) throws(StrategyFileError) {
        guard strategy.asksService else {
            for key in strategy.buysByProgram ? ["sign-in"] : ["service", "sign-in"] {
                guard let node = entries[key] else { continue }
                throw reader.error("\(key): belongs to a sale whose buy: has http: steps; this one has none", node)
            }
            return
        }
        if let step = strategy.allSteps.first(where: { !$0.calls.isEmpty }) {
            throw StrategyFileError(
                file: reader.file, line: step.line,
                message:
                    "buyers ask a service here (http:), so a step that sends a command to Redis has no place among its steps"
            )
        }
        if let node = entries["keys"] ?? entries["scripts"] ?? entries["functions"] {
            throw reader.error(
                "buyers ask a service here (http:), which has keys of its own; leave keys:, scripts: and functions: out",
                node)
        }
        for call in strategy.calls {
            if case .query = call { continue }
            throw StrategyFileError(
                file: reader.file, line: call.line,
                message: "buyers ask a service here (http:), so a command says that it is for Redis, and which: "
                    + "{ redis: \"GET shop:stock\", at: redis://127.0.0.1:6379 }")
        }
    }
}
