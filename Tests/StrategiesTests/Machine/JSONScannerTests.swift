import FlashSale
import Foundation
import Testing

@testable import Strategies

@Suite struct JSONScannerTests {
    private typealias Value = JSONScanner.Value

    /// The value at a place such as `.a[0].b`; an empty place is the text itself.
    private static func look<Found>(
        _ text: String, _ place: String, _ body: (borrowing JSONScanner, JSONScanner.Value) -> Found
    ) throws -> Found? {
        let path = try #require(JSONStep.path(place))
        return Array(text.utf8).withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.root() != nil else { return nil }
            for step in path {
                switch step {
                case .element(let position): guard scanner.enter(element: position) else { return nil }
                case .field(let name):
                    guard Array(name.utf8).withUnsafeBufferPointer({ scanner.enter(field: $0) }) else { return nil }
                }
            }
            return scanner.peek().map { body(scanner, $0) }
        }
    }

    @Test(
        "values that are no text",
        arguments: [
            ("5", "", .integer(5)), (" \n\t\r5 ", "", .integer(5)), ("-5", "", .integer(-5)), ("0", "", .integer(0)),
            ("-0", "", .integer(0)), ("1.0", "", .integer(1)), ("-0.0", "", .integer(0)), ("1e3", "", .integer(1000)),
            ("1E+3", "", .integer(1000)), ("25e-1", "", .otherNumber), ("20e-1", "", .integer(2)),
            ("1.5", "", .otherNumber), ("1e400", "", .otherNumber), ("-1e400", "", .otherNumber),
            ("1e-400", "", .integer(0)), ("9223372036854775807", "", .integer(Int.max)),
            ("-9223372036854775808", "", .integer(Int.min)), ("9223372036854775808", "", .otherNumber),
            ("9007199254740992.0", "", .integer(1 << 53)), ("9007199254740994.0", "", .otherNumber),
            ("true", "", .boolean(true)), ("false", "", .boolean(false)), ("null", "", .null), ("[]", "", .array),
            ("{}", "", .object), ("{\"a\":1}", ".a", .integer(1)), ("{ \"a\" : 1 }", ".a", .integer(1)),
            ("{\"a\":1,\"b\":2}", ".b", .integer(2)), ("{\"a\":\"}\",\"b\":2}", ".b", .integer(2)),
            ("{\"a\":\"\\\"\",\"b\":2}", ".b", .integer(2)), ("{\"a\":\"\\\\\",\"b\":2}", ".b", .integer(2)),
            ("{\"a\":{\"b\":1},\"b\":2}", ".b", .integer(2)), ("{\"a\":[1,{\"b\":1}],\"b\":2}", ".b", .integer(2)),
            ("{\"x\":true,\"y\":false,\"z\":null,\"w\":-1.5e-3,\"b\":2}", ".b", .integer(2)),
            ("{\"x\":[],\"y\":{},\"z\":[ ],\"w\":{ },\"b\":2}", ".b", .integer(2)),
            ("{\"a\":{\"b\":{\"c\":[]}}}", ".a.b.c", .array), ("[1,2,3]", "[2]", .integer(3)),
            ("[[1,[2]],[3,4]]", "[1][0]", .integer(3)), ("[[1,[2]],[3,4]]", "[0][1][0]", .integer(2)),
            ("[ { \"a\" : [ null ] } ]", "[0].a[0]", .null), ("{\"\\u0061b\":1}", ".ab", .integer(1)),
            ("{\"\\n\":0,\"n\":1}", ".n", .integer(1)), ("{\"售\":1}", ".售", .integer(1)),
            ("{\"\\ud83d\\ude00\":1}", ".😀", .integer(1)),
            // The first of two fields of one name.
            ("{\"a\":1,\"a\":2}", ".a", .integer(1)),
            // Names stand inside of their own object only.
            ("{\"a\":{\"b\":1}}", ".a.b", .integer(1)), ("{\"a\":[{\"b\":1}]}", ".a[0].b", .integer(1)),
        ] as [(String, String, JSONScanner.Value)])
    func values(text: String, place: String, expected: JSONScanner.Value) throws {
        #expect(try Self.look(text, place) { $1 } == expected)
    }

    @Test(
        "texts, with their escapes resolved",
        arguments: [
            (#""""#, "", ""), (#""a b""#, "", "a b"), (#""a\"b\\c\/d""#, "", "a\"b\\c/d"),
            (#""\b\f\n\r\t""#, "", "\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u552e""#, "", "Aé售"),
            (#""\ud83d\ude00""#, "", "😀"), (#""x\ud83d\ude00y""#, "", "x😀y"), (#""\uD83D\uDE00""#, "", "😀"),
            // Half a pair.
            (#""\ud83d""#, "", "\u{FFFD}"), (#""\ude00x""#, "", "\u{FFFD}x"),
            (#""\ud83dx\ude00""#, "", "\u{FFFD}x\u{FFFD}"),
            (#""\ud83d\n""#, "", "\u{FFFD}\n"), (#""售罄""#, "", "售罄"), (#"{"a":["x","y"]}"#, ".a[1]", "y"),
            (#""\u0000""#, "", "\0"),
            // No escapes of JSON, taken as they stand.
            (#""\q""#, "", "q"), (#""\u12""#, "", "u12"), (#""\u+123""#, "", "u+123"), (#""\u00g0""#, "", "u00g0"),
        ])
    func texts(text: String, place: String, expected: String) throws {
        let found = try Self.look(text, place) { scanner, value -> String? in
            guard case .text(let range, let hasEscapes) = value else { return nil }
            let written = UnsafeBufferPointer(rebasing: scanner.bytes[range])
            #expect(
                Array(expected.utf8).withUnsafeBufferPointer { scanner.text(range, hasEscapes: hasEscapes, equals: $0) }
            )
            return String(decoding: JSONScanner.unescaped(written), as: UTF8.self)
        }
        #expect(found == expected)
        #expect(JSONScanner.value(in: text, at: try #require(JSONStep.path(place)))?.text == expected)
    }

    @Test(
        "what is not there",
        arguments: [
            ("", ""), (" ", ""), ("x", ""), ("'a'", ""), ("\"a", ""), ("\"a\\\"", ""), ("\"", ""), ("\"\\", ""),
            ("tru", ""), ("nul", ""), ("True", ""), ("truest", ""), ("nullx", ""), ("-", ""), ("+5", ""), ("1.2.3", ""),
            ("--5", ""), ("e5", ""), ("1e", ""), (".5", ""), ("5.", ""), ("01", ""), ("-01", ""), ("5x", ""), ("]", ""),
            ("NaN", ""), ("Infinity", ""), ("-Infinity", ""), ("0x10", ""), ("1.e5", ""),
            ("{}", ".a"), ("[]", "[0]"), ("[ ]", "[0]"), ("[1]", "[1]"), ("[1,]", "[1]"), ("[,1]", "[0]"),
            ("[1 2]", "[1]"),
            ("{\"a\":1}", ".b"), ("{\"a\":1}", ".A"), ("{\"a\":1}", "[0]"), ("[1]", ".a"), ("{\"a\":}", ".a"),
            ("{\"a\" 1}", ".a"), ("{a:1}", ".a"), ("{'a':1}", ".a"), ("{\"a\":1 \"b\":2}", ".b"),
            ("{\"a\":x,\"b\":2}", ".b"),
            ("{\"x\":[1,\"b\":2}", ".b"), ("{\"x\":[1,],\"b\":2}", ".b"), ("{\"x\":{\"y\"},\"b\":2}", ".b"),
            ("{\"x\":{\"y\":},\"b\":2}", ".b"), ("{,\"b\":2}", ".b"), ("{\"x\":01,\"b\":2}", ".b"),
            ("{1:1,\"b\":2}", ".b"),
            ("{\"x\":{1:1},\"b\":2}", ".b"), ("{\"x\":truest,\"b\":2}", ".b"), ("{\"a\":5", ".b"), ("{\"a", ".a"),
            ("{\"a\":{\"b\":1}}", ".b"), ("[[1]]", "[1]"), ("\"{}\"", ".a"), ("5", ".a"), ("null", "[0]"),
            ("[1,2]", "[9223372036854775807]"),
        ])
    func nothing(text: String, place: String) throws {
        let isThere = try Self.look(text, place) { _, _ in true }
        #expect(isThere == nil)
    }

    @Test("nesting without end crashes nothing", arguments: ["[", "{\"a\":", "[{\"a\":", "\"", "\\"])
    func deep(sign: String) throws {
        let text = String(repeating: sign, count: 100_000)
        for text in [
            text, "{\"x\":" + text, "{\"x\":" + text + "1" + String(repeating: "]", count: 100_000) + ",\"b\":2}",
        ] {
            let isThere = try Self.look(text, ".b") { _, _ in true }
            #expect(isThere == nil)
        }
    }

    @Test("a field behind values that are nested as deep as people do, and behind more")
    func nested() throws {
        func text(_ depth: Int) -> String {
            "{\"x\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + ",\"b\":2}"
        }
        #expect(try Self.look(text(60), ".b") { $1 } == .integer(2))
        #expect(try Self.look(text(1000), ".b") { $1 } == nil)
    }

    @Test("it agrees with another reader about what is there")
    func agrees() throws {
        let text = #"{"a":{"b":[1,2.5,"x\ty",null,true]},"c":"\u00e9","d":-12,"e":[[],{}]}"#
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["d"] as? Int == JSONScanner.value(in: text, at: [.field("d")])?.integer)
        #expect(object["c"] as? String == JSONScanner.value(in: text, at: [.field("c")])?.text)
        let list = (object["a"] as? [String: Any])?["b"] as? [Any]
        #expect(
            list?[2] as? String
                == JSONScanner.value(in: text, at: [.field("a"), .field("b"), .element(2)])?.text)
    }

    @Test("100,000 random texts of random bytes trap nothing")
    func fuzz() {
        var generator = SplitMix64(seed: 20)
        let alphabet = Array("{{{[[[]]}}}\"\"\"\",,,::\\u0d8e-+.5127tfnrueals \n".utf8)
        let name = Array("a".utf8)
        for _ in 0..<100_000 {
            let isRaw = UInt8.random(in: 0..<4, using: &generator) == 0
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                isRaw
                    ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator)!
            }
            bytes.withUnsafeBufferPointer { bytes in
                var scanner = JSONScanner(bytes)
                var value = scanner.root()
                while let found = value {
                    switch found {
                    case .object:
                        value = name.withUnsafeBufferPointer { scanner.enter(field: $0) } ? scanner.peek() : nil
                    case .array:
                        let position = Int.random(in: 0...2, using: &generator)
                        value = scanner.enter(element: position) ? scanner.peek() : nil
                    case .text(let range, _):
                        _ = JSONScanner.unescaped(UnsafeBufferPointer(rebasing: bytes[range]))
                        value = nil
                    default: value = nil
                    }
                }
            }
        }
    }
}
