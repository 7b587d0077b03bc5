internal import FlashSale

/// The names of the units that one attempt was sold, as ``UnitNameList`` has them, in memory of its own: filled again and
/// again, it takes nothing from the heap.
struct UnitBuffer: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private var count = 0
    /// Where the name that is being written starts, its length before it.
    private var start = 0
    private var isBroken = false
    private(set) var names = 0

    /// - Parameter units: that an attempt may want; 0 where the strategy names none.
    init(units: Int) {
        let room = min(NamesFile.largestList, min(units, NamesFile.largestList) * (UnitText.nameLimit + 1))
        memory = .allocate(byteCount: units == 0 ? 0 : room, alignment: 1)
    }

    deinit { memory.deallocate() }

    /// Valid until the next change.
    var list: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func reset() {
        count = 0
        names = 0
    }

    mutating func begin() {
        start = count
        isBroken = memory.count - count < 2
        count += 1
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isBroken, let source = bytes.baseAddress else { return }
        guard memory.count - count >= bytes.count, count - start - 1 + bytes.count <= UnitText.nameLimit else {
            isBroken = true
            return
        }
        (memory.baseAddress! + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Appends a decimal number.
    mutating func append(decimal value: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = digits.count
            var magnitude = value.magnitude
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if value < 0 {
                first -= 1
                digits[first] = UInt8(ascii: "-")
            }
            append(UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Ends a name.
    ///
    /// - Returns: false if it is empty, too long, or no text in UTF-8. The list is of no use then.
    mutating func end() -> Bool {
        let length = count - start - 1
        guard !isBroken, length > 0 else { return false }
        let name = UnsafeRawBufferPointer(rebasing: memory[start + 1..<count])
        guard name.allSatisfy({ $0 < 0x80 }) || String(validating: name, as: UTF8.self) != nil else { return false }
        memory[start] = UInt8(length)
        names += 1
        return true
    }
}
