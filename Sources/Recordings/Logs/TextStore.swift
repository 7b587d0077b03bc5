internal import Glibc

/// Texts one behind the other, each with its number, in blocks that never move: ten million take no allocation each, and more
/// of them copy none.
///
/// A text takes a multiple of 4 bytes: its number from 1 (4 bytes), its kind or length (1), and what it says. The 4 bytes behind
/// the last text of a block are zero, unless the block ends there.
struct TextStore: Sendable {
    /// Where a text is: its block in the upper half, the word in it in the lower one. Never 0.
    typealias Place = UInt32

    private static let wordSize = MemoryLayout<UInt32>.size
    /// 256 KiB. A text that is longer has a longer block of its own.
    private static let blockWords = 1 << 16
    /// One in so many texts is found by its number at once, the others from there on.
    private static let stride = 64
    private static let longestShort = 253
    private static let uuid: UInt8 = 254
    private static let long: UInt8 = 255

    private var blocks: [[UInt32]] = []
    /// Words of the last block; from 1, so that no place is 0.
    private var used = 1
    /// Of the texts 0, ``stride``, and so on.
    private var marks: [Place] = []
    private(set) var count = 0

    /// Whether there is no room for what a piece of a file can bring: 16 GiB are the most.
    var isFull: Bool { blocks.count > blockLimit }

    /// Blocks, of the 65536 that places can tell apart.
    private let blockLimit: Int

    /// - Parameter blockLimit: fewer only to see what happens then.
    init(blockLimit: Int = 64000) { self.blockLimit = blockLimit }

    /// - Returns: the place of the new text, whose number is now ``count``.
    mutating func append(_ key: TextKey) -> Place {
        let length = key.cell.count
        let bytes = if key.uuid != nil { 24 } else if length <= Self.longestShort { 5 + length } else { 16 + length }
        let words = (bytes + Self.wordSize - 1) / Self.wordSize
        if blocks.isEmpty || used + words > Self.blockWords {
            used = blocks.isEmpty ? 1 : 0
            precondition(blocks.count < 1 << 16, "places of texts have 16 bits for their block")
            blocks.append([UInt32](repeating: 0, count: max(Self.blockWords, used + words)))
        }
        count += 1
        let number = UInt32(count)
        let offset = used * Self.wordSize
        blocks[blocks.count - 1].withUnsafeMutableBytes { block in
            let text = block.baseAddress.unsafelyUnwrapped + offset
            text.storeBytes(of: number, as: UInt32.self)
            if let uuid = key.uuid {
                text.storeBytes(of: Self.uuid, toByteOffset: 4, as: UInt8.self)
                text.storeBytes(of: uuid.first, toByteOffset: 8, as: UInt64.self)
                text.storeBytes(of: uuid.second, toByteOffset: 16, as: UInt64.self)
            } else if length <= Self.longestShort {
                text.storeBytes(of: UInt8(length), toByteOffset: 4, as: UInt8.self)
                memcpy(text + 5, key.cell.baseAddress.unsafelyUnwrapped, length)
            } else {
                text.storeBytes(of: Self.long, toByteOffset: 4, as: UInt8.self)
                text.storeBytes(of: UInt64(length), toByteOffset: 8, as: UInt64.self)
                memcpy(text + 16, key.cell.baseAddress.unsafelyUnwrapped, length)
            }
        }
        let place = Place(blocks.count - 1) << 16 | Place(used)
        if (count - 1).isMultiple(of: Self.stride) { marks.append(place) }
        used += words
        return place
    }

    @inline(__always)
    private func with<Result>(_ place: Place, _ body: (_ text: UnsafeRawPointer) -> Result) -> Result {
        blocks[Int(place >> 16)].withUnsafeBytes { block in
            body(block.baseAddress.unsafelyUnwrapped + Int(place & 0xFFFF) * Self.wordSize)
        }
    }

    /// The number of the text at a place, from 1.
    @inline(__always)
    func number(at place: Place) -> Int { with(place) { Int($0.load(as: UInt32.self)) } }

    /// Whether the text at a place is the one that is looked up.
    @inline(__always)
    func isText(_ key: TextKey, at place: Place) -> Bool {
        with(place) { text in
            let kind = text.load(fromByteOffset: 4, as: UInt8.self)
            if let uuid = key.uuid { return kind == Self.uuid && Self.uuid(text) == uuid }
            let length = key.cell.count
            let bytes = key.cell.baseAddress.unsafelyUnwrapped
            if length <= Self.longestShort {
                return kind == UInt8(length) && memcmp(text + 5, bytes, length) == 0
            }
            return kind == Self.long && Self.longLength(text) == length && memcmp(text + 16, bytes, length) == 0
        }
    }

    @inline(__always)
    private static func uuid(_ text: UnsafeRawPointer) -> PackedUUID {
        PackedUUID(
            first: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            second: text.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    }

    private static func longLength(_ text: UnsafeRawPointer) -> Int {
        Int(text.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    // MARK: By number

    /// - Parameter number: from 1 to ``count``.
    func text(_ number: Int) -> String {
        let mark = (number - 1) / Self.stride
        var place = marks[mark]
        for _ in mark * Self.stride + 1..<number { place = next(place) }
        return with(place) { text in
            switch text.load(fromByteOffset: 4, as: UInt8.self) {
            case Self.uuid: Self.uuid(text).text
            case Self.long: Self.string(text + 16, Self.longLength(text))
            case let length: Self.string(text + 5, Int(length))
            }
        }
    }

    private static func string(_ start: UnsafeRawPointer, _ length: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// Where the text behind another is.
    private func next(_ place: Place) -> Place {
        let bytes = with(place) { text in
            switch text.load(fromByteOffset: 4, as: UInt8.self) {
            case Self.uuid: 24
            case Self.long: 16 + Self.longLength(text)
            case let length: 5 + Int(length)
            }
        }
        let block = blocks[Int(place >> 16)]
        let word = Int(place & 0xFFFF) + (bytes + Self.wordSize - 1) / Self.wordSize
        return word < block.count && block[word] != 0 ? place & 0xFFFF_0000 | Place(word) : (place >> 16 + 1) << 16
    }
}
