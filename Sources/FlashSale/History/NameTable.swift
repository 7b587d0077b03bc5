/// Names, each once, with a number for each in the order in which they came. Names are equal if their numbers are.
///
/// All bytes lie one behind the other, and an open hash table finds them (linear probing, at most half full), so that a
/// million names take no allocation each.
package struct NameTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each name ends in `bytes`.
    private var ends: [Int] = []
    /// One more than the number of the name that is there; 0 where none is.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 16)
    /// Names come from servers and files, which shall not choose where they collide.
    private static let seed = UInt64.random(in: 0...(.max))

    package init() {}

    /// How many different names there are.
    package var count: Int { ends.count }

    /// The number of a name, which is taken in if it is new.
    package mutating func number(of name: UnsafeRawBufferPointer) -> Int {
        if 2 * (count + 1) > slots.count { grow() }
        let slot = slot(of: name)
        if slots[slot] > 0 { return Int(slots[slot]) - 1 }
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        slots[slot] = UInt32(count)
        return count - 1
    }

    package mutating func number(of name: String) -> Int {
        var name = name
        return name.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
    }

    /// The number of a name that is known, or nil.
    package func known(_ name: String) -> Int? {
        var name = name
        return name.withUTF8 {
            let number = slots[slot(of: UnsafeRawBufferPointer($0))]
            return number > 0 ? Int(number) - 1 : nil
        }
    }

    /// The bytes of a name, as they came.
    func bytes(of number: Int) -> ArraySlice<UInt8> { bytes[range(number)] }

    package func name(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    /// Where the name is, or would go.
    private func slot(of name: UnsafeRawBufferPointer) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Wyhash.hash(name, seed: Self.seed)) & mask
        while slots[slot] > 0, !bytes[range(Int(slots[slot]) - 1)].elementsEqual(name) { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        bytes.withUnsafeBytes { all in
            for number in 0..<count {
                slots[slot(of: UnsafeRawBufferPointer(rebasing: all[range(number)]))] = UInt32(number + 1)
            }
        }
    }
}
