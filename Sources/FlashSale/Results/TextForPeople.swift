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

/// Nothing here shows a NaN.
extension Double {
    /// `1234.500` for 3 places, rounded; nil for what is no number, and for more than 18 digits.
    package func fixed(places: Int) -> String? {
        parts(places: places).map { ($0.isNegative ? "-" : "") + String($0.whole) + $0.fraction }
    }

    /// `1,234.5` for 1 place, rounded; nil for what is no number, and for more than 18 digits.
    package func grouped(places: Int) -> String? {
        parts(places: places).map { ($0.isNegative ? "-" : "") + $0.whole.grouped + $0.fraction }
    }

    /// The rounded number's sign, its whole part, and its fraction with the point.
    private func parts(places: Int) -> (isNegative: Bool, whole: Int, fraction: String)? {
        let scale = (0..<places).reduce(1) { power, _ in power * 10 }
        let scaled = (magnitude * Double(scale)).rounded()
        guard scaled.isFinite, scaled < 9e18 else { return nil }
        let total = Int(scaled)
        let digits = String(total % scale)
        let fraction = places == 0 ? "" : "." + String(repeating: "0", count: places - digits.count) + digits
        return (self < 0 && total > 0, total / scale, fraction)
    }
}

/// Suggests known names for one that was mistyped.
package enum NearestNames {
    /// The names that are at most a third of their length away from `name`, nearest first, three at most. Two letters that
    /// changed places count as two changes, which four letters may have.
    package static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased())
        let near = names.compactMap { candidate -> (String, Int)? in
            let letters = Array(candidate.lowercased())
            let limit = max(min(letters.count, wanted.count) >= 4 ? 2 : 1, max(letters.count, wanted.count) / 3)
            let isBegun = wanted.count > 2 && letters.starts(with: wanted)
            // A name is at least as far away as it is longer: a very long one is not looked at letter by letter.
            guard isBegun || abs(letters.count - wanted.count) <= limit else { return nil }
            let distance = distance(wanted, letters)
            return isBegun || distance <= limit ? (candidate, distance) : nil
        }
        return near.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
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
