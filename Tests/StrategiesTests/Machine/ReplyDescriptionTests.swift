import FlashSale
import Strategies
import Testing

/// Replies as people see them.
struct ReplyDescriptionTests {
    @Test(
        arguments: [
            (7, "(integer) 7"), ("a", "\"a\""), (.ok, "OK"), (.error("ERR no"), "(error) ERR no"), (.null, "(nil)"),
            ([], "[]"),
            ([1, ["b", []], .null], "[(integer) 1, [\"b\", []], (nil)]"), ([[], []], "[[], []]"),
            ([[[1]]], "[[[(integer) 1]]]"),
            ("中文 é", "\"中文 é\""), ("\u{1B}[2J\0", "\"\\x1b[2J\\x00\""), (.error("MY \u{202E}"), "(error) MY \\u{202E}"),
            (.status("\u{9B}"), "\\u{9B}"), (["a\nb", .error("\u{7F}")], "[\"a\\nb\", (error) \\x7f]"),
        ] as [(Said, String)])
    func isOneLine(_ said: Said, _ text: String) { #expect(said.reply.description == text) }

    @Test func bytesThatAreNoTextAreShown() {
        var reply = Reply()
        [UInt8]([0xFF, 0x41]).withUnsafeBytes { reply.append(.string, bytes: $0) }
        #expect(reply.description == "\"\\xffA\"")
    }

    @Test func ofALargeOneTheBeginningIsShown() {
        var reply = Reply()
        reply.append(.array, integer: 2_000_000)
        for number in 1...2_000_000 { reply.append(.integer, integer: number) }
        #expect(reply.description.hasPrefix("[(integer) 1, (integer) 2, "))
        #expect(reply.description.hasSuffix("… (2,000,000 items, 18.9 MB)") && reply.description.count < 450)
    }

    @Test(arguments: [Reply.Kind.string, .error, .status]) func ofALongTextTheBeginningIsShown(_ kind: Reply.Kind) {
        var reply = Reply()
        reply.append(kind, String(repeating: "中", count: 1_000_000))
        #expect(reply.description.contains("中中中中") && reply.description.hasSuffix("中… (3.0 MB)"))
        #expect(reply.description.count < 450)
    }

    /// As many levels as one likes.
    @Test func isNoMatterOfTheStack() {
        var reply = Reply()
        for _ in 0..<1_000_000 { reply.append(.array, integer: 1) }
        reply.append(.null)
        #expect(reply.description.hasPrefix("[[[[[") && reply.description.hasSuffix("… (1 item, 5.0 MB)"))
    }
}
