import Foundation
import TestSupport
import Testing

/// Text that is not ours reaches no terminal as it is, wherever it comes from; and harmless text does.
struct HostileTextTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// A place where a text is given: `*` stands for it.
    struct Place: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var environment: [String: String] = [:]
        var testDescription: String {
            (arguments + environment.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        }

        init(_ arguments: String..., environment: [String: String] = [:]) {
            self.arguments = arguments
            self.environment = environment
        }
    }

    static let places: [Place] = [
        Place("run", "--think-time", "*"), Place("run", "--think-time=*"), Place("run", "--format", "*"),
        Place("run", "--units", "*"), Place("run", "--strategy", "*"), Place("run", "--strategy", "*.yaml"),
        Place("run", "--strategy", "/nowhere/*.lua"), Place("run", "--*"), Place("run", "*"), Place("*"),
        Place("run", "--ramp", "0..5/s@*"), Place("run", "--redis", "redis://*"), Place("run", "--redis", "*"),
        Place("run", "--redis", "redis://127.0.0.1:1/*"), Place("run", "--redis", "unix:///nowhere/*"),
        Place("run", "-h", "*"), Place("strategies", "check", "*"), Place("strategies", "show", "*"),
        Place("strategies", "new", "*"), Place("strategies", "new", "*.lua"), Place("verify", "*"),
        Place("verify", "--history", "*", "--units", "5"),
        Place("verify", "--history", "a.csv", "--units", "*", "--item-column", "x"),
        Place("verify", "--history", "a.csv", "--units", "5", "--ledger", "*"), Place("clean", "--redis", "*"),
        Place("clean", "--older-than", "*"),
        Place("clean", environment: ["STRESS_REDIS_URL": "*"]), Place("run", environment: ["STRESS_REDIS_URL": "*"]),
        Place("run", environment: ["STRESS_REDIS_SERVER": "/nowhere/*"]),
        Place("run", environment: ["TMPDIR": "/nowhere/*"]),
    ]

    private func run(_ place: Place, _ text: String) throws -> Sandbox.Finished {
        try sandbox.folder.file("a.csv", "attempt,invoked_ns,returned_ns,outcome\n1,1,2,won\n")
        return try sandbox.stress(
            place.arguments.map { $0.replacingOccurrences(of: "*", with: text) },
            environment: place.environment.mapValues { $0.replacingOccurrences(of: "*", with: text) })
    }

    @Test(arguments: places) func anArgument(_ place: Place) throws {
        let hostile = try run(place, HostileText.text)
        #expect(hostile.exitCode != 0 && !hostile.errors.isEmpty)
        HostileText.expectShown(hostile, place.testDescription)
        let harmless = try run(place, HostileText.harmless)
        #expect(harmless.exitCode != 0)
        // A URL's parts are told apart, and not all are repeated.
        if hostile.errors.contains(HostileText.shown) {
            #expect(harmless.errors.contains(HostileText.harmless), "\(harmless.errors)")
        }
    }

    static let longPlaces: [Place] = [
        Place("run", "--think-time=*"), Place("run", "--format", "*"), Place("run", "--strategy", "*"),
        Place("run", "--*"),
        Place("run", "--redis", "unix:///*"), Place("verify", "*"),
        Place("clean", environment: ["STRESS_REDIS_URL": "*"]),
    ]

    /// Nearly as much as one argument may have.
    @Test(arguments: longPlaces) func aLongArgument(_ place: Place) throws {
        for letters in ["x", "秒"] {
            let long = try run(place, String(repeating: letters, count: 120_000 / letters.utf8.count))
            #expect(long.exitCode != 0 && !long.errors.isEmpty)
            #expect(long.errors.unicodeScalars.count < 5000, "\(long.errors.prefix(200))")
        }
    }

    // MARK: A strategy file

    /// A sale in which each buyer is told something by a script.
    private static func strategy(answer: String, summary: String = "mine", constant: String = "x") -> String {
        """
        strategy: mine
        summary: \(summary)
        keys: { stock: "{sale}:stock", word: "{sale}:word" }
        scripts:
          buy: |
            local left = redis.call('DECR', KEYS[1])
            if left < 0 then redis.call('INCR', KEYS[1]) return -1 end
            \(answer)
        open:
          - SET {stock} {units}
          - [ SET, "{word}", \(constant) ]
        buy:
          - script: buy
            keys: [ "{stock}" ]
            args: [ \(constant) ]
            outcomes:
              - { when: -1, then: sold-out }
              - { when: ok, then: won }
        stock: GET {stock}
        close: [ "DEL {stock} {word}" ]

        """
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// `*` stands for the text in ARGV[1].
        var script: String
        var isShown = true
    }

    static let answers: [Answer] = [
        Answer(testDescription: "a reply", script: "return ARGV[1]"),
        Answer(testDescription: "a list", script: "return { 1, { ARGV[1] } }"),
        Answer(testDescription: "an error reply", script: "return redis.error_reply('MINE ' .. ARGV[1])"),
        Answer(testDescription: "a Lua error", script: "error(ARGV[1])"),
        Answer(testDescription: "a command that is unknown", script: "redis.call(ARGV[1])", isShown: false),
        Answer(testDescription: "a constant", script: "return redis.status_reply('OK')"),
    ]

    @Test(arguments: answers) func whatAServerSays(_ answer: Answer) throws {
        for (text, shown) in [
            (HostileText.yaml, HostileText.shown), ("\"\(HostileText.harmless)\"", HostileText.harmless),
        ] {
            try sandbox.folder.file(
                "mine.yaml", Self.strategy(answer: answer.script, summary: text, constant: text))
            let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
            HostileText.expectShown(check, "check")
            // The summary, the constant, and what the script says of it. Lines may end within a text.
            #expect(check.output.contains(shown))
            if answer.isShown { #expect(check.output.split(separator: shown).count > 4, "\(check.output)") }
            let run = try sandbox.run(["--strategy", "mine.yaml", "--units", "5", "--procs", "1", "--threads", "3"])
            HostileText.expectShown(run, "run")
            #expect([0, 2].contains(run.exitCode), "\(run.errors)")
        }
    }

    @Test func aMistakeInAFile() throws {
        for place in ["keys", "nonsense", "limit", "load", "safe-under", "stock", "scripts", "strategy"] {
            let yaml = Self.strategy(answer: "return 1") + "\(place): \(HostileText.yaml)\n\(HostileText.yaml): 1\n"
            let name = "x\(HostileText.text).yaml"
            try sandbox.folder.file(name, yaml)
            let check = try sandbox.stress(["strategies", "check", name])
            #expect(check.exitCode == 64 && check.errors.contains(HostileText.shown), "\(check.errors)")
            HostileText.expectShown(check, place)
        }
    }

    // MARK: What a run leaves

    /// Its folder, the record that somebody wrote, and what programs read: they get the true text.
    @Test func theResults() throws {
        let folder = "out \(HostileText.text)"
        let comment = "# \u{202E}\u{200B} 中文 \u{E0041}\n"
        let yaml = comment + Self.strategy(answer: "return redis.status_reply('OK')", constant: HostileText.yaml)
        try sandbox.folder.file("mine.yaml", yaml)
        let flags = ["--strategy", "mine.yaml", "--units", "5", "--procs", "1", "--threads", "3"]
        let run = try sandbox.run(flags + ["--output", folder])
        HostileText.expectShown(run, "the path")
        #expect(run.output.contains("Results  out \(HostileText.shown)"), "\(run.output)")
        let json = try sandbox.run(flags + ["--format", "json"])
        HostileText.expectShown(json, "JSON")
        #expect(try JSON(Data(json.output.utf8))["scenario"]["strategy"]["yaml"].text == yaml)
        #expect(try sandbox.record()["scenario"]["strategy"]["yaml"].text == yaml)

        let record = sandbox.latest + "/run.json"
        var text = try sandbox.text(record)
        let hostile = String(decoding: try JSONEncoder().encode(HostileText.text), as: UTF8.self).dropFirst().dropLast()
        for field in ["version", "mode", "strategy", "detail", "message"] {
            text.replace(try Regex("\"\(field)\" : \""), with: "\"\(field)\" : \"\(hostile)")
        }
        try text.write(toFile: record, atomically: false, encoding: .utf8)
        let verify = try sandbox.stress(["verify", sandbox.latest])
        #expect(verify.output.contains(HostileText.shown), "\(verify.errors)")
        HostileText.expectShown(verify, "a record that somebody wrote")
    }

    /// A name of a unit in a history of another system.
    @Test func aUnit() throws {
        for (text, shown) in [(HostileText.text, HostileText.shown), (HostileText.harmless, HostileText.harmless)] {
            let csv =
                "attempt,purchase,buyer,invoked_ns,returned_ns,outcome,unit\n"
                + (1...2).map { "\($0),\($0),\($0),\($0),9,won,\"\(text)\"\n" }.joined()
            try sandbox.folder.file("a.csv", csv)
            let verify = try sandbox.stress(["verify", "--history", "a.csv", "--units", "5"])
            #expect(verify.exitCode == 1 && verify.output.contains(shown), "\(verify.output)\(verify.errors)")
            HostileText.expectShown(verify, "a unit")
        }
    }

    // MARK: Files as they are

    /// A program that reads it gets the file; a terminal does not.
    @Test func aFileThatIsShown() throws {
        let yaml = "# \(HostileText.text)\n" + Self.strategy(answer: "return 1")
        try sandbox.folder.file("mine.yaml", yaml)
        #expect(try sandbox.stress(["strategies", "show", "mine.yaml"]).output == yaml)
        let show = try sandbox.start(["strategies", "show", "mine.yaml"], output: .terminal)
        #expect(show.wait() == .init(exitCode: 0))
        let shown = show.terminalText.replacingOccurrences(of: "\r\n", with: "\n")
        #expect(shown.contains(HostileText.shown) && HostileText.raw(in: shown) == [], "\(shown)")
    }

    /// What is written for a script with a strange name can be read, and names it.
    @Test func aFirstFile() throws {
        let name = "a: \"b\" \(HostileText.text).lua"
        try sandbox.folder.file(name, "return redis.call('DECR', KEYS[1])\n")
        let new = try sandbox.stress(["strategies", "new", name])
        #expect(new.exitCode == 0)
        HostileText.expectShown(new, "new")
        try sandbox.folder.file("mine.yaml", new.output)
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.output.contains("DECR"), "\(check.errors)\(check.output)")
        HostileText.expectShown(check, "check")
    }

    /// Colours are ours; what a file adds to them is not.
    @Test func onATerminal() throws {
        try sandbox.folder.file(
            "mine.yaml",
            Self.strategy(answer: "return ARGV[1]", summary: HostileText.yaml, constant: #""\e[31m\e[1;31m red""#))
        let check = try sandbox.start(["strategies", "check", "mine.yaml"], output: .terminal)
        _ = check.wait()
        let text = check.terminalText.replacing(/\u{1B}\[(0|1|2|1;3[123])m/, with: "").replacingOccurrences(
            of: "\r\n", with: "\n")
        #expect(HostileText.raw(in: text) == [] && text.contains("\\x1b[31m\\x1b[1;31m red"), "\(text)")
        #expect(check.terminalText.contains("\u{1B}[1m"))
    }

    // MARK: Lengths

    @Test(arguments: [
        "local t = {} for i = 1, 100000 do t[i] = i end return t", "return string.rep('x', 500000)",
        "return redis.error_reply('MINE ' .. string.rep('x', 500000))",
        "for i = 1, 299 do redis.call('GET', KEYS[1]) end return 'x'",
    ])
    func whatIsLongIsShortened(_ answer: String) throws {
        try sandbox.folder.file("mine.yaml", Self.strategy(answer: answer))
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(
            check.output.contains("…") && check.output.contains(/\((.* items, )?[\d.]+ [kM]B\)|… 200 more/)
                && check.output.utf8.count < 60_000, "\(check.output.utf8.count)")
        let run = try sandbox.run(
            ["--strategy", "mine.yaml", "--units", "2", "--procs", "1", "--threads", "2", "--no-rehearsal"])
        #expect(run.output.utf8.count < 20_000 && run.errors.isEmpty, "\(run.output.utf8.count)\(run.errors)")
    }
}
