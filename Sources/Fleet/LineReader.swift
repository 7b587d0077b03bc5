internal import Glibc

/// Splits what a descriptor delivers into lines.
package struct LineReader: ~Copyable {
    /// The longest line that is accepted; a worker's report is some hundred kilobytes at most.
    static var limitBytes: Int { 64 << 20 }

    package enum Event {
        case lines([ArraySlice<UInt8>])
        /// The end of the input. A line without its end is dropped.
        case end
        /// A line that is longer than the limit.
        case tooLong
    }

    let descriptor: Int32
    private var pending: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 65536)

    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads once, waiting if nothing is there yet, and returns the lines that are complete.
    package mutating func read() -> Event {
        let count = chunk.withUnsafeMutableBytes { buffer in
            var count: Int
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
            } while count < 0 && errno == EINTR
            return count
        }
        if count < 0, errno == EAGAIN { return .lines([]) }
        guard count > 0 else { return .end }
        guard let last = chunk[..<count].lastIndex(of: UInt8(ascii: "\n")) else {
            pending += chunk[..<count]
            return pending.count > Self.limitBytes ? .tooLong : .lines([])
        }
        let complete = pending + chunk[..<last]
        pending = Array(chunk[(last + 1)..<count])
        return .lines(complete.split(separator: UInt8(ascii: "\n")))
    }
}

/// Writes whole lines to a descriptor.
enum LineWriter {
    /// Writes the line and its end; false if the reader is gone.
    static func write(_ line: [UInt8], to descriptor: Int32) -> Bool {
        let bytes = line + [UInt8(ascii: "\n")]
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
