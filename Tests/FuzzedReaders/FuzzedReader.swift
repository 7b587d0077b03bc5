/// A reader of texts from outside, as `scripts/fuzz` and the tests feed it.
package struct FuzzedReader: Sendable {
    package var name: String
    /// Longer inputs teach nothing more about it.
    package var mostBytes: Int
    /// Words that nobody guesses, for libFuzzer's dictionary.
    package var words: [String]
    /// Inputs to start from, made of what the repository has anyway.
    package var examples: @Sendable () -> [[UInt8]]
    /// Reads an input, which may be anything.
    ///
    /// - Throws: ``BrokenPromise`` where what must hold for every input does not.
    package var read: @Sendable (UnsafeRawBufferPointer) throws(BrokenPromise) -> Void

    init(
        _ name: String, mostBytes: Int = 4096, words: [String] = [],
        examples: @escaping @Sendable () -> [[UInt8]],
        read: @escaping @Sendable (UnsafeRawBufferPointer) throws(BrokenPromise) -> Void
    ) {
        self.name = name
        self.mostBytes = mostBytes
        self.words = words
        self.examples = examples
        self.read = read
    }

    package static let all: [FuzzedReader] = [
        .attempts, .ledger, .units, .journal, .names, .verdict, .strategy, .parts, .lua, .json, .record, .messages,
        .url,
        .words, .replies, .machine, .logs, .maps, .tables, .answers, .frames,
    ]

    package static func named(_ name: String) -> FuzzedReader? { all.first { $0.name == name } }

    /// For the test that a broken promise is noticed.
    package static let brokenOnPurpose = FuzzedReader("broken", examples: { [[]] }) { (_) throws(BrokenPromise) in
        try BrokenPromise.unless(false, "this never holds")
    }

    /// libFuzzer's file of words: one in quotes a line. It takes no empty file.
    package var dictionary: String {
        "# Words of the reader \(name).\n"
            + words.map { word in
                let bytes = word.utf8.map { byte -> String in
                    let isPlain =
                        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                    let digits = String(byte, radix: 16, uppercase: true)
                    return isPlain
                        ? String(UnicodeScalar(byte)) : "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
                }
                return "\"\(bytes.joined())\"\n"
            }.joined()
    }
}
