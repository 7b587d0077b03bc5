/// How often programs misbehaved, and what the first did.
package struct ProgramFaults: Codable, Sendable, Equatable {
    package private(set) var count = 0
    /// In words for the user; empty where there is none.
    package private(set) var first = ""

    package init() {}

    package mutating func add(_ words: String) {
        if count == 0 { first = words }
        count += 1
    }

    package mutating func add(_ other: ProgramFaults) {
        if count == 0 { first = other.first }
        count += other.count
    }
}
