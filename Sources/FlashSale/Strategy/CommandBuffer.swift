/// The bytes of one write, filled again and again, in memory of its own.
struct CommandBuffer: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    private var count = 0

    init() { memory = .allocate(byteCount: 512, alignment: 1) }

    deinit { memory.deallocate() }

    /// What was appended since the last ``reset()``; valid until the next change.
    var written: UnsafeRawBufferPointer {
        @inline(__always) get { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
    }

    @inline(__always)
    mutating func reset() { count = 0 }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count + more > memory.count { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(memory.count * 2, count + more), alignment: 1)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (memory.baseAddress! + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    /// Appends a decimal number.
    @inline(__always)
    mutating func append(decimal value: Int) {
        let width = Self.width(of: value)
        reserve(width)
        var magnitude = value.magnitude
        var position = count + width
        if value < 0 { memory[count] = UInt8(ascii: "-") }
        repeat {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            position -= 1
            memory[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder)
            magnitude = quotient
        } while magnitude != 0
        count += width
    }

    /// The characters of a decimal number.
    @inline(__always)
    static func width(of value: Int) -> Int {
        var magnitude = value.magnitude
        var width = value < 0 ? 2 : 1
        while magnitude >= 10 {
            magnitude /= 10
            width += 1
        }
        return width
    }

    @inline(__always)
    mutating func appendBulkHead(count: Int) {
        append(UInt8(ascii: "$"))
        append(decimal: count)
        appendLineEnd()
    }

    @inline(__always)
    mutating func appendLineEnd() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }
}
