import Foundation
import FuzzedReaders

/// Feeds a reader with what libFuzzer makes up. Built and called by `scripts/fuzz` only:
///
///     reader-fuzzing                      the names of the readers
///     reader-fuzzing READER --prepare DIR writes examples and words of the reader to DIR and DIR.words
///     reader-fuzzing READER …             libFuzzer, with its own arguments
@main enum ReaderFuzzing {
    /// The reader at work: what libFuzzer calls can hold nothing of its own.
    nonisolated(unsafe) private static var reader = FuzzedReader.all[0]

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            for reader in FuzzedReader.all { print(reader.name) }
            return
        }
        guard let reader = FuzzedReader.named(arguments[1]) else {
            FileHandle.standardError.write(Data("no reader is called \(arguments[1])\n".utf8))
            exit(64)
        }
        if arguments.count == 4, arguments[2] == "--prepare" { return try prepare(reader, in: arguments[3]) }
        Self.reader = reader
        // libFuzzer takes its program's name from the first argument, and would take the reader for a folder.
        let words = [arguments[0], "-max_len=\(reader.mostBytes)"] + arguments[2...]
        var count = Int32(words.count)
        var pointer = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() { pointer[index] = strdup(word) }
        pointer[words.count] = nil
        exit(
            runFuzzer(&count, &pointer) { start, count in
                do throws(BrokenPromise) {
                    try ReaderFuzzing.reader.read(UnsafeRawBufferPointer(start: start, count: count))
                } catch {
                    fatalError("\(error)")
                }
                return 0
            })
    }

    private static func prepare(_ reader: FuzzedReader, in folder: String) throws {
        let folder = URL(fileURLWithPath: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (index, example) in reader.examples().enumerated() {
            try Data(example).write(to: folder.appendingPathComponent("example-\(index)"))
        }
        try Data(reader.dictionary.utf8).write(to: URL(fileURLWithPath: folder.path + ".words"))
    }
}

/// libFuzzer's loop: it calls `test` with one input after the other until one crashes or the time is over.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
