internal import Glibc

/// Collects what a pipe delivers, and gives it out by lines.
struct LineBuffer: ~Copyable {
    /// The most bytes that a line may have.
    static var limit: Int { 1 << 20 }
    /// Bytes that are read at a time.
    private static var chunk: Int { 64 << 10 }

    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * LineBuffer.chunk, alignment: 1)
    private var start = 0
    private var end = 0
    /// Up to where no line end was found.
    private var searched = 0

    deinit { memory.deallocate() }

    enum Reading {
        case some, nothingNow, ended
    }

    /// Reads once.
    mutating func read(from descriptor: Int32) -> Reading {
        if start == end { (start, end, searched) = (0, 0, 0) }
        if memory.count - end < Self.chunk { makeRoom() }
        let count = Glibc.read(descriptor, memory.baseAddress! + end, memory.count - end)
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothingNow }
        guard count > 0 else { return .ended }
        end += count
        return .some
    }

    private mutating func makeRoom() {
        let count = end - start
        if start > 0, memory.count - count >= Self.chunk {
            memory.baseAddress!.copyMemory(from: memory.baseAddress! + start, byteCount: count)
        } else {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * memory.count, alignment: 1)
            larger.baseAddress!.copyMemory(from: memory.baseAddress! + start, byteCount: count)
            memory.deallocate()
            memory = larger
        }
        searched -= start
        (start, end) = (0, count)
    }

    /// The next whole line, without its end; valid until the next ``read(from:)``. Nil where there is none.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard searched < end, let place = memchr(memory.baseAddress! + searched, 10, end - searched) else {
            searched = end
            return nil
        }
        let lineEnd = UnsafeRawPointer(place) - UnsafeRawPointer(memory.baseAddress!)
        let line = UnsafeRawBufferPointer(rebasing: memory[start..<lineEnd])
        start = lineEnd + 1
        searched = start
        return line
    }

    /// Forgets what stands behind the last line end.
    mutating func dropRest() { (start, end, searched) = (0, 0, 0) }

    /// What stands behind the last line end; valid until the next ``read(from:)``.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }
}

extension UnsafeRawBufferPointer {
    /// Without blanks and line ends at its end.
    var trimmed: UnsafeRawBufferPointer {
        var count = count
        while count > 0, Self.isBlank(self[count - 1]) { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[..<count])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}

/// How much a program may say at once.
package enum LineLimit {
    /// The most bytes of one line.
    package static var bytes: Int { LineBuffer.limit }
}
