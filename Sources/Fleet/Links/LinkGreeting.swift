internal import FlashSale

/// The first thing that either side says: what it is, and what it understands.
///
/// A remote shell may print before it (the message of the day, what its start files say); whoever waits for a worker's greeting passes
/// over that. The marker has bytes that no text has.
package struct LinkGreeting: Sendable, Equatable {
    static let marker = Array("\u{1}stress-link\u{2}".utf8)
    /// What follows the marker, with its end.
    static var limitBytes: Int { 200 }

    package var version: String
    /// Of the messages' format: versions that differ in nothing else have the same.
    package var format: String

    package init(version: String, format: String) {
        self.version = version
        self.format = format
    }

    /// This program's.
    package static let own = LinkGreeting(version: Version.current, format: MessageFormat.digest)

    package var bytes: [UInt8] { Self.marker + Array("\(version) \(format)\n".utf8) }

    /// Reads what follows the marker, without the line's end.
    init?(_ line: some Sequence<UInt8>) {
        let words = String(decoding: Array(line), as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 33...126 ~= $0 } }) else {
            return nil
        }
        self.init(version: String(words[0]), format: String(words[1]))
    }

    /// Whether this program and the other understand each other.
    var fits: Bool { self == Self.own }
}
