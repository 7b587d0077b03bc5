import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Recordings

/// What a log says is what is read, whatever it is written with.
struct LogFileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder("logs") }

    private func read(_ text: String, map: String? = nil, outcomes: String? = nil) throws -> [Attempt] {
        let contents = try contents(text, map: map, outcomes: outcomes)
        return Array(contents.history)
    }

    private func contents(_ text: String, map: String? = nil, outcomes: String? = nil) throws -> HistoryFile.Contents {
        let path = try folder.file("log", text)
        guard map != nil || outcomes != nil else { return try LogFile.readLenient(path) }
        return try LogFile.read(path, LogMapping(from: nil, map: map, outcomes: outcomes, filter: nil))
    }

    /// What is ours stays as it is, with its numbers and to the nanosecond.
    @Test func ourOwnFilesAreReadAsBefore() throws {
        let contents = try contents("attempt,invoked_ns,returned_ns,outcome\n9007199254740992,5,7,won\n")
        #expect(contents.log == nil)
        #expect(Array(contents.history).map(\.id) == [9_007_199_254_740_992])
    }

    @Test(arguments: [
        "attempt,invoked_ns,returned_ns,outcome,buyer,unit\na,5,7,won,x,A1\nb,6,,unknown,y,\n",
        "\u{FEFF}Attempt ;INVOKED_NS; Returned_Ns;outcome;BUYER;unit\r\n a ;5; 7 ;won;x;\"A1\"\r\n\r\nb;6;NULL;unknown;\"y\";null\r\n",
        "attempt\tinvoked_ns\treturned_ns\toutcome\tbuyer\tunit\n\"a\"\t5\t7\t\"won\" \tx\tA1\nb\t6\t\\N\tunknown\ty\tNone",
        "{\"attempt\":\"a\",\"invoked_ns\":5,\"returned_ns\":7.0,\"outcome\":\"won\",\"buyer\":\"x\",\"unit\":\"A1\"}\n"
            + "{\"buyer\":\"\\u0079\",\"nested\":{\"attempt\":[{\"outcome\":\"won\"}]},\"attempt\":\"b\",\"invoked_ns\":\"6\",\"returned_ns\":null,\"outcome\":\"unknown\"}\n",
    ])
    func marksAndBlanksMakeNoDifference(_ text: String) throws {
        let contents = try contents(text)
        let attempts = Array(contents.history)
        let base = TextIDs.base
        #expect(attempts.map(\.id) == [base + 1, base + 3] && attempts.map(\.buyer) == [base + 2, base + 4])
        #expect(attempts.map(\.invokedNanoseconds) == [5, 6] && attempts.map(\.returnedNanoseconds) == [7, nil])
        #expect(attempts.map(\.outcome) == [.won, .unknown] && attempts.map(\.unit) == ["A1", nil])
        let log = try #require(contents.log)
        #expect([1, 2, 3, 4].map { log.ids.text(base + $0) } == ["a", "x", "b", "y"])
        #expect(contents.columns.isSuperset(of: [.attempt, .buyer, .unit]) && !contents.columns.contains(.purchase))
        #expect(log.rounding == nil)
    }

    @Test func equalTextsAreOneIdAndNumbersStayThemselves() throws {
        let attempts = try read(
            "id;user;t_ns\n7;007;1\n8;7;2\n4503599627370496;4503599627370495;3\n9223372036854775807;anna;4\n9223372036854775808;anna;5\n",
            map: "attempt=id,buyer=user,invoked=t_ns,returned=t_ns,outcome=user", outcomes: "*=won")
        let base = TextIDs.base
        #expect(attempts.map(\.id) == [7, 8, base + 2, base + 3, base + 5])
        #expect(attempts.map(\.buyer) == [base + 1, 7, base - 1, base + 4, base + 4])
        #expect(attempts.map(\.purchase) == attempts.map(\.id))
    }

    /// A whole unit later and half a unit earlier, of each column that goes into a sum.
    @Test(
        arguments: [
            ("invoked=a_ms,returned=a_ms+b_ms", 99_500_000, 152_000_000),
            ("invoked=a_ms,returned=a_ms+b", 99_500_000, 152_000_000),
            ("invoked=a_ms - b_ms,returned=a_ms", 48_500_000, 101_000_000),
            ("invoked=a_ms-b_ms,returned=a_ms", 48_500_000, 101_000_000),
            ("invoked=a_ms:us,returned=a_ms:us+b:us", 99_500, 152_000),
            ("invoked=a_ms:ns,returned=a_ms:ns+b:ns", 100, 150),
            ("invoked=a_ms|zz,returned=zz:ms|a_ms+b:ms", 99_500_000, 152_000_000),
        ] as [(String, UInt64, UInt64)])
    func aRoundedTimeIsWidened(_ map: String, _ invoked: UInt64, _ returned: UInt64) throws {
        let map = map.replacing("b_ms", with: "b:ms")
        let attempts = try read("a_ms,b,c\n100,50,ok\n", map: map + ",outcome=c", outcomes: "ok=won")
        #expect(attempts.map(\.invokedNanoseconds) == [invoked] && attempts.map(\.returnedNanoseconds) == [returned])
    }

    @Test func aNameMayHaveTheSignsOfASum() throws {
        let attempts = try read(
            "request-start,DNS+dialup,status\n0.000000001,0.000000002,200\n",
            map: "invoked=request-start:s,returned=request-start:s+DNS+dialup:s,outcome=status",
            outcomes: "200..299=won")
        #expect(attempts.map(\.returnedNanoseconds) == [3])
    }

    /// Whoever did not wait for the answer does not know when the server is through.
    @Test func whatIsUnknownHasNoEnd() throws {
        let attempts = try read(
            "t_ns,c\n5,504\n", map: "invoked=t_ns,returned=t_ns,outcome=c", outcomes: "200=won,500..599=unknown")
        #expect(attempts.map(\.outcome) == [.unknown] && attempts.map(\.returnedNanoseconds) == [nil])
    }

    @Test func theRulesOfOutcomesAreTakenInTheirOrder() throws {
        let rules = try OutcomeRules(
            "*=unknown, 200=won, 2*=failed, 400..499=conflict, 409=sold-out, =duplicate, \"a,b\"=returned")
        func outcome(_ text: String) -> Outcome? {
            Array(text.utf8).withUnsafeBytes { rules.outcome(of: $0) }
        }
        #expect(outcome("200") == .won && outcome("201") == .failed && outcome("409") == .soldOut)
        #expect(outcome("400") == .conflict && outcome("499") == .conflict && outcome("500") == .unknown)
        #expect(outcome("") == .duplicate && outcome("a,b") == .returned && outcome("x") == .unknown)
    }

    /// A purchase or a buyer that one row does not tell is told by none, for an id that is made up may be another's.
    @Test func whatOneRowLacksNobodyRelysOn() throws {
        let map = "attempt=id,buyer=user,purchase=p,invoked=t_ns,returned=t_ns,outcome=c"
        let contents = try contents("id,user,p,t_ns,c\n1,x,5,1,y\n2,NULL,6,2,y\n", map: map, outcomes: "y=won")
        #expect(contents.columns.contains(.purchase) && !contents.columns.contains(.buyer))
    }

    /// More than is read at a time, so that rows lie across the borders.
    @Test func manyRowsAreReadInPieces() throws {
        var csv = "id;note;t_us;c\n"
        var json = ""
        let count = 60_000
        for number in 1...count {
            let note = String(repeating: "\"\"x;\n", count: number % 19)
            csv += "order-\(number);\"\(note)\";\(1_000_000 + number).25;ok\n"
            json +=
                "{\"id\":\"order-\(number)\",\"note\":\"\(String(repeating: "\\\"{}", count: number % 25))\",\"t_us\":\(1_000_000 + number).25,\"c\":\"ok\"}\n"
        }
        #expect(csv.utf8.count > 5 << 20 || json.utf8.count > 5 << 20)
        for text in [csv, json] {
            let attempts = try read(text, map: "attempt=id,invoked=t_us,returned=t_us,outcome=c", outcomes: "ok=won")
            #expect(attempts.map(\.id) == (1...count).map { TextIDs.base + $0 })
            #expect(attempts.last?.invokedNanoseconds == 1_060_000_250 - 5)
        }
        do {
            _ = try read(csv + "x;y;z;ok\n", map: "attempt=id,invoked=t_us,returned=t_us,outcome=c", outcomes: "ok=won")
            Issue.record("a row that cannot be read was taken")
        } catch let error as RunError {
            let lines = csv.utf8.count(where: { $0 == UInt8(ascii: "\n") }) + 1
            #expect(error.status == .badData && error.message.contains("line \(lines), column t_us"), "\(error)")
        }
    }

    @Test func idsAreFoundAgainHoweverManyThereAre() {
        var ids = TextIDs()
        let numbers = (0..<50_000).map { ids.id("user-\($0 % 20_000)@example.org") }
        #expect(Set(numbers).count == 20_000 && ids.count == 20_000)
        #expect(numbers[7] == numbers[20_007] && ids.text(numbers[7]) == "user-7@example.org")
        #expect(ids.id("12") == 12 && ids.id("012") == TextIDs.base + 20_001 && ids.text(12) == nil)
        #expect(
            ids.named("buyer \(numbers[7]) of 12, attempt \(TextIDs.base + 99_999)")
                == "buyer user-7@example.org of 12, attempt \(TextIDs.base + 99_999)")
    }
}
