internal import Glibc

/// Bytes that came and have to go on, oldest first, in one piece of memory.
struct ByteQueue: ~Copyable {
    /// Room that is kept while nothing is in it, so that thousands of idle connections cost little.
    private static var smallest: Int { 4096 }

    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private(set) var count = 0

    init() {}

    deinit { free(memory) }

    /// The bytes from a place on; valid until the next change.
    func bytes(from place: Int = 0) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: memory.map { UnsafeRawPointer($0) + start + place }, count: count - place)
    }

    /// Room behind the last byte, at least for so many; ``added(_:)`` says how many were written there.
    mutating func room(atLeast wanted: Int) -> UnsafeMutableRawBufferPointer {
        if capacity - start - count < wanted {
            if start > 0, capacity - count >= wanted, count <= start {
                memory?.copyMemory(from: memory! + start, byteCount: count)
                start = 0
            } else {
                grow(to: count + wanted)
            }
        }
        return UnsafeMutableRawBufferPointer(start: memory! + start + count, count: capacity - start - count)
    }

    private mutating func grow(to wanted: Int) {
        var size = max(capacity, Self.smallest)
        while size < wanted { size *= 2 }
        let larger = malloc(size)!
        if let memory { larger.copyMemory(from: memory + start, byteCount: count) }
        free(memory)
        memory = larger
        capacity = size
        start = 0
    }

    mutating func added(_ more: Int) { count += more }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        room(atLeast: bytes.count).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func append(_ byte: UInt8) {
        room(atLeast: 1)[0] = byte
        count += 1
    }

    /// Forgets so many of the oldest.
    mutating func consume(_ fewer: Int) {
        start += fewer
        count -= fewer
        guard count == 0 else { return }
        start = 0
        // What one large value needed is not kept for the next small ones.
        if capacity > 16 * Self.smallest {
            free(memory)
            memory = nil
            capacity = 0
        }
    }

    /// Forgets the newest, so that so many are left.
    mutating func truncate(to left: Int) { count = left }

    /// Forgets those between two places.
    mutating func remove(from first: Int, to last: Int) {
        memmove(memory! + start + first, memory! + start + last, count - last)
        count -= last - first
    }

    /// Puts fewer bytes, or as many, in the place of the first `old` ones.
    mutating func replaceFirst(_ old: Int, with bytes: [UInt8]) {
        start += old - bytes.count
        count -= old - bytes.count
        bytes.withUnsafeBytes { (memory! + start).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    }
}
