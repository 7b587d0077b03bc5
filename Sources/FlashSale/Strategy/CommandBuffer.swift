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
        reserve(Self.longestNumber)
        let start = memory.baseAddress! + count
        let width = Self.write(value, endingAt: start + Self.longestNumber)
        start.copyMemory(from: start + Self.longestNumber - width, byteCount: width)
        count += width
    }

    /// Appends a decimal number as a bulk string.
    @inline(__always)
    mutating func append(bulkDecimal value: Int) {
        // `$` and two digits at most, CR LF, the number, CR LF.
        reserve(5 + Self.longestNumber + 2)
        let start = memory.baseAddress! + count
        let end = start + 5 + Self.longestNumber
        let width = Self.write(value, endingAt: end)
        var head = start
        head.storeBytes(of: UInt8(ascii: "$"), as: UInt8.self)
        head += 1
        if width >= 10 {
            head.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: width / 10), as: UInt8.self)
            head += 1
        }
        head.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: width % 10), as: UInt8.self)
        (head + 1).storeBytes(of: Self.lineEnd, as: UInt16.self)
        head += 3
        head.copyMemory(from: end - width, byteCount: width)
        (head + width).storeBytes(of: Self.lineEnd, as: UInt16.self)
        count += head - start + width + 2
    }

    /// The characters of `Int.min`.
    private static var longestNumber: Int { 20 }
    /// CR LF in memory.
    private static var lineEnd: UInt16 { UInt16(littleEndian: 0x0A0D) }

    /// Writes a decimal number so that it ends before `end`; returns how many characters it has.
    @inline(__always)
    private static func write(_ value: Int, endingAt end: UnsafeMutableRawPointer) -> Int {
        var magnitude = value.magnitude
        var position = end
        repeat {
            let quotient = magnitude / 10
            position -= 1
            position.storeBytes(
                of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude &- quotient &* 10), as: UInt8.self)
            magnitude = quotient
        } while magnitude != 0
        if value < 0 {
            position -= 1
            position.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        }
        return end - position
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
