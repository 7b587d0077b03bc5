internal import FlashSale
internal import Glibc

/// Numbers for ids that may be any text. Equal texts have one number.
///
/// Small whole numbers stand for themselves, so that reports show what the file says; other texts are numbered from
/// ``base`` on, which every program that knows only doubles reads alike. An open hash table of 8 bytes a slot finds them (linear
/// probing, at most 3/4 full).
package struct TextIDs: Sendable {
    /// Below it, a number is its own id.
    package static let base = 1 << 52

    private var store: TextStore
    /// The upper half of a text's hash above its place in `store`; 0 where none is. The upper bits of the hash say where it is
    /// looked for first, so that a larger table is filled from one end to the other, and needs no look at the texts.
    private var slots: [UInt64]
    /// `slots.count` is 2 to the power of this.
    private var bits = 10
    /// Which bits of a hash are looked at.
    private let hashMask: UInt64

    package init() { self.init(hashMask: .max) }

    /// - Parameter hashMask: fewer bits than all only to see what happens when hashes collide.
    init(hashMask: UInt64, store: TextStore = TextStore()) {
        self.hashMask = hashMask
        self.store = store
        slots = [UInt64](repeating: 0, count: 1 << bits)
    }

    /// How many texts were numbered.
    package var count: Int { store.count }

    /// Whether no more texts can be kept.
    var isFull: Bool { store.isFull }

    static func tooLong(_ path: String) -> RunError {
        RunError(.usage, "\(path): all ids that are texts may have 15 GiB, and these have more; split the history")
    }

    /// The id that a cell stands for.
    ///
    /// - Parameter cell: not empty.
    package mutating func id(_ cell: UnsafeRawBufferPointer) -> Int {
        if let number = Self.number(cell) { return number }
        if 4 * (count + 1) > 3 * slots.count { grow() }
        return id(of: TextKey(cell))
    }

    package mutating func id(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { id(UnsafeRawBufferPointer($0)) }
    }

    /// The number that a cell is, without leading zeros; nil where it is another text.
    @inline(__always)
    static func number(_ cell: UnsafeRawBufferPointer) -> Int? {
        guard cell.count <= 16, cell[0] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in cell {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value < base ? value : nil
    }

    // MARK: Texts

    /// Finds the ids of all texts of a batch, in the order in which they were added.
    mutating func settle(_ batch: inout TextBatch) {
        while 4 * (count + batch.count) > 3 * slots.count { grow() }
        // Nothing here waits for anything else, so that the processor asks memory for all of it at once.
        for index in 0..<batch.count { batch.settle(index, as: Int(truncatingIfNeeded: slots[first(batch[index])])) }
        for index in 0..<batch.count {
            let slot = UInt64(bitPattern: Int64(batch.settled(-1 - index)))
            guard slot != 0, slot >> 32 == tag(batch[index]) else { continue }
            batch.settle(index, as: store.number(at: TextStore.Place(truncatingIfNeeded: slot)))
        }
        for index in 0..<batch.count { batch.settle(index, as: id(of: batch[index])) }
        batch.clear()
    }

    @inline(__always)
    private func tag(_ key: TextKey) -> UInt64 { (key.hash & hashMask) >> 32 }

    /// The slot in which a text is looked for first.
    @inline(__always)
    private func first(_ key: TextKey) -> Int { Int(truncatingIfNeeded: tag(key) >> UInt64(32 - bits)) }

    /// There has to be a free slot.
    @inline(__always)
    private mutating func id(of key: TextKey) -> Int {
        let tag = tag(key)
        let mask = slots.count - 1
        var index = first(key)
        while true {
            let slot = slots[index]
            if slot == 0 { break }
            let place = TextStore.Place(truncatingIfNeeded: slot)
            if slot >> 32 == tag, store.isText(key, at: place) { return Self.base + store.number(at: place) }
            index = (index + 1) & mask
        }
        slots[index] = tag << 32 | UInt64(store.append(key))
        return Self.base + count
    }

    private mutating func grow() {
        bits += 1
        let size = 1 << bits
        let mask = size - 1
        let bits = bits
        let old = slots
        slots = [UInt64](unsafeUninitializedCapacity: size) { larger, filled in
            Self.advise(UnsafeMutableRawBufferPointer(larger))
            larger.initialize(repeating: 0)
            for slot in old where slot != 0 {
                var index = Int(truncatingIfNeeded: slot >> UInt64(64 - bits))
                while larger[index] != 0 { index = (index + 1) & mask }
                larger[index] = slot
            }
            filled = size
        }
    }

    /// Few large pages, where the kernel has them: a look-up then waits once, for the slot, and not for its page too.
    private static func advise(_ bytes: UnsafeMutableRawBufferPointer) {
        let page = 1 << 21
        guard bytes.count >= 2 * page, let start = bytes.baseAddress else { return }
        let skipped = (page - Int(bitPattern: start) % page) % page
        madvise(start + skipped, (bytes.count - skipped) / page * page, MADV_HUGEPAGE)
    }

    // MARK: What people read

    /// The text that an id stands for; nil for a number that stands for itself.
    package func text(_ id: Int) -> String? {
        guard id > Self.base, id - Self.base <= count else { return nil }
        return store.text(id - Self.base)
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
