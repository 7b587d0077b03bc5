/// Finds what somebody may have meant by a name that is not known.
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
