import Exploration
import FlashSale
import TestSupport
import Testing

/// Programs that cannot be explored, or whose answers are not understood: each is told in words of its own.
struct RehearsalTests {
    private static func trial(_ buy: String) throws -> ProgramTrial {
        try ProgramTrial(
            ["buy.py": Fixtures.plainClient + buy], .processes([ProgramTrial.python, "-S", "-E", "buy.py", "{buyer}"]))
    }

    @Test(
        "what cannot be held is refused",
        arguments: [
            ("ask('MONITOR')", "sends MONITOR"), ("ask('CLUSTER', 'SLOTS')", "no cluster"),
            ("ask('CLIENT', 'REPLY', 'OFF')", "replies are not tied to their commands"),
            (#"sock.sendall(b"\x16\x03\x01\x02\x00" + bytes(200)); sock.recv(1)"#, "as TLS does"),
        ])
    func refused(_ buy: String, _ says: String) throws {
        let error = #expect(throws: RunError.self) { try Self.trial(buy).explore() }
        #expect(error?.status == .usage && error?.message.contains(says) == true, "\(error?.message ?? "")")
    }

    @Test("a program that does not come to the proxy is told what it was given, but nothing that may be secret")
    func deaf() throws {
        var deaf = try ProgramTrial(["buy.py": "print('hello')"], .processes([ProgramTrial.python, "buy.py"]))
        deaf.settings.variables = ["SHOP_REDIS": "{redis-host}:{redis-port}", "SHOP_PASSWORD": "s3cr3t"]
        let error = #expect(throws: RunError.self) { try deaf.explore() }
        let message = error?.message ?? ""
        for part in [
            "no command of a purchase reached the proxy", "REDIS_HOST=127.0.0.1, REDIS_PORT=", "redis://127.0.0.1:",
            "by --env SHOP_PASSWORD, SHOP_REDIS", "exit 0 (hello)",
        ] {
            #expect(message.contains(part), "\(message)")
        }
        #expect(error?.status == .usage && !message.contains("s3cr3t"))
    }

    @Test(
        "one buyer after the other",
        arguments: [
            (Fixtures.getAndSet, nil),
            ("if ask('DECR', 'count') < 0: raise SystemExit(1)", "does not give it back"),
            ("ask('GET', 'count')\nraise SystemExit(1)", "the first did not win"),
            ("ask('GET', 'count')", "both of two buyers won"),
            ("raise SystemExit(ask('INCR', 'other') - 1)", "is it the one that the program takes from"),
            ("while True: ask('SET', 'alive', 'yes')", "had no end: after 1,000 commands came SET alive yes"),
        ] as [(String, String?)])
    func rehearsals(_ buy: String, _ says: String?) throws {
        let problem = try Self.trial(buy).rehearse().problem
        #expect(says.map { problem?.contains($0) == true } ?? (problem == nil), "\(problem ?? "")")
    }

    @Test("what is remembered outside Redis shows in the second rehearsal")
    func state() throws {
        let trial = try Self.trial(
            """
            with open("sold", "a") as file:
                file.write("x")
                sold = file.tell()
            if sold > 6 or ask("DECR", "count") < 0: raise SystemExit(ask("INCR", "count") * 0 + 1)

            """)
        let first = try trial.rehearse()
        #expect(first.problem == nil)
        let second = try trial.rehearse()
        #expect(second.difference(from: first)?.contains("--reset puts it back") == true, "\(second)")
        let right = try Self.trial(Fixtures.getAndSet)
        let before = try right.rehearse()
        #expect(try right.rehearse().difference(from: before) == nil)
    }
}
