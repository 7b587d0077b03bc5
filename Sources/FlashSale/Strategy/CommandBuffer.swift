/// The bytes of one write, filled again and again.
package struct CommandBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    @inline(__always)
    mutating func reset() { bytes.removeAll(keepingCapacity: true) }

    @inline(__always)
    mutating func append(_ more: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: more) }

    /// Appends a decimal number.
    @inline(__always)
    mutating func append(decimal value: Int) {
        var magnitude = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let first = bytes.count
        repeat {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder))
            magnitude = quotient
        } while magnitude != 0
        var low = first
        var high = bytes.count - 1
        while low < high {
            bytes.swapAt(low, high)
            low += 1
            high -= 1
        }
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
        bytes.append(UInt8(ascii: "$"))
        append(decimal: count)
        appendLineEnd()
    }

    @inline(__always)
    mutating func appendLineEnd() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
