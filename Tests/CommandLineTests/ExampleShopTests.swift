import Foundation
import Strategies
import TestSupport
import Testing

/// Services with databases of their own under examples/shops, through the one command that their page names.
struct ExampleShopTests {
    @Test("each bug is found and each repair is upheld", arguments: ExampleShop.all)
    func run(_ shop: ExampleShop) throws {
        let check = try #require(ExampleShop.checks[shop.name])
        let sandbox = try Sandbox()
        let run = try sandbox.start(
            program: ExampleShop.command, shop.arguments, environment: ["STRESS": StressBinary.path])
        #expect(run.wait() == .init(exitCode: shop.isRepaired ? 0 : 1), "\(run.errors)\(run.output)")
        let expected = shop.isRepaired ? "upheld" : "violated"
        #expect(try sandbox.record().check(check)["result"].text == expected, "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test("a shop that holds units is asked phase by phase, too", arguments: [false, true])
    func phases(_ isRepaired: Bool) throws {
        let shop = ExampleShop(name: "sql-reserve", isRepaired: isRepaired)
        let flags = [
            "--", "--clients", "2", "--threads", "8", "--buyers", "300", "--timeout", "30s", "--strategy",
            "\(ExampleShop.folder)/sql-reserve/phases.yaml",
        ]
        for _ in 1...3 {
            let sandbox = try Sandbox()
            let run = try sandbox.start(
                program: ExampleShop.command, shop.arguments + flags, environment: ["STRESS": StressBinary.path])
            #expect(run.wait() == .init(exitCode: isRepaired ? 0 : 1), "\(run.errors)\(run.output)")
            let result = try sandbox.record().check("given-back-once")["result"].text
            sandbox.expectNothingLeft()
            // On a busy machine a hold may have lapsed before its call was over, and then late payments may explain all units, too.
            if result == "inconclusive", !isRepaired { continue }
            #expect(result == (isRepaired ? "upheld" : "violated"), "\(run.output)")
            return
        }
        Issue.record("nothing was told of what came back in three runs")
    }

    @Test("the table has every shop, with the check that finds its bug and with both commands")
    func table() throws {
        let text = try String(contentsOfFile: "\(ExampleShop.folder)/README.md", encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| [") }
        #expect(rows.count == ExampleShop.names.count)
        #expect(ExampleShop.names == ExampleShop.checks.keys.sorted())
        for (name, check) in ExampleShop.checks {
            let row = try #require(rows.first { $0.hasPrefix("| [`\(name)`](\(name)/") }, "no row for \(name)")
            #expect(row.contains("| `\(check)` |"), "\(row)")
            #expect(row.contains("| `examples/shops/run \(name)` |"), "\(row)")
            #expect(row.contains("| `examples/shops/run \(name) --repaired` |"), "\(row)")
        }
    }

    @Test("the page that starts from a URL shows files as they are, and calls shops that there are")
    func page() throws {
        let text = try String(
            contentsOf: ExampleStrategy.examples.appending(path: "../docs/your-service.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count { $0.hasPrefix("strategy: ") } == 1)
        let files = try ExampleShop.names.map {
            try String(contentsOfFile: "\(ExampleShop.folder)/\($0)/strategy.yaml", encoding: .utf8)
        }
        for block in blocks where !files.contains(where: { $0.contains(block) }) {
            // Of no shop, but of a file that could be one.
            let rest = "strategy: shown\nstock: { redis: GET stock, at: redis://127.0.0.1:6379 }\n"
            #expect(throws: Never.self, "\(block)") { try StrategyFile.parse(rest + block, file: "your-service.md") }
        }

        let commands = text.matches(of: /examples\/shops\/run ([a-z-]+)((?: --(?:repaired|shell))*)/)
        #expect(!commands.isEmpty)
        for command in commands { #expect(ExampleShop.names.contains(String(command.output.1)), "\(command.output.0)") }
    }

    // MARK: The command itself

    /// A program in the place of `stress`, which tells that buyers are there and waits, and what it did then.
    private struct Buyers {
        let sandbox: Sandbox
        let path: String
        var told: String { "\(sandbox.path)/told" }

        init(_ text: String) throws {
            sandbox = try Sandbox()
            path = try sandbox.folder.script("buyers", text)
        }

        func start(_ arguments: [String]) throws -> Program {
            try sandbox.start(program: ExampleShop.command, arguments, environment: ["STRESS": path])
        }

        /// Whether the shop is open and the program runs.
        func areThere() -> Bool {
            TestProcess.eventually(withinSeconds: 30) { FileManager.default.fileExists(atPath: told) }
        }
    }

    @Test("flags and addresses reach stress, and its exit code comes back")
    func passesOn() throws {
        let buyers = try Buyers(
            """
            for word in "$@" "at=$STRESS_SERVICE_URL" "$SHOP_REDIS_URL" "$SHOP_DATABASE_URL"; do echo "$word"; done
            exit 37
            """)
        let run = try buyers.start(["consumer", "--repaired", "--", "--units", "5", "--seed", "1 2"])
        #expect(run.wait() == .init(exitCode: 37), "\(run.errors)")
        let words = run.output.split(separator: "\n").map(String.init)
        #expect(words.first == "run" && words.suffix(7).prefix(4) == ["--units", "5", "--seed", "1 2"], "\(words)")
        let service = try #require(words.firstIndex(of: "--service").map { words[$0 + 1] })
        #expect(service.hasPrefix("http://127.0.0.1:") && words.contains("at=\(service)"), "\(words)")
        #expect(words.contains("\(ExampleShop.folder)/consumer/strategy.yaml"))
        #expect(words.suffix(2).first?.hasPrefix("redis://127.0.0.1:") == true, "\(words)")
        #expect(words.last?.hasPrefix("sqlite:///") == true, "\(words)")
        buyers.sandbox.expectNothingLeft()
    }

    /// How a run is ended while buyers are there.
    enum End: String, CaseIterable, Sendable {
        case interrupt, terminate, kill, killOfTheShop
    }

    @Test("nothing of a shop is left, however it ends", arguments: End.allCases)
    func leavesNothing(_ end: End) throws {
        let buyers = try Buyers(#"trap 'exit 130' INT TERM; : > told; while :; do sleep 0.05; done"#)
        let run = try buyers.start(["python-flask"])
        try #require(buyers.areThere(), "\(run.errors)")
        let servers = TestProcess.using(buyers.sandbox.temporary)
        // Redis, PostgreSQL, and gunicorn at least.
        #expect(servers.count >= 3)
        switch end {
        case .interrupt: run.signalGroup(SIGINT)
        case .terminate: run.signal(SIGTERM)
        case .kill: run.signal(SIGKILL)
        case .killOfTheShop:
            let shop = try #require(
                TestProcess.children(of: run.process).first {
                    TestProcess.arguments(of: $0).contains("\(ExampleShop.folder)/serve")
                })
            kill(shop, SIGKILL)
            #expect(TestProcess.eventually { servers.allSatisfy(TestProcess.hasEnded) })
            run.signal(SIGTERM)
        }
        #expect(run.wait() == (end == .kill ? .init(signal: SIGKILL) : .init(exitCode: 130)), "\(run.errors)")
        buyers.sandbox.expectNothingLeft(withinSeconds: 10)
    }

    @Test(
        "what cannot be meant is refused before anything starts",
        arguments: [
            ([], "which shop?"), (["nowhere"], "no shop named nowhere"), (["../shops"], "no shop named ../shops"),
            (["sql-only", "--units", "5"], "flags of stress run follow --"),
            (["sql-only", "--shell", "--", "--units", "5"], "--shell takes no flags"),
        ] as [([String], String)])
    func usage(_ arguments: [String], _ words: String) throws {
        let buyers = try Buyers(": > told")
        let run = try buyers.start(arguments)
        #expect(run.wait() == .init(exitCode: 64))
        #expect(run.errors.contains(words) && run.errors.contains("Usage: examples/shops/run"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: buyers.told))
        buyers.sandbox.expectNothingLeft()
    }

    /// A service that cannot start says why, and no buyer comes.
    @Test func aShopThatDoesNotOpen() throws {
        let buyers = try Buyers(": > told")
        let folder = try buyers.sandbox.folder.folder("bin")
        // In the place of Redis's server.
        for name in ["redis-server", "valkey-server"] {
            try Script.write("echo no memory left; exit 1", to: "\(folder)/\(name)")
        }
        let run = try buyers.sandbox.start(
            program: ExampleShop.command, ["consumer"],
            environment: [
                "STRESS": buyers.path, "PATH": "\(folder):" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
            ])
        #expect(run.wait() == .init(exitCode: 69), "\(run.errors)")
        #expect(run.errors.contains("Redis did not start") && run.errors.contains("no memory left"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: buyers.told))
        buyers.sandbox.expectNothingLeft()
    }
}
