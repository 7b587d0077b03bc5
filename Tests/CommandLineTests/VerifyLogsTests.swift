import Foundation
import TestSupport
import Testing

/// `stress verify --history` of logs that were not written as ours are.
struct VerifyLogsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func verify(_ text: String, _ arguments: [String]) throws -> Sandbox.Finished {
        let path = try sandbox.folder.file("log", text)
        return try sandbox.stress(["verify", "--history", path] + arguments)
    }

    /// Its output without line breaks.
    private func said(_ run: Sandbox.Finished) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static let right = """
        RequestId;User;start_ms;elapsed;status;left
        9e107d9d-372b-4c1f-a0d1-1b2c3d4e5f60; anna@x.org ;1714550400000;20;200;1
        9e107d9d-372b-4c1f-a0d1-1b2c3d4e5f61;"bert@x.org";1714550400003;22;200;0
        9223372036854775807;carl;1714550400004;30;409;NULL
        9223372036854775809;dora;1714550400004;30000;timeout;

        """
    private static let twice = right.replacing("22;200;0", with: "22;200;1")
    private static let map =
        "attempt=RequestId, buyer=User, invoked=start_ms, returned=start_ms+elapsed, outcome=status, remaining=left"
    private static let flags = [
        "--units", "2", "--map", map, "--outcomes", "200=won,409=sold-out,timeout=unknown",
    ]

    @Test func columnsAndOutcomesAreMapped() throws {
        let run = try verify(Self.right, Self.flags + ["--remaining", "0", "--limit", "1"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        #expect(said(run).contains("start_ms has whole milliseconds"))
        let broken = try verify(Self.twice, Self.flags)
        #expect(broken.exitCode == 1)
        // Ids are shown as the log has them.
        let text = said(broken)
        #expect(text.contains("9e107d9d-372b-4c1f-a0d1-1b2c3d4e5f61") && !text.contains("45035996273"), "\(text)")
    }

    @Test func aBuyerIsTheSameWhereverTheTextIs() throws {
        let text = Self.right.replacing("\"bert@x.org\"", with: "anna@x.org")
        let run = try verify(text, Self.flags + ["--limit", "1"])
        #expect(run.exitCode == 1 && said(run).contains("anna@x.org"), "\(run.output)\(run.errors)")
        #expect(try verify(text, Self.flags + ["--limit", "2"]).exitCode == 0)
    }

    @Test func ordersHaveTheIdsOfTheLog() throws {
        let good = try sandbox.folder.file("good.csv", "User\tstatus\nanna@x.org\tpaid\nbert@x.org\tpaid\n")
        let run = try verify(Self.right, Self.flags + ["--ledger", good])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let wrong = try sandbox.folder.file("wrong.csv", "buyer\nanna@x.org\ncarl\n")
        let broken = try verify(Self.right, Self.flags + ["--ledger", wrong])
        #expect(broken.exitCode == 1 && said(broken).contains("carl"), "\(broken.output)\(broken.errors)")
        let attempts = try sandbox.folder.file(
            "attempts.csv", "attempt\n9e107d9d-372b-4c1f-a0d1-1b2c3d4e5f60\n9223372036854775807\n")
        #expect(try verify(Self.right, Self.flags + ["--ledger", attempts]).exitCode == 1)
    }

    /// Without any flag: the names are ours, and ids, units, marks and blanks are not.
    @Test(arguments: [
        "Attempt;Buyer;INVOKED_MS;Returned_ms;Outcome;Remaining\n",
        "attempt\tbuyer\tinvoked\treturned\toutcome\tremaining\n",
        "attempt,buyer,invoked_s,returned_s,outcome,remaining\n",
        "",
    ])
    func ourNamesNeedNoMapping(_ header: String) throws {
        let separator = header.contains(";") ? ";" : header.contains("\t") ? "\t" : ","
        func times(_ milliseconds: Int) -> String {
            if header.contains("_s") || header.isEmpty {
                return "17145504\(milliseconds / 1000).\(milliseconds % 1000)"
            }
            if header.contains("invoked\t") { return "2024-05-01T10:00:0\(milliseconds % 10).\(milliseconds)+02:00" }
            return "\(milliseconds)"
        }
        func text(_ left: Int) -> String {
            let rows = [("a-1", "x@y", 20100, 20120, "won", "1"), ("a-2", "z@y", 20110, 20130, "won", "\(left)")]
            guard !header.isEmpty else {
                return rows.map {
                    #"{"buyer":"\#($0.1)","attempt":"\#($0.0)","invoked_s":\#(times($0.2)),"returned_s":\#(times($0.3)),"outcome":"won","remaining":\#($0.5)}"#
                        + "\n"
                }.joined()
            }
            return header
                + rows.map { [$0.0, $0.1, times($0.2), times($0.3), $0.4, $0.5].joined(separator: separator) + "\n" }
                .joined()
        }
        let run = try verify(text(0), ["--units", "2", "--remaining", "0", "--limit", "1"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let twice = try verify(text(1), ["--units", "2"])
        #expect(twice.exitCode == 1, "\(twice.output)\(twice.errors)")
    }

    /// The same answers, one millisecond apart: no order can be told from whole milliseconds, and from finer ones it can.
    @Test(
        arguments: [
            ("invoked_ms,returned_ms", "100,200", "200,230", Int32(0)),
            ("invoked_ms,returned_ms", "100,200", "201,230", 0),
            ("invoked_ms,returned_ms", "100,200", "202,230", 1),
            ("invoked_ms,returned_ms", "100.0,200.0", "200.2,230.1", 1),
            ("invoked_s,returned_s", "100,200", "201,230", 0),
            ("invoked_us,returned_us", "100000,200000", "201000,230000", 1),
        ] as [(String, String, String, Int32)])
    func roundingAccusesNobody(_ header: String, _ first: String, _ second: String, _ code: Int32) throws {
        // Sold out, and afterwards somebody bought the unit that was left. Two others met for certain.
        let text = """
            attempt,\(header),outcome
            x,\(first),sold-out
            y,\(second),won
            m,1,90,conflict
            n,2,91,conflict

            """
        let run = try verify(text, ["--units", "1"])
        #expect(run.exitCode == code, "\(run.output)\(run.errors)")
        let goesBack = try verify(text.replacing("m,1,90", with: "m,90,1"), ["--units", "1"])
        #expect(goesBack.exitCode == 64 || goesBack.exitCode == 65, "\(goesBack.output)")
    }

    /// They seem to meet, but may have come one after the other.
    @Test func whatMayOnlyBeRoundingIsNoRace() throws {
        let rows = "x,100,101,won,1\ny,101,102,won,0\n"
        let run = try verify("attempt,invoked_s,returned_s,outcome,remaining\n" + rows, ["--units", "2"])
        #expect(run.exitCode == 2 && said(run).contains("rounded times"), "\(run.output)")
    }

    @Test func itemsAreSeparated() throws {
        let text = """
            id;sku;t_ms;ms;code
            a1;red;1000;40;200
            a2;blue;1005;40;200
            a3;red;1006;40;200

            """
        let flags = [
            "--map", "attempt=id, invoked=t_ms, returned=t_ms+ms, outcome=code", "--outcomes", "200=won",
            "--item-column", "SKU",
        ]
        #expect(try verify(text, flags + ["--units", "2"]).exitCode == 0)
        let run = try verify(text, flags + ["--units", "1"])
        #expect(run.exitCode == 1 && said(run).contains("item red oversold"), "\(run.output)\(run.errors)")
    }

    @Test func aMappingIsKept() throws {
        let kept = sandbox.path + "/map.json"
        let run = try verify(Self.right, Self.flags + ["--where", "User=*", "--save-map", kept])
        #expect(run.exitCode == 0, "\(run.errors)")
        let again = try verify(Self.right, ["--units", "2", "--map-file", kept])
        #expect(again.exitCode == 0 && said(again) == said(run), "\(again.output)\(again.errors)")
        #expect(try verify(Self.twice, ["--units", "2", "--map-file", kept]).exitCode == 1)
        let nowhere = try verify(Self.right, Self.flags + ["--save-map", sandbox.path + "/no/map.json"])
        #expect(nowhere.exitCode == 73 && nowhere.errors.contains("--save-map"), "\(nowhere.errors)")
        for (text, says) in [
            ("[]", "is no JSON object"), ("{}", "says nothing"), (#"{"mapp":"a"}"#, "did you mean map?"),
            (#"{"map":5}"#, "map is no text"), (#"{"map":"buyr=x"}"#, "did you mean buyer?"),
        ] {
            let path = try sandbox.folder.file("bad.json", text)
            let refused = try verify(Self.right, ["--units", "2", "--map-file", path])
            #expect(refused.exitCode == 64 && refused.errors.contains(says), "\(text): \(refused.errors)")
        }
    }

    @Test(
        arguments: [
            (["--map", "buyr=User"], 64, "did you mean buyer?"), (["--map", "buyer"], 64, "write NAME=COLUMN"),
            (["--map", ""], 64, "--map is empty"), (["--map", "buyer="], 64, "buyer has no column"),
            (["--map", "buyer=User,buyer=left"], 64, "buyer has two columns"),
            (["--map", map.replacing("=User", with: "=Usr")], 64, "did you mean User?"),
            (["--map", map.replacing("+elapsed", with: "+elapsd")], 64, "did you mean elapsed?"),
            (["--map", map.replacing("=left", with: "=left+elapsed")], 64, "is a sum"),
            (
                ["--map", "invoked=start_ms,returned=elapsed,outcome=status", "--outcomes", "200=won"], 64,
                "nobody says what it counts"
            ),
            (["--map", "invoked=start_ms,outcome=status"], 64, "has no column returned"),
            (["--map", map], 65, "found \"200\"; say what it means"),
            (
                ["--map", map, "--outcomes", "200=won"], 65,
                "line 4, outcome (column status): found \"409\", which --outcomes does not name"
            ),
            (["--map", map, "--outcomes", "200=one"], 64, "one is no outcome"),
            (["--map", map, "--outcomes", "200"], 64, "is no rule"),
            (["--map", map, "--outcomes", "*=failed"], 64, "nothing is won"),
            (["--map", map, "--outcomes", "200=won,200=failed"], 64, "200 has two outcomes"),
            (["--map", map, "--outcomes", "200=won,9..1=failed"], 64, "empty range"),
            (["--from", "jmetr"], 64, "did you mean jmeter?"), (["--from", "k6"], 64, "--outcomes '200=won"),
            (["--map", map, "--outcomes", "200=won,*=unknown", "--where", "User"], 64, "is no condition"),
            (["--map", map, "--outcomes", "200=won,*=unknown", "--where", "Uzer=x"], 64, "did you mean User?"),
            (["--map", map, "--outcomes", "200=won,*=unknown", "--where", "User=x"], 64, "none of 4 rows"),
            (
                ["--map", map.replacing("remaining=left", with: "remaining=User"), "--outcomes", "200=won,*=unknown"],
                65, "line 2, remaining (column User): wanted a whole number"
            ),
            (
                ["--map", map.replacing("invoked=start_ms", with: "invoked=User"), "--outcomes", "200=won,*=unknown"],
                65, "wanted a time of ISO 8601"
            ),
            (
                [
                    "--map", map.replacing("invoked=start_ms", with: "invoked=start_ms:s"), "--outcomes",
                    "200=won,*=unknown",
                ], 65, "is the unit right?"
            ),
            (["--map-file", "x", "--map", map], 64, "found both"), (["--save-map", "x"], 64, "none of them was given"),
            (["--map-file", "nowhere.json"], 64, "--map-file nowhere.json"), (["--requests", "-1"], 64, "--requests"),
        ] as [([String], Int32, String)])
    func whatCannotBeMeantIsRefused(_ flags: [String], _ code: Int32, _ says: String) throws {
        let run = try verify(Self.right, ["--units", "2"] + flags)
        #expect(run.exitCode == code && run.errors.contains(says) && run.output.isEmpty, "\(run.errors)\(run.output)")
    }

    @Test(
        arguments: [
            ("[{\"a\":1}]\n", Int32(65), "jq -c '.[]'"), ("{\"id\":1}\n", 64, "has no column"),
            (
                "{\"id\":\"a\",\"t\":{\"start_ms\":1,\"end_ms\":9},\"code\":200}\n{\"id\":\"b\",\"t\":{\"start_ms\":1,\"end_ms\":9},\"code\":\n",
                65, "line 2: wanted a JSON object"
            ),
            (
                "{\"id\":\"a\",\"t\":{\"start_ms\":1,\"end_ms\":9},\"code\":200}\n{\"id\":\"b\",\"t\":{\"start_ms\":1},\"code\":200}\n",
                65, "line 2, returned (column t.end_ms)"
            ),
            (
                "{\"id\":\"a\",\"t\":{\"start_ms\":1,\"end_ms\":9},\"code\":{\"x\":1}}\n", 65,
                "line 1, column code: wanted a text or a number"
            ),
            ("{\"id\":\"a\",\"t\":{\"start\":1,\"end_ms\":9},\"code\":200}\n", 64, "did you mean t.start?"),
            ("", 65, "is empty"),
        ] as [(String, Int32, String)])
    func linesOfJSONAreRefused(_ text: String, _ code: Int32, _ says: String) throws {
        let run = try verify(
            text,
            [
                "--units", "2", "--map", "attempt=id, invoked=t.start_ms, returned=t.end_ms, outcome=code",
                "--outcomes", "200=won",
            ])
        #expect(run.exitCode == code && run.errors.contains(says), "\(run.errors)\(run.output)")
    }
}
