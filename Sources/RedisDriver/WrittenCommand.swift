/// A command as it stands among the bytes that are to be sent.
package struct WrittenCommand: Sendable, Equatable {
    /// Its name and its arguments.
    package var words: [[UInt8]]
    /// All its bytes on the wire.
    package var bytes: [UInt8]

    package init(words: [[UInt8]], bytes: [UInt8]) {
        self.words = words
        self.bytes = bytes
    }

    /// Its name in capitals.
    package var name: String { words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? "" }

    /// Every command among `bytes`, which an encoder wrote: arrays of bulk strings, the last of them whole.
    package static func all(in bytes: UnsafeRawBufferPointer) -> [WrittenCommand] {
        var commands: [WrittenCommand] = []
        var place = 0
        func number() -> Int {
            var number = 0
            place += 1
            while place < bytes.count, bytes[place] != UInt8(ascii: "\r") {
                number = number * 10 + Int(bytes[place]) - Int(UInt8(ascii: "0"))
                place += 1
            }
            place += 2
            return number
        }
        while place < bytes.count {
            let start = place
            let count = number()
            var words: [[UInt8]] = []
            for _ in 0..<count {
                let length = number()
                words.append(Array(bytes[place..<place + length]))
                place += length + 2
            }
            commands.append(WrittenCommand(words: words, bytes: Array(bytes[start..<place])))
        }
        return commands
    }
}
