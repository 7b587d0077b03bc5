/// Slurm's short form of many names: `node[01-03,7],login1`, also with several brackets: `rack[1-2]n[1-4]`.
package enum NodeList {
    /// The most names that are made of one list: Slurm's own limit of a cluster's nodes.
    static let limit = 65_536

    /// - Returns: the names in their order, nil where the text is no such list.
    package static func expand(_ text: String) -> [String]? {
        guard let parts = split(text), !parts.isEmpty else { return nil }
        var all: [String] = []
        for part in parts {
            guard let found = names(of: part), all.count + found.count <= limit else { return nil }
            all += found
        }
        return all
    }

    /// At the commas that stand outside of brackets.
    private static func split(_ text: String) -> [Substring]? {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
            guard (0...1).contains(depth) else { return nil }
        }
        parts.append(text[start...])
        return depth == 0 && parts.allSatisfy { !$0.isEmpty } ? parts : nil
    }

    private static func names(of part: Substring) -> [String]? {
        guard let open = part.firstIndex(of: "[") else { return isName(part) ? [String(part)] : nil }
        guard let close = part[open...].firstIndex(of: "]") else { return nil }
        let prefix = part[..<open]
        guard prefix.allSatisfy(isPartOfName) else { return nil }
        let rest = part[part.index(after: close)...]
        guard let numbers = numbers(part[part.index(after: open)..<close]) else { return nil }
        guard !rest.isEmpty else { return numbers.map { prefix + $0 } }
        guard rest.contains("[") || rest.allSatisfy(isPartOfName) else { return nil }
        guard let endings = rest.contains("[") ? names(of: rest) : [String(rest)],
            numbers.count * endings.count <= limit
        else { return nil }
        return numbers.flatMap { number in endings.map { prefix + number + $0 } }
    }

    /// `01-03,7`: what begins with a zero keeps its length.
    private static func numbers(_ text: Substring) -> [String]? {
        var found: [String] = []
        for range in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false)
            guard let first = ends.first, ends.count <= 2, ends.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
                let low = Int(first), let high = Int(ends[ends.count - 1]), low <= high, high - low < limit
            else { return nil }
            for number in low...high {
                let digits = String(number)
                found.append(String(repeating: "0", count: max(0, first.count - digits.count)) + digits)
            }
            guard found.count <= limit else { return nil }
        }
        return found.isEmpty ? nil : found
    }

    private static func isName(_ text: Substring) -> Bool { !text.isEmpty && text.allSatisfy(isPartOfName) }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
