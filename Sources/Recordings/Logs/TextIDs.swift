internal import FlashSale

/// Numbers for ids that may be any text. Equal texts have one number.
///
/// Small whole numbers stand for themselves, so that reports show what the file says; other texts are numbered from
/// ``base`` on, which every program that knows only doubles reads alike. All texts lie one behind the other, and an open hash
/// table of 8 bytes a slot finds them (linear probing, at most 3/4 full): ten million take no allocation each.
package struct TextIDs: Sendable {
    /// Below it, a number is its own id.
    package static let base = 1 << 52

    private var bytes: [UInt8] = []
    /// Where each text ends in `bytes`.
    private var ends: [Int] = []
    /// Of each text, so that a larger table needs no second look at it.
    private var hashes: [UInt64] = []
    /// Half of the hash above one more than the text's number; 0 where none is.
    private var slots = [UInt64](repeating: 0, count: 1024)
    /// Ids come from files, which shall not choose where they collide.
    private static let seed = UInt64.random(in: 0...(.max))

    package init() {}

    /// How many texts were numbered.
    package var count: Int { ends.count }

    /// The id that a cell stands for.
    ///
    /// - Parameter cell: not empty.
    @inline(__always)
    package mutating func id(_ cell: UnsafeRawBufferPointer) -> Int { Self.number(cell) ?? textID(cell) }

    package mutating func id(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { id(UnsafeRawBufferPointer($0)) }
    }

    /// The number that a cell is, without leading zeros; nil where it is another text.
    @inline(__always)
    private static func number(_ cell: UnsafeRawBufferPointer) -> Int? {
        guard cell.count <= 16, cell[0] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in cell {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value < base ? value : nil
    }

    private mutating func textID(_ cell: UnsafeRawBufferPointer) -> Int {
        if 4 * (count + 1) > 3 * slots.count { grow() }
        let hash = Wyhash.hash(cell, seed: Self.seed)
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot == 0 { break }
            if slot >> 32 == hash >> 32 {
                let number = Int(slot & 0xFFFF_FFFF) - 1
                if isText(number, cell) { return Self.base + number + 1 }
            }
            place = (place + 1) & mask
        }
        bytes.append(contentsOf: cell)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[place] = (hash >> 32) << 32 | UInt64(count)
        return Self.base + count
    }

    @inline(__always)
    private func isText(_ number: Int, _ cell: UnsafeRawBufferPointer) -> Bool {
        let range = range(number)
        guard range.count == cell.count else { return false }
        return bytes.withUnsafeBytes { all in
            UnsafeRawBufferPointer(rebasing: all[range]).elementsEqual(cell)
        }
    }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for (number, hash) in hashes.enumerated() {
            var place = Int(truncatingIfNeeded: hash) & mask
            while larger[place] != 0 { place = (place + 1) & mask }
            larger[place] = (hash >> 32) << 32 | UInt64(number + 1)
        }
        slots = larger
    }

    // MARK: What people read

    /// The text that an id stands for; nil for a number that stands for itself.
    package func text(_ id: Int) -> String? {
        guard id > Self.base, id - Self.base <= count else { return nil }
        return String(decoding: bytes[range(id - Self.base - 1)], as: UTF8.self)
    }

    /// The sentence with each text in place of its number.
    package func named(_ sentence: String) -> String {
        guard count > 0 else { return sentence }
        var result = ""
        var digits = ""
        func flush(_ digits: String) -> String {
            guard digits.count == 16, let id = Int(digits), let text = text(id) else { return digits }
            return UnitText.shown(text)
        }
        for character in sentence {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            if !digits.isEmpty {
                result += flush(digits)
                digits = ""
            }
            result.append(character)
        }
        return result + flush(digits)
    }
}
