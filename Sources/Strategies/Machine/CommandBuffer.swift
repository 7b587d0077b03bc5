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

    /// How many bytes behind a literal may be read.
    static var literalPadding: Int { 64 }

    /// Appends bytes that ``literalPadding`` others follow in memory: short ones are copied without a call.
    @inline(__always)
    mutating func append(literal start: UnsafePointer<UInt8>, count length: Int) {
        typealias Block = SIMD16<UInt8>
        reserve(max(length, Self.literalPadding))
        let target = memory.baseAddress! + count
        let source = UnsafeRawPointer(start)
        if length <= Self.literalPadding {
            target.storeBytes(of: source.loadUnaligned(as: Block.self), as: Block.self)
            (target + 16).storeBytes(of: (source + 16).loadUnaligned(as: Block.self), as: Block.self)
            (target + 32).storeBytes(of: (source + 32).loadUnaligned(as: Block.self), as: Block.self)
            (target + 48).storeBytes(of: (source + 48).loadUnaligned(as: Block.self), as: Block.self)
        } else {
            target.copyMemory(from: source, byteCount: length)
        }
        count += length
    }

    /// Appends a decimal number.
    @inline(__always)
    mutating func append(decimal value: Int) {
        reserve(Self.roomForNumber)
        count += Self.write(value, to: memory.baseAddress! + count)
    }

    /// Appends a decimal number as a bulk string.
    @inline(__always)
    mutating func append(bulkDecimal value: Int) {
        reserve(Self.roomForNumber)
        let start = memory.baseAddress! + count
        // The number goes where it belongs if it has one digit for its length: `$`, the length, CR LF.
        var number = start + 4
        var width = Self.write(value, to: number)
        if width >= 10 {
            number += 1
            width = Self.write(value, to: number)
            (start + 1).storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: width / 10), as: UInt8.self)
        }
        start.storeBytes(of: UInt8(ascii: "$"), as: UInt8.self)
        (number - 3).storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: width % 10), as: UInt8.self)
        (number - 2).storeBytes(of: Self.lineEnd, as: UInt16.self)
        (number + width).storeBytes(of: Self.lineEnd, as: UInt16.self)
        count += number - start + width + 2
    }

    /// For a number with its length and line ends, and for what ``write(_:to:)`` needs beside it.
    private static var roomForNumber: Int { 80 }
    /// CR LF in memory.
    private static var lineEnd: UInt16 { UInt16(littleEndian: 0x0A0D) }
    /// The characters of `Int.min`.
    private static var longestNumber: Int { 20 }

    /// Every number of two digits, one after the other.
    private static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """
    }

    /// Writes a decimal number; returns how many characters it has. The memory behind it is written to as well, 48 bytes at
    /// most: digits come from the right, and are moved as words of a size that is known, without a call.
    @inline(__always)
    private static func write(_ value: Int, to start: UnsafeMutableRawPointer) -> Int {
        let end = start + 24 + longestNumber
        let pairs = Self.pairs.utf8Start
        var magnitude = value.magnitude
        var position = end
        while magnitude >= 10 {
            let quotient = magnitude / 100
            let pair = Int(truncatingIfNeeded: magnitude &- quotient &* 100)
            position -= 2
            position.storeBytes(
                of: UnsafeRawPointer(pairs + 2 * pair).loadUnaligned(as: UInt16.self), as: UInt16.self)
            magnitude = quotient
        }
        if magnitude > 0 || position == end {
            position -= 1
            position.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude), as: UInt8.self)
        }
        if value < 0 {
            position -= 1
            position.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        }
        let words = (
            position.loadUnaligned(as: UInt64.self), (position + 8).loadUnaligned(as: UInt64.self),
            (position + 16).loadUnaligned(as: UInt32.self)
        )
        start.storeBytes(of: words.0, as: UInt64.self)
        (start + 8).storeBytes(of: words.1, as: UInt64.self)
        (start + 16).storeBytes(of: words.2, as: UInt32.self)
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

/// The little of Redis's wire protocol that commands need.
package enum RESP {
    /// One argument.
    package static func bulk(_ bytes: [UInt8]) -> [UInt8] {
        Array("$\(bytes.count)\r\n".utf8) + bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// The last of whole commands.
    ///
    /// - Parameters:
    ///   - count: how many of them.
    ///   - later: how many others come behind.
    /// - Returns: nil where the bytes are not so many commands.
    package static func commands(of bytes: UnsafeRawBufferPointer, last count: Int, before later: Int) -> [UInt8]? {
        var starts: [Int] = []
        var position = 0
        /// The number of a line that begins with this character.
        func number(_ head: Character) -> Int? {
            guard position < bytes.count, bytes[position] == head.asciiValue,
                let end = bytes[position...].firstIndex(of: UInt8(ascii: "\r"))
            else { return nil }
            defer { position = end + 2 }
            return Int(String(decoding: bytes[position + 1..<end], as: UTF8.self))
        }
        while position < bytes.count {
            starts.append(position)
            guard let arguments = number("*") else { return nil }
            for _ in 0..<arguments {
                guard let length = number("$") else { return nil }
                position += length + 2
            }
        }
        guard position == bytes.count, starts.count >= count + later else { return nil }
        starts.append(position)
        return Array(bytes[starts[starts.count - 1 - later - count]..<starts[starts.count - 1 - later]])
    }

    /// A whole command.
    package static func command(_ arguments: [String]) -> [UInt8] {
        arguments.reduce(into: Array("*\(arguments.count)\r\n".utf8)) { $0 += bulk(Array($1.utf8)) }
    }
}
