import FlashSale
import TestSupport
import Testing

@testable import Recordings

/// Every text has a number of its own, whatever it looks like and however it is kept.
struct TextIDsTests {
    /// The ids of texts that are looked up together.
    private func settled(_ texts: [String], _ ids: inout TextIDs) -> [Int] {
        let cells = texts.map { text in
            let cell = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
            cell.copyBytes(from: text.utf8)
            return UnsafeRawBufferPointer(cell)
        }
        defer { for cell in cells { cell.deallocate() } }
        var batch = TextBatch()
        var found: [Int] = []
        for start in stride(from: 0, to: cells.count, by: TextBatch.capacity) {
            let added = cells[start..<min(cells.count, start + TextBatch.capacity)].map { batch.add($0) }
            ids.settle(&batch)
            for id in added { found.append(batch.settled(id)) }
        }
        return found
    }

    private func uuid(_ number: Int) -> String {
        let digits = String(number &* 0x9E37_79B9 & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits + "-0000-4000-8000-00000000abcd"
    }

    /// With two bits of each hash, a quarter of all texts is looked for in one place and has one tag.
    @Test func textsWhoseHashesCollideStayApart() {
        let texts = (0..<900).map { number in
            switch number % 3 {
            case 0: uuid(number)
            case 1: "buyer-\(number)@example.org"
            default: String(repeating: "long-", count: 60) + "\(number)"
            }
        }
        var ids = TextIDs(hashMask: 0xC000_0000_0000_0000)
        let numbers = texts.map { ids.id($0) }
        #expect(numbers == (1...900).map { TextIDs.base + $0 })
        #expect(texts.map { ids.id($0) } == numbers && settled(texts, &ids) == numbers && ids.count == 900)
        var others = TextIDs(hashMask: 0xC000_0000_0000_0000)
        #expect(settled(texts + texts, &others) == numbers + numbers)
        #expect(numbers.map { others.text($0) } == texts)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 35, 36, 37, 252, 253, 254, 255, 256, 4096, 300_000])
    func textsThatDifferInTheirLastByteStayApart(_ length: Int) {
        let start = String(repeating: "x", count: length - 1)
        let texts = ["a", "b", "c", "-"].map { start + $0 }
        for hashMask in [UInt64.max, 0] {
            var ids = TextIDs(hashMask: hashMask)
            let wanted = (1...4).map { TextIDs.base + $0 }
            #expect(texts.map { ids.id($0) } == wanted && settled(texts, &ids) == wanted)
            #expect(wanted.map { ids.text($0) } == texts)
        }
    }

    /// What is only like a UUID is kept as it is; so is what differs from one in the case of a letter.
    @Test func aUUIDIsItsTextAndNoOther() {
        let uuid = "0f9a3c5e-1234-4abc-9def-0123456789ab"
        var texts = [uuid, "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"]
        for place in 0..<36 {
            for byte: Character in ["g", "o", "@", "`", ":", "/", "-", "A", "F", "_", "\u{10}", "\u{7F}"] {
                var characters = Array(uuid)
                guard characters[place] != byte else { continue }
                characters[place] = byte
                texts.append(String(characters))
            }
        }
        texts.append(uuid + "0")
        texts.append(String(uuid.dropLast()) + "é")
        for hashMask in [UInt64.max, 0xE000_0000_0000_0000] {
            var ids = TextIDs(hashMask: hashMask)
            #expect(settled(texts, &ids) == texts.indices.map { TextIDs.base + $0 + 1 })
            #expect(texts.indices.map { ids.text(TextIDs.base + $0 + 1) } == texts)
            #expect(texts.map { ids.id($0) } == texts.indices.map { TextIDs.base + $0 + 1 })
        }
    }

    /// Numbers and texts, new ones and known ones, more than once in one batch.
    @Test func manyAtOnceAreWhatOneByOneIs() {
        let texts = (0..<5000).map { number in
            switch number % 7 {
            case 0: "\(number + 1)"
            case 1: "0\(number % 100)"
            case 2: uuid(number / 50)
            case 3: "4503599627370496"
            default: "user-\(number % 1000)"
            }
        }
        var (one, many) = (TextIDs(), TextIDs())
        let ids = texts.map { one.id($0) }
        #expect(settled(texts, &many) == ids && one.count == many.count)
        #expect(ids.contains(1) && Set(ids).count > 1500)
    }

    /// Over the borders of what is kept together: short ones, and some that need more room than any block has.
    @Test func eachTextIsFoundByItsNumber() {
        var ids = TextIDs()
        let texts = (1...20_000).map { number in
            switch number % 5000 {
            case 17: String(repeating: "y", count: 262_000 + number) + "\(number)"
            case 18: String(repeating: "z", count: 262_130 - number % 9)
            default: number.isMultiple(of: 3) ? uuid(number) : "u\(number)" + String(repeating: "_", count: number % 70)
            }
        }
        let numbers = texts.map { ids.id($0) }
        for number in stride(from: 1, through: 20_000, by: 1) where number % 11 == 0 || number % 5000 < 80 {
            #expect(ids.text(numbers[number - 1]) == texts[number - 1])
        }
        #expect(ids.text(TextIDs.base) == nil && ids.text(TextIDs.base + ids.count + 1) == nil)
        #expect(ids.text(TextIDs.base + ids.count) == texts.last && ids.text(TextIDs.base + 1) == texts.first)
    }

    @Test func whoeverHasTooManyTextsIsTold() {
        var ids = TextIDs(hashMask: .max, store: TextStore(blockLimit: 2))
        for number in 0..<2 {
            _ = ids.id(String(repeating: "x", count: 200_000 + number))
            #expect(!ids.isFull)
        }
        _ = ids.id(String(repeating: "y", count: 200_000))
        #expect(ids.isFull)
    }

    /// Their bytes lie where those of the next row will.
    @Test func escapedTextsOfOneRowAreNotThoseOfTheNext() throws {
        let folder = try TestFolder("text-ids")
        var csv = "id,user,t_ns,c\n"
        var json = ""
        for number in 100..<400 {
            csv += "\"a\"\"\(number)\",\"b\"\"\(number % 7)\",5,ok\n"
            json += "{\"id\":\"a\\u0022\(number)\",\"user\":\"b\\u0022\(number % 7)\",\"t_ns\":5,\"c\":\"ok\"}\n"
        }
        for text in [csv, json] {
            let mapping = try LogMapping(
                from: nil, map: "attempt=id,buyer=user,invoked=t_ns,returned=t_ns,outcome=c", outcomes: "ok=won",
                filter: nil)
            let contents = try LogFile.read(try folder.file("log", text), mapping)
            let names = try #require(contents.log).ids
            let attempts = Array(contents.history)
            #expect(attempts.map { names.text($0.id) } == (100..<400).map { "a\"\($0)" })
            #expect(attempts.map { names.text($0.buyer) } == (100..<400).map { "b\"\($0 % 7)" })
        }
    }

    /// Words of every length beside those that differ from them in one byte, or only in their length.
    @Test func outcomesAreOfTheWholeCell() throws {
        var known = KnownOutcomes()
        func outcome(_ text: String) -> Outcome? { Array(text.utf8).withUnsafeBytes { known.outcome(of: $0) } }
        let letters = "abcdefghijklmnopqrstuvwxyz"
        for length in 0...26 {
            let word = String(letters.prefix(length))
            #expect(outcome(word) == nil)
            Array(word.utf8).withUnsafeBytes { known.note($0, length.isMultiple(of: 2) ? .won : .conflict) }
            for place in 0..<length {
                var other = Array(word)
                other[place] = "_"
                #expect(outcome(String(other)) == nil)
            }
        }
        for length in 0...26 {
            #expect(outcome(String(letters.prefix(length))) == (length.isMultiple(of: 2) ? .won : .conflict))
        }
        #expect(outcome("\u{0}") == nil && outcome("\u{0}a") == nil && outcome("a\u{0}") == nil)
    }
}
