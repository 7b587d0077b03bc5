import FlashSale
import Foundation
import TestSupport
import Testing

/// Where a file is named that is none, or that has no end: it is said what it is, at once, and nothing is waited for.
struct OddFileTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.folder.file(
            "good.csv", "attempt,buyer,sku,unit,invoked_ns,returned_ns,outcome\n1,1,a,u1,100,250,won\n")
        try sandbox.folder.file(
            "companion.yaml",
            """
            strategy: companion
            summary: a script in a file that is none
            keys: { stock: "{sale}:stock" }
            scripts: { buy: { file: odd.lua } }
            open: [ "SET {stock} {units}" ]
            buy: [ { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 0, then: sold-out }, { when: any, then: won } ] } ]
            stock: GET {stock}
            """)
    }

    /// A command, the end that its file's name must have, and whether a pipe will do.
    struct Place: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var ending = ""
        var takesPipes = false

        /// With the odd file's path in the place of FILE.
        func arguments(_ path: String) -> [String] { arguments.map { $0 == "FILE" ? path : $0 } }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let places = [
        Place(arguments: ["verify", "--units", "2", "--history", "FILE"], takesPipes: true),
        Place(arguments: ["verify", "--units", "2", "--history", "good.csv", "--ledger", "FILE"], takesPipes: true),
        Place(
            arguments: ["verify", "--units", "1", "--history", "good.csv", "--unit-names", "FILE"], takesPipes: true),
        Place(
            arguments: ["verify", "--history", "good.csv", "--item-column", "sku", "--units", "FILE"],
            takesPipes: true),
        Place(arguments: ["strategies", "check", "FILE"], ending: ".yaml"),
        Place(arguments: ["strategies", "show", "FILE"]),
        Place(arguments: ["strategies", "new", "FILE"], ending: ".lua"),
        Place(arguments: ["run", "--strategy", "FILE"]),
    ]

    private func expectRefusal(
        _ arguments: [String], _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let program = try sandbox.start(arguments)
        // Many times what it takes.
        #expect(program.wait(seconds: 20) == .init(exitCode: 64), "\(program.errors)", sourceLocation: sourceLocation)
        #expect(program.output.isEmpty, sourceLocation: sourceLocation)
        #expect(program.errors.contains(words), "\(arguments): \(program.errors)", sourceLocation: sourceLocation)
    }

    @Test(arguments: places)
    func isRefused(_ place: Place) throws {
        for odd in OddFile.allCases where !(place.takesPipes && odd.isPipe) {
            try expectRefusal(place.arguments(odd.path(in: sandbox.path, ending: place.ending)), odd.words)
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
    }

    /// A hole of 64 GB is made in no time, and takes minutes to read.
    @Test(arguments: places)
    func aLargeHoleIsRefused(_ place: Place) throws {
        let path = sandbox.path + "/hole" + place.ending
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(truncate(path, 64 << 30) == 0)
        try expectRefusal(place.arguments(path), place.takesPipes ? "line 1" : "has 68719476736 bytes, and at most")
    }

    @Test(arguments: OddFile.allCases.filter(\.canStandAnywhere))
    func aScriptBesideAStrategyFile(_ odd: OddFile) throws {
        try odd.put(at: sandbox.path + "/odd.lua")
        try expectRefusal(["strategies", "check", "companion.yaml"], odd.words)
    }

    @Test(arguments: OddFile.allCases.filter(\.canStandAnywhere))
    func aRunsRecord(_ odd: OddFile) throws {
        _ = try sandbox.folder.folder("run/history")
        try odd.put(at: sandbox.path + "/run/run.json")
        try expectRefusal(["verify", "run"], odd.words)
    }

    @Test func aRunsRecordOfAnySize() throws {
        _ = try sandbox.folder.folder("run/history")
        let path = try sandbox.folder.file("run/run.json", "{")
        #expect(truncate(path, 64 << 30) == 0)
        try expectRefusal(["verify", "run"], "has 68719476736 bytes, and at most 268435456")
    }

    // MARK: Pipes where they will do

    private static let header = "attempt,invoked_ns,returned_ns,outcome,remaining\n"

    /// `stress verify --history p & zcat attempts.csv.gz > p`
    @Test func aWriterMayComeAfterUs() throws {
        let pipe = sandbox.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let run = try sandbox.start(["verify", "--history", pipe, "--units", "2", "--remaining", "0"])
        usleep(300_000)
        let descriptor = open(pipe, O_WRONLY | O_CLOEXEC)
        let text = Array((Self.header + "1,100,250,won,1\n2,200,400,won,0\n").utf8)
        #expect(write(descriptor, text, text.count) == text.count)
        close(descriptor)
        #expect(run.wait(seconds: 20) == .init(exitCode: 0), "\(run.output)\(run.errors)")
    }

    /// A shell's pipe, and a column of goods that has its usual name: the file is read once.
    @Test func everythingMayComeThroughPipes() throws {
        try sandbox.folder.file("ledger.csv", "attempt,sku\n1,a\n")
        try sandbox.folder.file("units.csv", "item,units,remaining\na,1,0\n")
        let run = try sandbox.start(
            ["--history", "good.csv", "--item-column", "sku", "--units", "units.csv", "--ledger", "ledger.csv"],
            after: """
                set -- verify --history /dev/fd/5 --item-column sku --units /dev/fd/6 --ledger /dev/fd/7
                mkfifo a b c; cat good.csv >a & cat units.csv >b & cat ledger.csv >c & exec 5<a 6<b 7<c
                """)
        #expect(run.wait(seconds: 20) == .init(exitCode: 2), "\(run.output)\(run.errors)")
        #expect(run.output.hasPrefix("INCONCLUSIVE") && run.output.contains("ledger"), "\(run.output)\(run.errors)")
    }
}
