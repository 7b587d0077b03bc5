/// A sink that keeps everything, for tests and for what goes to standard output.
package struct MemorySink: ByteSink {
    package internal(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// The bytes as UTF-8.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
