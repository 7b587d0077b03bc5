import Recordings
import Strategies
import Testing

@testable import FuzzedReaders

/// What `scripts/fuzz` feeds, without a fuzzer: the inputs that once broke a reader, examples, and examples that are damaged
/// a little, always in the same way.
struct FuzzedReaderTests {
    @Test("no input of the corpus breaks its reader", arguments: FuzzedReader.all.map(\.name))
    func corpus(_ name: String) throws {
        let reader = try #require(FuzzedReader.named(name))
        for (file, bytes) in Repository.corpus(of: name) {
            #expect(throws: Never.self, "\(file)") { try bytes.withUnsafeBytes { try reader.read($0) } }
        }
    }

    @Test("no example breaks its reader, nor one that is damaged", arguments: FuzzedReader.all.map(\.name))
    func examples(_ name: String) throws {
        let reader = try #require(FuzzedReader.named(name))
        let examples = reader.examples()
        #expect(!examples.isEmpty)
        for example in examples {
            #expect(throws: Never.self) { try example.withUnsafeBytes { try reader.read($0) } }
        }
        var random = RandomBytes(state: 17)
        for _ in 0..<200 {
            let damaged = random.damaged(examples[random.below(examples.count)], reader.words)
            #expect(throws: Never.self, "\(damaged)") { try damaged.withUnsafeBytes { try reader.read($0) } }
        }
    }

    @Test("every folder of the corpus belongs to a reader")
    func noStrayCorpus() {
        #expect(Set(Repository.corpusFolders).subtracting(FuzzedReader.all.map(\.name)) == [])
    }

    @Test("each place of a strategy file takes a text that belongs there")
    func places() {
        let texts = [
            "GET {stock}", ">= 0", "left > 0", "reply[0]", "{reply - 1}", "user:{buyer}", "{sale}:s", "1ms..20ms",
            "0..9",
            "SET {stock} 1", "5s", "{units}", "POST /items/7/buy?n={quantity}", "status == 200", "json.left",
        ]
        let files = texts.map { FuzzedReader.files(with: $0) }
        let refused = files[0].indices.filter { place in
            !files.contains { (try? StrategyFile.parse($0[place], file: "part.yaml")) != nil }
        }
        #expect(refused == [])
    }

    @Test("fuzzing of logs starts from logs that can be read")
    func logs() throws {
        for (kind, text) in FuzzedReader.logExamples where kind < FuzzedReader.logMappings.count {
            let mapping = try LogMapping(FuzzedReader.logMappings[kind])
            let log = text.prefix { $0 != "\u{1E}" }
            let read = try Array(log.utf8).withUnsafeBytes { try FuzzedReader.read(log: $0, mapping, cut: nil) }
            #expect(!read.attempts.isEmpty, "\(read.problem ?? "no row") of \(log)")
        }
    }

    @Test("every sale of a service or a program that is fuzzed can be read")
    func sales() {
        for text in FuzzedReader.salesOfServices {
            #expect(throws: Never.self) {
                try StrategyFile.parse(String(decoding: text, as: UTF8.self), file: "example.yaml")
            }
        }
        #expect(FuzzedReader.salesOfServices.count > 10)
    }

    @Test("a promise that is not kept is told")
    func promises() {
        let error = #expect(throws: BrokenPromise.self) {
            try FuzzedReader.brokenOnPurpose.read(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        #expect(error?.description == "this never holds")
    }

    /// Xorshift, the same on every machine.
    private struct RandomBytes {
        var state: UInt64

        mutating func below(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(1, limit)))
        }

        mutating func damaged(_ example: [UInt8], _ words: [String]) -> [UInt8] {
            var bytes = example
            for _ in 0...below(3) {
                let place = below(bytes.count + 1)
                switch below(5) {
                case 0: bytes = Array(bytes[..<place])
                case 1 where place < bytes.count: bytes[place] = UInt8(below(256))
                case 2 where place < bytes.count: bytes.remove(at: place)
                case 3 where !words.isEmpty: bytes.insert(contentsOf: words[below(words.count)].utf8, at: place)
                default:
                    let end = min(bytes.count, place + below(40))
                    bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
                }
            }
            return bytes
        }
    }
}
