/// Which columns a file cannot do without, as indices among those that its reader knows.
enum CSVNeed: Sendable {
    case all([Int])
    case any([Int])

    /// Those that a file lacks.
    ///
    /// - Parameter given: a bit for each column that it has.
    func missing(_ given: UInt32) -> [Int] {
        switch self {
        case .all(let columns): columns.filter { given & 1 << UInt32($0) == 0 }
        case .any(let columns): columns.contains { given & 1 << UInt32($0) != 0 } ? [] : columns
        }
    }

    /// "a, b and c", or "a, b or c".
    func inWords(_ names: [String]) -> String {
        let (columns, last) =
            switch self {
            case .all(let columns): (columns, "and")
            case .any(let columns): (columns, "or")
            }
        let wanted = columns.map { names[$0] }
        return "\(wanted.dropLast().joined(separator: ", ")) \(last) \(wanted[wanted.count - 1])"
    }
}
