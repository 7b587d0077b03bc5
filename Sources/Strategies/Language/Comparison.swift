/// How two numbers are compared.
package enum Comparison: String, Sendable, CaseIterable, BitwiseCopyable {
    // The longer signs first: `<=` starts with `<`.
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"

    /// The comparison that text starts with.
    init?(startOf text: some StringProtocol) {
        guard let match = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
        self = match
    }

    @inline(__always)
    package func holds(_ left: Int, _ right: Int) -> Bool {
        switch self {
        case .lessOrEqual: left <= right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .greater: left > right
        }
    }
}
