internal import FlashSale
internal import Yams

/// Reads the nodes of a YAML file as plain text, lists and maps, with the place of each in every error.
struct YAMLReader {
    /// The most bytes that a strategy file may have.
    static let byteLimit = 262_144
    /// The most levels of lists and maps inside each other.
    static let depthLimit = 32
    /// The most signs that look like aliases, if there are anchors too.
    private static let aliasLimit = 12

    let file: String

    /// The root of the file.
    func root(_ text: String) throws(StrategyFileError) -> Node {
        guard text.utf8.count <= Self.byteLimit else {
            throw error("a strategy file has at most \(Self.byteLimit) bytes; this one has \(text.utf8.count)")
        }
        try refuseDeepNesting(text)
        try refuseManyAliases(text)
        let node: Node?
        do {
            // A node's anchor is a weak reference into its parser.
            let parser = try Parser(yaml: text, encoding: .utf8)
            node = try parser.singleRoot()
            if let node { try withExtendedLifetime(parser) { try refuseAnchors(node) } }
        } catch let problem as StrategyFileError {
            throw problem
        } catch let problem as YamlError {
            throw describe(problem, text)
        } catch {
            throw self.error("it cannot be read as YAML: \(error)")
        }
        guard let node else { throw error("the file is empty; it should start with strategy: NAME") }
        return node
    }

    /// The entries of a map, each key once, only keys that are known.
    func map(_ node: Node, of what: String, known: [String]) throws(StrategyFileError) -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            throw error("\(what) should be a map with \(known.joined(separator: ", ")); found \(describe(node))", node)
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            let name = try text(key, "a key of \(what)")
            guard known.isEmpty || known.contains(name) else {
                let near = NearestNames.of(name, among: known)
                let hint =
                    near.isEmpty
                    ? "known here: \(known.joined(separator: ", "))" : "did you mean \(near.joined(separator: " or "))?"
                throw error("\(what) has no key \(name); \(hint)", key)
            }
            entries[name] = value
        }
        return entries
    }

    func required(_ entries: [String: Node], key: String, of what: String, at node: Node) throws(StrategyFileError)
        -> Node
    {
        guard let value = entries[key] else { throw error("\(what) needs the key \(key)", node) }
        return value
    }

    /// A scalar as it was written.
    func text(_ node: Node, _ what: String) throws(StrategyFileError) -> String {
        guard case .scalar(let scalar) = node else {
            throw error("\(what) should be text; found \(describe(node))\(quoteHint(node))", node)
        }
        return scalar.string
    }

    func list(_ node: Node, _ what: String) throws(StrategyFileError) -> [Node] {
        guard case .sequence(let sequence) = node else {
            throw error(
                "\(what) should be a list (lines that start with -); found \(describe(node))\(quoteHint(node))", node)
        }
        return Array(sequence)
    }

    func error(_ message: String, _ node: Node? = nil) -> StrategyFileError {
        // A text that is quoted in it may have several lines.
        let message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return StrategyFileError(file: file, line: node?.mark?.line, column: node?.mark?.column, message: message)
    }

    func line(of node: Node) -> Int { node.mark?.line ?? 1 }

    func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "the text \(Self.shortened(scalar.string))"
        case .mapping: "a map"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// The start of a text from the file, on one line.
    static func shortened(_ text: String) -> String {
        ForeignText.shown(text.replacing("\n", with: " "), limit: ForeignText.nameLimit)
    }

    /// What to say where YAML took a template, an element or a comparison for something of its own.
    private func quoteHint(_ node: Node) -> String {
        switch node {
        case .mapping, .sequence: "; YAML reads a bare { or [ as its own, so put the value in quotes"
        case .scalar, .alias: ""
        }
    }

    private func describe(_ problem: YamlError, _ text: String) -> StrategyFileError {
        switch problem {
        case .scanner(_, let message, let mark, _), .parser(_, let message, let mark, _),
            .composer(_, let message, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = mark.line >= 1 && mark.line <= lines.count ? lines[mark.line - 1] : ""
            var hint = ""
            if line.contains("\t") {
                hint = "; YAML is indented with blanks, never with tabs"
            } else if line.contains(where: { "{}[]<>%@&*|".contains($0) }) {
                hint = "; if a value starts with a sign such as { [ > or *, put it in quotes"
            }
            return StrategyFileError(
                file: file, line: mark.line, column: mark.column, message: "this is not YAML: \(message)\(hint)")
        case .reader(let problem, let offset, _, _):
            let line = offset.map { text.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
            return StrategyFileError(file: file, line: line, message: "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { String(describing: $0) }.joined(separator: ", ")
            return StrategyFileError(
                file: file, line: context.mark.line, column: context.mark.column,
                message: "the key \(names) stands here more than once")
        default:
            return error("it cannot be read as YAML: \(problem)")
        }
    }

    /// YAML's reader goes down a level of the stack for each level of nesting, so that a hostile file could end the
    /// program. This counts brackets and the indentation of blocks, generously, before that reader sees the text.
    private func refuseDeepNesting(_ text: String) throws(StrategyFileError) {
        var depth = 0
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var dashes = 0
            for byte in line.utf8 {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                case UInt8(ascii: "-"), UInt8(ascii: "?"): dashes += 1
                default: break
                }
            }
            let indentation = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
            guard depth <= Self.depthLimit * 4, dashes <= Self.depthLimit * 32, indentation <= Self.depthLimit * 8
            else {
                throw StrategyFileError(
                    file: file, line: number + 1,
                    message:
                        "lists and maps are nested too deep here; a strategy needs no more than a handful of levels")
            }
        }
    }

    /// YAML's reader expands aliases of aliases, which grows like a power of two ("a billion laughs"). Any anchor is refused
    /// once the nodes are there; this refuses what looks like so many that they would never be.
    private func refuseManyAliases(_ text: String) throws(StrategyFileError) {
        var aliases = 0
        var anchorLine: Int?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var previous = UInt8(ascii: " ")
            var mayHaveName = false
            for byte in line.utf8 {
                // A name of ASCII letters, digits, - and _ follows at once, unlike in the sums of a script.
                if mayHaveName, Self.isOfName(byte) {
                    if previous == UInt8(ascii: "*") { aliases += 1 } else { anchorLine = anchorLine ?? number + 1 }
                }
                // YAML also ends lines at CR, NEL, LS and PS: their last bytes are these.
                let mayStartNode = " \t\r[{,:-?".utf8.contains(previous) || [0x85, 0xA8, 0xA9].contains(previous)
                mayHaveName = mayStartNode && (byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&"))
                previous = byte
            }
        }
        guard let anchorLine, aliases > Self.aliasLimit else { return }
        throw StrategyFileError(
            file: file, line: anchorLine,
            message: "anchors (&) and aliases (*) are not allowed in a strategy file; write the values out")
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func refuseAnchors(_ node: Node, depth: Int = 0) throws(StrategyFileError) {
        if node.anchor != nil {
            throw error("anchors (&) and aliases (*) are not allowed in a strategy file; write the value out", node)
        }
        guard depth <= Self.depthLimit else { throw error("lists and maps are nested too deep here", node) }
        switch node {
        case .scalar: break
        case .alias: throw error("anchors (&) and aliases (*) are not allowed in a strategy file", node)
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(key, depth: depth + 1)
                try refuseAnchors(value, depth: depth + 1)
            }
        case .sequence(let sequence):
            for element in sequence { try refuseAnchors(element, depth: depth + 1) }
        }
    }
}
