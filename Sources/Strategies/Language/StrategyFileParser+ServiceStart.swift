internal import FlashSale
internal import Yams

/// Services that the run starts: `service: { start: [ … ], ready: "GET /health", env: { … } }`.
extension StrategyFileParser {
    private static let serviceKeys = ["url", "start", "ready", "env", "stop", "folder"]
    private static let usualURL = "http://127.0.0.1:{port}"
    private static let longestGraceNanoseconds: UInt64 = 60_000_000_000

    /// What `service:` says: where it is, or how it is started.
    mutating func readService(_ node: Node, into strategy: inout Strategy) throws(StrategyFileError) {
        guard case .mapping = node else {
            strategy.service = try service(node)
            return
        }
        let entries = try reader.map(node, of: "service", known: Self.serviceKeys)
        guard let start = entries["start"] else {
            for key in Self.serviceKeys where key != "url" {
                guard let other = entries[key] else { continue }
                throw reader.error(
                    "service: \(key): belongs to a service that the run starts, and start: is missing, such as "
                        + "start: [python3, shop.py, \"{port}\"]", other)
            }
            strategy.service = try service(try reader.required(entries, key: "url", of: "service", at: node))
            return
        }
        strategy.serviceStart = try serviceStart(start, entries, node)
    }

    private func serviceStart(
        _ node: Node, _ entries: [String: Node], _ whole: Node
    ) throws(StrategyFileError) -> Strategy.ServiceStart {
        var words: [ServiceText] = []
        if case .sequence(let items) = node {
            for item in items { words.append(try serviceText(item, "service: a word of start")) }
        }
        guard let program = words.first, !program.pieces.isEmpty else {
            throw reader.error(
                "service: start: a program and its arguments are wanted as a list, such as [\"python3\", \"shop.py\", \"{port}\"]; found "
                    + reader.describe(node), node)
        }
        guard program.values.isEmpty else {
            throw reader.error("service: start: the program itself has no value in braces", node)
        }
        var start = Strategy.ServiceStart(
            url: try serviceURL(entries["url"]), words: words, line: reader.line(of: node))
        start.ready = try entries["ready"].map { node throws(StrategyFileError) in try readyRequest(node) }
        if let node = entries["env"] { start.variables = try serviceVariables(node) }
        if let node = entries["stop"] {
            start.graceNanoseconds = try duration(node, "service: stop", atMostDays: 1)
            guard start.graceNanoseconds <= Self.longestGraceNanoseconds else {
                throw reader.error("service: stop: a minute (60s) is the most that a run waits for its end", node)
            }
        }
        if let node = entries["folder"] {
            let folder = try reader.text(node, "service: folder")
            guard !folder.isEmpty, !folder.utf8.contains(0) else {
                throw reader.error("service: folder: a path is wanted, from the strategy file's folder", node)
            }
            start.folder = folder
        }
        let told = (start.words + start.variables.map(\.value)).contains { $0.values.contains(.port) }
        guard told || !start.choosesPort else {
            throw reader.error(
                "service: nothing tells the program on which port it is to listen: say {port} in start: or env:, or write the port that "
                    + "it has into url:, such as url: http://127.0.0.1:8080", whole)
        }
        return start
    }

    private func serviceText(_ node: Node, _ what: String) throws(StrategyFileError) -> ServiceText {
        let text = try reader.text(node, what)
        guard !text.utf8.contains(0) else {
            throw reader.error("\(what): a NUL character is in it, which no program can be given", node)
        }
        do throws(ServiceText.Problem) {
            return try ServiceText(text)
        } catch {
            throw reader.error("\(what): \(error.message)", node)
        }
    }

    private func serviceURL(_ node: Node?) throws(StrategyFileError) -> ServiceText {
        guard let node else { return try serviceText(Node(Self.usualURL), "service: url") }
        let url = try serviceText(node, "service: url")
        let source = url.source
        let others = url.values.contains { $0 != .port }
        guard source.hasPrefix("http://") || source.hasPrefix("https://"), !others,
            !source.contains(where: { "?#".contains($0) })
        else {
            throw reader.error(
                "service: url: a URL such as \(Self.usualURL) or http://127.0.0.1:8080 is wanted; found "
                    + (source.isEmpty ? "nothing" : source), node)
        }
        return url
    }

    private func readyRequest(_ node: Node) throws(StrategyFileError) -> Strategy.ServiceStart.Request {
        let text = try reader.text(node, "service: ready")
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[1].hasPrefix("/"), !parts[0].isEmpty,
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            parts[1].utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else {
            throw reader.error(
                "service: ready: a method and a path are wanted, such as \"GET /health\"; found "
                    + (text.isEmpty ? "nothing" : text), node)
        }
        return .init(method: parts[0], path: parts[1])
    }

    private func serviceVariables(_ node: Node) throws(StrategyFileError) -> [Strategy.ServiceStart.Variable] {
        guard case .mapping(let mapping) = node else {
            throw reader.error(
                "service: env: a map of names and values is wanted, such as { REDIS_URL: \"{redis}\" }; found "
                    + reader.describe(node), node)
        }
        var variables: [Strategy.ServiceStart.Variable] = []
        for (key, value) in mapping {
            let name = try reader.text(key, "service: the name of a variable")
            guard ServiceText.isVariableName(name) else {
                throw reader.error(
                    "service: env: the name of a variable is made of letters, digits and _, and starts with no digit; found "
                        + (name.isEmpty ? "nothing" : name), key)
            }
            variables.append(.init(name: name, value: try serviceText(value, "service: env: \(name)")))
        }
        return variables
    }

    /// - Throws: ``StrategyFileError`` where nobody could ask the service that is started.
    func checkServiceStart(_ strategy: Strategy, _ entries: [String: Node]) throws(StrategyFileError) {
        guard strategy.serviceStart != nil, strategy.usesServer, let node = entries["service"] else { return }
        throw reader.error(
            "service: start: the sale has keys of its own in Redis here, so no buyer would ask the service; a sale of a service has http: "
                + "steps in buy:, or programs, and no keys:", node)
    }
}
