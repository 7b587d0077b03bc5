import FlashSale
import Foundation
import SwiftOverlayShims
import Testing

@testable import Strategies

@Suite struct LuaLexerTests {
    @Test(
        "what text is cut into",
        arguments: [
            ("", []),
            ("local a_1 = b", ["local", "a_1", "=", "b"]),
            ("a==b~=c<=d>=e<f>g=h", ["a", "==", "b", "~=", "c", "<=", "d", ">=", "e", "<", "f", ">", "g", "=", "h"]),
            ("a..b...c.d:e", ["a", "..", "b", "...", "c", ".", "d", ":", "e"]),
            ("1 0x1F 1.5 .5 5. 1e-3 3E+2", ["1", "0x1F", "1.5", ".5", "5.", "1e-3", "3E+2"]),
            ("-1-2", ["-", "1", "-", "2"]),
            ("f'x'[1]", ["f", "'x", "[", "1", "]"]),
            (#""a\n\65\"\\b" 'it\'s'"#, ["'a\nA\"\\b", "'it's"]),
            ("[[a\n]b]] [==[\nc]]d]=]]==]", ["'a\n]b", "'c]]d]=]"]),
            ("a --[[ b\nc ]] d -- e\nf --[=[ ]] ]=] g --[= h", ["a", "d", "f", "g"]),
            ("a[b[1]]", ["a", "[", "b", "[", "1", "]", "]"]),
            ("#!lua name=shop\nreturn #t", ["return", "#", "t"]),
        ])
    func cuts(text: String, words: [String]) {
        #expect(LuaLexer.tokens(of: text).map { $0.kind == .string ? "'" + $0.text : $0.text } == words)
    }

    @Test(
        "what cannot be read is a symbol",
        arguments: [
            ("'abc", ["'abc"]), ("\"a\nb", ["\"a", "b"]), ("[[a\nb", ["[[a\nb"]), ("--[[ a", ["--[[ a"]),
            ("3x", ["3x"]),
            ("0x", ["0x"]), ("1..2", ["1..2"]), ("é", ["é"]), ("a，b", ["a", "，", "b"]), ("'\\", ["'\\"]), ("@", ["@"]),
        ])
    func unreadable(text: String, words: [String]) {
        let tokens = LuaLexer.tokens(of: text)
        #expect(tokens.map(\.text) == words)
        #expect(tokens.contains { $0.kind == .symbol })
    }

    @Test("tokens know their lines, however these end")
    func lines() {
        let text = "#!lua\na\r\nb\rc\n\rd --[[\n\n]] e [[\n]] f 'x\\\ny' g"
        #expect(
            LuaLexer.tokens(of: text).map { "\($0.line)" } == ["2", "3", "4", "5", "7", "7", "8", "8", "9"])
    }

    // MARK: Garbage

    @Test("random bytes and random words are read to their end")
    func garbage() {
        var generator = SplitMix64(seed: 1)
        let words = [
            "if", "then", "end", "else", "elseif", "while", "do", "for", "in", "repeat", "until", "function", "local",
            "return", "break", "not", "and", "or", "nil", "x", "y", "redis.call(", "redis.pcall", "'GET'", "KEYS[1]",
            "ARGV[1]", "(", ")", "{", "}", "[", "]", "=", "==", "<", ",", ";", ".", "..", "...", ":", "-", "#", "1",
            "'",
            "\"", "\\", "\n", "--", "--[[", "]]", "[==[", "\u{0}", "é",
        ]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = LuaReading(String(decoding: bytes, as: UTF8.self))
            let text = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            _ = LuaReading(text.joined(separator: " "))
        }
    }

    @Test("every beginning of a script is read to its end")
    func beginnings() {
        for script in LuaReadingTests.correctScripts {
            for end in script.indices { _ = LuaReading(String(script[..<end])) }
        }
    }

    @Test("a script of a quarter of a megabyte takes well under a second, even without optimization")
    func large() {
        var text = ""
        while text.utf8.count < 1 << 18 {
            for script in LuaReadingTests.correctScripts { text += "do\n\(script)\nend\n" }
        }
        let seconds = Self.processorSeconds { #expect(LuaReading(text).warnings.isEmpty) }
        #expect(seconds < 1)
    }

    /// What `work` takes of this thread's time, whatever else the machine has to do.
    private static func processorSeconds(_ work: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        work()
        return now() - start
    }

    @Test(
        "no text takes more than linear time",
        arguments: [
            ("", "("), ("", "if x then "), ("", "\""), ("", "\\\""), ("'", "\\'"), ("", "["), ("", "[="), ("", "[[]"),
            ("[==[", "]=]"), ("", "--[["), ("x = x", ".x"), ("x", "()"), ("x", "[1]"), ("x = ", "x or "),
            ("x = ", "x.."), ("x = x or ", "not "), ("local x = redis.call('TTL', 'k') x = x ", "or x "),
            ("if x ", "or redis.call('TTL', 'k') or x "), ("x ", ",x"), ("x = 1", ",1"), ("", "local a a = 1 "),
            ("", "x = {} "), ("x = '", "a"), ("", "while x do local a = x "), ("", "redis.pcall('DEL', 'k') "),
            ("local a ", "if a then a = 1 end "), ("local a ", "while a do a = 1 end "),
            ("", "function f() f = 1 end "),
        ])
    func linear(beginning: String, unit: String) {
        let text = beginning + String(repeating: unit, count: (1 << 16) / unit.utf8.count)
        #expect(Self.processorSeconds { _ = LuaReading(text) } < 1)
    }
}
