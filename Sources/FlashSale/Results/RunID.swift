/// The id of a run, which its keys, its libraries of functions and its connections carry on a server.
///
/// Six characters of the time when it started, then six random ones, so that its age is known wherever the id is seen.
/// Ids of earlier versions are ten random characters, and tell no time.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    /// 2025-01-01 in seconds since 1970. Six characters reach to 2093.
    private static let epoch = 1_735_689_600
    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    private static let timeLength = 6
    private static let randomLength = 6
    private static let lengthWithoutTime = 10
    /// Clocks of two machines may differ by so much.
    private static let toleranceSeconds = 86_400

    package let text: String
    /// When the run started, in seconds since 1970; nil if the id does not tell.
    package let startedAtSeconds: Int?

    package var description: String { text }

    /// The id of a run that starts now.
    ///
    /// - Parameter seconds: now, in seconds since 1970.
    package init(startingAtSeconds seconds: Int) {
        var rest = max(0, seconds - Self.epoch)
        var bytes = [UInt8](repeating: Self.digits[0], count: Self.timeLength)
        for place in bytes.indices.reversed() {
            bytes[place] = Self.digits[rest % Self.digits.count]
            rest /= Self.digits.count
        }
        // So many that two runs on one server do not meet, even if they start in the same second.
        for _ in 0..<Self.randomLength { bytes.append(Self.digits.randomElement() ?? 0) }
        text = String(decoding: bytes, as: UTF8.self)
        startedAtSeconds = max(seconds, Self.epoch)
    }

    /// Reads an id, and takes nothing for one that a run would not have been given: what is read here may be removed.
    ///
    /// - Parameter nowSeconds: now, in seconds since 1970; an id of a later time is none.
    package init?(_ bytes: some Collection<UInt8>, nowSeconds: Int) {
        var values: [Int] = []
        for byte in bytes {
            guard values.count <= Self.timeLength + Self.randomLength, let value = Self.digits.firstIndex(of: byte)
            else { return nil }
            values.append(value)
        }
        switch values.count {
        case Self.timeLength + Self.randomLength:
            let sinceEpoch = values.prefix(Self.timeLength).reduce(0) { $0 * Self.digits.count + $1 }
            guard Self.epoch + sinceEpoch <= nowSeconds + Self.toleranceSeconds else { return nil }
            startedAtSeconds = Self.epoch + sinceEpoch
        case Self.lengthWithoutTime:
            // A word or a time of somebody's own, such as {stress:production} or {stress:1700000000}, has only one of these.
            guard values.contains(where: { $0 < 10 }), values.contains(where: { $0 >= 10 }) else { return nil }
            startedAtSeconds = nil
        default: return nil
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Where it is written

    /// What every key of the run has in its name. The braces make it a hash tag: all keys live in one slot of a Cluster.
    package static func saleTag(_ id: String) -> String { "{stress:\(id)}" }
    /// The id in a sale's tag, or in one that starts with it.
    package static func id(ofTag tag: String) -> String { String(tag.prefix { $0 != "}" }.dropFirst("{stress:".count)) }
    /// What the connections of its workers are called.
    package static func connectionName(_ id: String) -> String { "stress-\(id)" }

    /// The run whose key this is: the name holds its tag, and no other run's.
    package init?(key: [UInt8], nowSeconds: Int) {
        let opening = Array("{stress:".utf8)
        var found: Set<RunID> = []
        var place = 0
        while let start = key[place...].firstRange(of: opening) {
            place = start.upperBound
            guard let end = key[place...].firstIndex(of: UInt8(ascii: "}")) else { break }
            let id = Self.withoutShelf(key[place..<end])
            if let id = RunID(id, nowSeconds: nowSeconds) { found.insert(id) }
        }
        guard found.count == 1, let id = found.first else { return nil }
        self = id
    }

    /// What stands in the braces of a sale's tag, or of one of its shelves: the id, and `:` and a number for a shelf.
    private static func withoutShelf(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else { return text }
        let number = text[(colon + 1)...]
        let isNumber = (1...4).contains(number.count) && number.allSatisfy { (48...57).contains($0) }
        return isNumber ? text[..<colon] : text
    }

    /// The run whose library of functions this is: `stress_<id>_` and the name that the strategy file has for it.
    package init?(library: String, nowSeconds: Int) {
        let parts = library.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "stress", !parts[2].isEmpty else { return nil }
        self.init(parts[1].utf8, nowSeconds: nowSeconds)
    }

    /// The run whose connection this is: `stress-<id>`, or that with `-` and more.
    package init?(connectionName: Substring, nowSeconds: Int) {
        let parts = connectionName.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "stress" else { return nil }
        self.init(parts[1].utf8, nowSeconds: nowSeconds)
    }
}
