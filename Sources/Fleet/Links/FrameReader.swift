internal import Glibc

/// Reads what a link delivers.
package struct FrameReader: ~Copyable {
    package enum Event {
        /// What is complete; afterwards see whether there is a damage.
        case events([FrameParser.Event])
        /// The end of the input. What was not complete is dropped.
        case end
    }

    let descriptor: Int32
    private(set) var parser: FrameParser
    private static var chunkBytes: Int { 65536 }

    package init(descriptor: Int32, mostNoise: Int = 0) {
        self.descriptor = descriptor
        parser = FrameParser(mostNoise: mostNoise)
    }

    /// Why nothing can be read any more, in words that follow "it".
    package var damage: String? { parser.damage }

    /// Reads once, waiting if nothing is there yet.
    package mutating func read() -> Event {
        // Of a thousand links each would keep its own otherwise.
        withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 16) { buffer in
            var count: Int
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
            } while count < 0 && errno == EINTR
            if count < 0, errno == EAGAIN { return .events([]) }
            guard count > 0 else { return .end }
            return .events(parser.take(buffer[..<count]))
        }
    }
}
