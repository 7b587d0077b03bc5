import FlashSale
import Testing

/// What is taken for a run's, and so may be removed.
@Suite struct RunIDTests {
    /// 2026-11-28.
    private static let now = 1_795_000_000

    @Test(arguments: [1_735_689_600, 1_735_689_601, 1_795_000_000])
    func tellsWhenTheRunStarted(_ seconds: Int) throws {
        let id = RunID(startingAtSeconds: seconds)
        #expect(id.text.count == 12)
        let read = try #require(RunID(id.text.utf8, nowSeconds: Self.now))
        #expect(read == id && read.startedAtSeconds == seconds)
    }

    @Test func differsFromOthersOfTheSameSecond() {
        #expect(Set((0..<1000).map { _ in RunID(startingAtSeconds: Self.now) }).count == 1000)
    }

    /// A clock before the ids' first second.
    @Test func neverTellsATimeThatItCannot() {
        #expect(RunID(startingAtSeconds: 0).startedAtSeconds == 1_735_689_600)
    }

    @Test(
        "keys of runs",
        arguments: [
            ("{stress:0zabcdabcdef}:stock", "0zabcdabcdef"), ("shop:{stress:0zabcdabcdef}:who", "0zabcdabcdef"),
            ("{stress:0zabcdabcdef}:warm-up:stock", "0zabcdabcdef"), ("{stress:0zabcdabcdef}", "0zabcdabcdef"),
            ("{stress:ab34567890}:stock", "ab34567890"), ("{stress:{stress:ab34567890}", "ab34567890"),
            ("{stress:ab34567890}{stress:ab34567890}", "ab34567890"), ("{stress:}{stress:ab34567890}x", "ab34567890"),
        ])
    func keys(key: String, id: String) { #expect(RunID(key: Array(key.utf8), nowSeconds: Self.now)?.text == id) }

    @Test(
        "keys of others",
        arguments: [
            "", "stock", "stress:0zabcdabcdef", "{stress:}", "{stress:test}", "{stress:check}:stock", "foo{stress:}x",
            "{stress:production}", "{stress:1700000000}", "{stress:flash-sale1}", "{stress:0ZABCDABCDEF}",
            "{stress:0zabcdabcde}", "{stress:0zabcdabcdefg}", "{stress:0zabcdabcdef", "{stress:0zabcdabcdef :}",
            "{Stress:0zabcdabcdef}", "{stress: 0zabcdabcdef}", "{stress:0zabcd:abcdef}", "{stress:٠zabcdabcdef}",
            // Of a time that has not come.
            "{stress:zzzzzzabcdef}", "{stress:checkoutpage}",
            // Of two runs, so of neither.
            "{stress:0zabcdabcdef}{stress:ab34567890}", "{stress:\u{0}zabcdabcdef}",
            "{stress:" + String(repeating: "0", count: 100_000) + "}",
        ])
    func othersKeys(key: String) { #expect(RunID(key: Array(key.utf8), nowSeconds: Self.now) == nil) }

    @Test(
        "libraries",
        arguments: [
            ("stress_0zabcdabcdef_sale", "0zabcdabcdef"), ("stress_0zabcdabcdef_my_sale", "0zabcdabcdef"),
            ("stress_0zabcdabcdef_", nil), ("stress_0zabcdabcdef", nil), ("stress_sale_x", nil), ("stress__sale", nil),
            ("mystress_0zabcdabcdef_sale", nil), ("stress", nil), ("", nil),
        ])
    func library(name: String, id: String?) {
        #expect(RunID(library: name, nowSeconds: Self.now)?.text == id)
    }

    @Test(
        "connections",
        arguments: [
            ("stress-0zabcdabcdef", "0zabcdabcdef"), ("stress-0zabcdabcdef-coordinator", "0zabcdabcdef"),
            ("stress-0zabcdabcdef-a-b", "0zabcdabcdef"), ("stress-0zabcdabcdefx", nil), ("stress", nil), ("", nil),
            ("stress-", nil), ("my-stress-0zabcdabcdef", nil),
        ])
    func connection(name: String, id: String?) {
        #expect(RunID(connectionName: name[...], nowSeconds: Self.now)?.text == id)
    }

    @Test func theTagNamesTheRun() {
        #expect(RunID.id(ofTag: RunID.saleTag("0zabcdabcdef")) == "0zabcdabcdef")
        #expect(RunID.id(ofTag: RunID.saleTag("x") + ":warm-up") == "x")
    }
}
