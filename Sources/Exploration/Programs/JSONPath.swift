/// The way to one value: `.ok`, `.items[0].id`, `.` for the whole.
struct JSONPath: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case field(String)
        case element(Int)
    }

    private var steps: [Step] = []

    /// Nil for what is none.
    init?(_ text: some StringProtocol) {
        guard text.first == "." else { return nil }
        var rest = Substring(text)
        if rest == "." { return }
        while let sign = rest.first {
            rest = rest.dropFirst()
            let name = rest.prefix { !".[]".contains($0) }
            rest = rest[name.endIndex...]
            switch sign {
            case ".":
                if name.isEmpty, rest.first == "[" { continue }
                guard !name.isEmpty else { return nil }
                steps.append(.field(String(name)))
            case "[":
                guard let index = Int(name), index >= 0, rest.first == "]" else { return nil }
                rest = rest.dropFirst()
                steps.append(.element(index))
            default: return nil
            }
        }
    }

    func value(in tree: JSONTree) -> JSONTree? {
        var tree = tree
        for step in steps {
            switch (step, tree) {
            case (.field(let name), .object(let fields)):
                guard let next = fields[name] else { return nil }
                tree = next
            case (.element(let index), .array(let elements)) where index < elements.count: tree = elements[index]
            default: return nil
            }
        }
        return tree
    }
}
