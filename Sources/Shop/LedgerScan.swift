internal import Strategies

/// How a command that gives a whole collection at once is asked for it in pieces: HSCAN, SSCAN or ZSCAN.
struct LedgerScan {
    /// What of a hash's or a sorted set's pairs is wanted.
    enum Wanted {
        case all, firsts, seconds
    }

    /// In capitals.
    let name: String
    let key: [UInt8]
    /// How many members belong together: a field and its value, a member and its score.
    let width: Int
    let wanted: Wanted

    /// About as many members as one reply holds.
    static let count = "5000"

    /// - Parameter command: a plain command that is filled in.
    /// - Returns: nil where it gives no whole collection, or none that can be scanned.
    init?(_ command: [[UInt8]]) {
        let words = command.map { String(decoding: $0, as: UTF8.self).uppercased() }
        switch (words.first, command.count) {
        case ("HGETALL", 2): (name, width, wanted) = ("HSCAN", 2, .all)
        case ("HKEYS", 2): (name, width, wanted) = ("HSCAN", 2, .firsts)
        case ("HVALS", 2): (name, width, wanted) = ("HSCAN", 2, .seconds)
        case ("SMEMBERS", 2): (name, width, wanted) = ("SSCAN", 1, .all)
        case ("ZRANGE", 4) where words[2...] == ["0", "-1"]: (name, width, wanted) = ("ZSCAN", 2, .firsts)
        case ("ZRANGE", 5) where words[2...] == ["0", "-1", "WITHSCORES"]: (name, width, wanted) = ("ZSCAN", 2, .all)
        default: return nil
        }
        key = command[1]
    }

    /// The nodes at which a wanted part starts, for members from `first` on.
    func starts(from first: Int, to end: Int) -> StrideTo<Int> {
        stride(from: wanted == .seconds ? first + 1 : first, to: end, by: width)
    }

    /// How many nodes of each member are wanted.
    var wantedWidth: Int { wanted == .all ? width : 1 }
}
