/// A command of a client, as a whole.
package struct SteppedCommand: Sendable, Equatable {
    /// Its name in capitals, and its arguments.
    package var arguments: [[UInt8]]
    /// Whether the server does not say that it only reads.
    package var mayWrite: Bool
    /// Whether it may wait for other clients.
    package var blocks: Bool
    package var kind: Kind
    /// Its number among all commands of the proxy, from 1, in the order in which they came.
    package internal(set) var serial = 0
    /// As it came.
    var bytes: [UInt8]

    /// What is to be known of it by whoever decides when it goes.
    package enum Kind: Sendable {
        case usual
        /// What was queued is executed.
        case exec
        case watch
        /// A script or a function, of which nobody but the server knows what it does.
        case script
    }

    package init(
        arguments: [[UInt8]], mayWrite: Bool = true, blocks: Bool = false, kind: Kind = .usual, bytes: [UInt8] = []
    ) {
        self.arguments = arguments
        self.mayWrite = mayWrite
        self.blocks = blocks
        self.kind = kind
        self.bytes = bytes
    }

    package var name: String { String(decoding: arguments[0], as: UTF8.self) }

    /// Reads the words of a whole command, which a ``CommandFramer`` has found to be one.
    static func words(of bytes: [UInt8], isInline: Bool) -> [[UInt8]] {
        if isInline { return bytes.split { $0 <= 32 }.map(Array.init) }
        var words: [[UInt8]] = []
        var place = 0
        /// The number in the line at hand.
        func number() -> Int {
            var value = 0
            while place < bytes.count, bytes[place] != 10 {
                if (48...57).contains(bytes[place]) { value = value * 10 + Int(bytes[place] - 48) }
                place += 1
            }
            place += 1
            return value
        }
        let count = number()
        words.reserveCapacity(count)
        while words.count < count, place < bytes.count {
            let size = number()
            words.append(Array(bytes[min(place, bytes.count)..<min(place + size, bytes.count)]))
            place += size + 2
        }
        return words
    }

    /// As an array of bulk strings.
    static func encoded(_ words: [[UInt8]]) -> [UInt8] {
        words.reduce(into: Array("*\(words.count)\r\n".utf8)) { bytes, word in
            bytes += Array("$\(word.count)\r\n".utf8) + word + [13, 10]
        }
    }

    static func encoded(_ words: [String]) -> [UInt8] { encoded(words.map { Array($0.utf8) }) }
}
