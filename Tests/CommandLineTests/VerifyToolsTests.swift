import Foundation
import TestSupport
import Testing

/// `stress verify --history --from`: the files of other load testers, each with a twin in which a unit is sold twice.
struct VerifyToolsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var tool: String
        var ending: String
        var outcomes: String
        var arguments: [String] = []
        /// Whether its times are rounded, so that the report says so.
        var isRounded = true

        var testDescription: String { "\(tool) \(ending)" }
    }

    /// Two units, five answers, and one request that nobody answered; oha leaves that one out.
    static let cases = [
        Case(tool: "jmeter", ending: "jtl", outcomes: "200=won, 409=sold-out, Non HTTP*=unknown"),
        Case(tool: "k6", ending: "csv", outcomes: "200=won, 409=sold-out, 0=unknown"),
        Case(tool: "k6", ending: "json", outcomes: "200=won, 409=sold-out, 0=unknown", isRounded: false),
        Case(tool: "locust", ending: "csv", outcomes: "200=won, 409=sold-out, 0=unknown"),
        Case(tool: "vegeta", ending: "csv", outcomes: "200=won, 409=sold-out, 0=unknown", isRounded: false),
        Case(tool: "vegeta", ending: "json", outcomes: "200=won, 409=sold-out, 0=unknown", isRounded: false),
        Case(
            tool: "oha", ending: "csv", outcomes: "200=won, 409=sold-out", arguments: ["--requests", "5"],
            isRounded: false),
        Case(tool: "otel", ending: "jsonl", outcomes: "200=won, 409=sold-out, =unknown", isRounded: false),
    ]

    /// The files as those tools write them.
    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Logs").standardized.path

    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func verify(_ own: Case, _ kind: String, _ more: [String] = []) throws -> (Int32?, JSON) {
        let path = "\(Self.folder)/\(own.tool)-\(kind).\(own.ending)"
        let run = try sandbox.stress(
            [
                "verify", "--history", path, "--units", "2", "--from", own.tool, "--outcomes", own.outcomes, "--format",
                "json",
            ]
                + own.arguments + more)
        return (run.exitCode, try #require(try? JSON(Data(run.output.utf8)), "\(run.errors)"))
    }

    @Test(arguments: cases)
    func aUnitThatIsSoldTwiceIsFound(_ own: Case) throws {
        let (code, record) = try verify(own, "twice")
        #expect(code == 1 && record["verdict"].text == "violated", "\(record)")
        let broken = record["checks"].list.filter { $0["result"].text == "violated" }.map { $0["name"].text }
        #expect(broken.contains("no-oversell"))
        #expect(record["totals"]["won"].number == 3)
    }

    @Test(arguments: cases)
    func itsRightTwinIsUpheld(_ own: Case) throws {
        let (code, record) = try verify(own, "right")
        #expect(code == 0 && record["verdict"].text == "upheld", "\(record)")
        #expect(record["totals"]["won"].number == 2 && record["totals"]["sold_out"].number == 3)
        #expect(record["totals"]["unknown"].number == (own.tool == "oha" ? 0 : 1))
        let findings = record["findings"].list.map { $0["name"].text }
        #expect(findings.contains("times-rounded") == own.isRounded, "\(findings)")
    }

    /// A sale of three units that sold two and said "sold out": only the request that nobody answered can have the third, and it
    /// began when the file says, or with k6, which does not tell how long it waited, at any time.
    @Test(arguments: cases)
    func aLostAnswerMayHaveTheUnit(_ own: Case) throws {
        let path = "\(Self.folder)/\(own.tool)-right.\(own.ending)"
        let run = try sandbox.stress(
            ["verify", "--history", path, "--units", "3", "--from", own.tool, "--outcomes", own.outcomes]
                + own.arguments)
        #expect(run.exitCode == (own.tool == "oha" ? 1 : 0), "\(run.output)\(run.errors)")
        let two = try sandbox.stress(
            ["verify", "--history", path, "--units", "4", "--from", own.tool, "--outcomes", own.outcomes]
                + own.arguments)
        #expect(two.exitCode == 1, "\(two.output)\(two.errors)")
    }

    @Test func whatATellsNoLostRequestsProvesLittleWithoutTheirNumber() throws {
        let own = Case(tool: "oha", ending: "csv", outcomes: "200=won, 409=sold-out")
        let (code, record) = try verify(own, "right")
        #expect(code == 2 && "\(record)".contains("leaves out requests without an answer"), "\(record)")
        let (missing, other) = try verify(own, "right", ["--requests", "6"])
        #expect(missing == 2 && "\(other)".contains("5 attempts, but 6 requests"), "\(other)")
        // What others alone show is shown all the same.
        let (twice, _) = try verify(own, "twice")
        #expect(twice == 1)
        // Units that are gone may be those of the request that is not there.
        let gone = try verify(own, "right", ["--remaining", "0"])
        #expect(gone.0 == 2)
    }

    @Test func columnsOfOnesOwnGoWithThoseOfTheTool() throws {
        let own = Case(tool: "otel", ending: "jsonl", outcomes: "200=won, 409=sold-out, =unknown")
        let (code, record) = try verify(
            own, "twice", ["--map", "buyer=attributes.enduser.id, unit=attributes.shop.order", "--limit", "1"])
        #expect(code == 1)
        let limited = record["checks"].list.flatMap { $0["evidence"].list }.flatMap { $0["attempts"].list }
        #expect(
            limited.contains { $0["buyer_name"].text == "carl@example.org" && $0["unit"].text == "A-3" }, "\(record)")
        #expect(limited.contains { $0["attempt_name"].text == "eee19b7ec3c1b176" }, "\(record)")
    }

    @Test(
        arguments: [
            (
                "jmeter", "timeStamp,elapsed,label,responseCode\n1714550400000,5,Login,200\n1714550400010,5,Buy,200\n",
                Int32(64),
                "--where 'label=Login'"
            ),
            (
                "k6", "metric_name,timestamp,metric_value,status\nvus,1714550400,1.0,\n", 64,
                "none of 1 row is an attempt to buy"
            ),
            ("jmeter", "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n", 65, "output_format=csv"),
            ("jmeter", "1714550400000,5,Buy,200\n1714550400010,5,Buy,200\n", 64, "is no file of jmeter"),
            ("locust", "Type,Name,Request Count,Failure Count\nPOST,/buy,5,0\n", 64, "csv_request_logger"),
            ("oha", "{\"summary\":{\"successRate\":1.0}}\n", 64, "its JSON has only sums"),
            ("otel", "spanId,name\nx,y\n", 64, "resourceSpans"),
            (
                "k6", "metric_name,timestamp,metric_value,status\nhttp_req_duration,17145504,1.0,200\n", 65,
                "of 10, 13, 16 or 19 digits"
            ),
        ] as [(String, String, Int32, String)])
    func otherFilesAreRefused(_ tool: String, _ text: String, _ code: Int32, _ says: String) throws {
        let path = try sandbox.folder.file("log", text)
        let run = try sandbox.stress(
            ["verify", "--history", path, "--units", "2", "--from", tool, "--outcomes", "200=won"])
        #expect(run.exitCode == code && run.errors.contains(says) && run.output.isEmpty, "\(run.errors)\(run.output)")
    }

    @Test func kindsOfRequestsAreToldApart() throws {
        let path = try sandbox.folder.file(
            "log.jtl",
            "timeStamp,elapsed,label,responseCode\n1714550400000,9,Login,200\n1714550400010,9,Buy 1,200\n1714550400012,9,Buy 2,409\n"
        )
        let arguments = [
            "verify", "--history", path, "--units", "1", "--from", "jmeter", "--outcomes", "200=won,409=sold-out",
        ]
        #expect(try sandbox.stress(arguments + ["--where", "label=Buy*"]).exitCode == 0)
        let all = try sandbox.stress(arguments + ["--where", "label=*"])
        #expect(all.exitCode == 1, "\(all.output)")
    }
}
