extension Int {
    /// `-1,234,567`: a number as people read it.
    package var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `1 unit`, `2,000 units`.
    package func counted(_ one: String, _ many: String? = nil) -> String {
        "\(grouped) \(self == 1 ? one : many ?? one + "s")"
    }
}

/// Bytes from elsewhere, such as a server, as text that is safe on a terminal.
package enum EscapedText {
    /// Printable ASCII as it is, everything else as `\\xNN`, as redis-cli shows it.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += Array("\\\\".utf8)
            case 0x20...0x7e: text.append(byte)
            default: text += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Suggests known names for one that was mistyped.
package enum NearestNames {
    /// The names that are at most a third of their length away from `name`, nearest first, three at most. Two letters that
    /// changed places count as two changes, which four letters may have.
    package static func of(_ name: String, among names: [String]) -> [String] {
        names.map { ($0, distance(Array(name.lowercased()), Array($0.lowercased()))) }
            .filter { candidate, distance in
                distance <= max(min(candidate.count, name.count) >= 4 ? 2 : 1, max(candidate.count, name.count) / 3)
                    || (name.count > 2 && candidate.lowercased().hasPrefix(name.lowercased()))
            }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            .prefix(3).map(\.0)
    }

    /// Levenshtein's distance, by Wagner and Fischer's table (1974), a row at a time.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substitution = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
