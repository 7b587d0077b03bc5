import FlashSale
import Testing

@testable import Reports

/// The command that repeats a run. That `stress` makes the same scenario of it is shown by a run of the command line.
struct ScenarioCommandLineTests {
    private func flags(_ change: (inout Scenario) -> Void) -> [String: String] {
        var scenario = Samples.scenario()
        change(&scenario)
        let words = scenario.commandLine(strategy: "lua")
        var flags: [String: String] = [:]
        for (index, word) in words.enumerated() where word.hasPrefix("--") {
            let next = index + 1 < words.count ? words[index + 1] : ""
            flags[word] = next.hasPrefix("--") ? "" : next
        }
        return flags
    }

    @Test func everyNumberIsNamed() {
        let flags = flags { _ in }
        #expect(
            flags == [
                "--strategy": "lua", "--units": "1000", "--buyers": "4000", "--purchases-per-buyer": "1",
                "--quantity": "1", "--attempts": "3", "--procs": "4", "--threads": "100", "--timeout": "5s",
                "--think-time": "1ms..20ms", "--no-retry-unknown": "", "--repeat-every": "0", "--seed": "7",
            ])
    }

    @Test func thePaceIsAsItWasSaid() {
        let flags = flags {
            $0.pace = Pace(
                rate: Rate(from: 0.00001, to: 1500.5, rampNanoseconds: 250_000_000, arrivals: .poisson),
                bursts: [.init(buyers: 500, atNanoseconds: 2_000_000)], durationNanoseconds: 90_000_000_000,
                warmUpNanoseconds: 1_000)
            $0.gate = .lastByte
        }
        #expect(flags["--ramp"] == "0.000010000..1500.5/s@250ms" && flags["--arrivals"] == "poisson")
        #expect(flags["--burst"] == "500@2ms" && flags["--duration"] == "90s" && flags["--warm-up"] == "1us")
        // The buyers of a rush come beside the others.
        #expect(flags["--buyers"] == "3500" && flags["--gate"] == "last-byte")
    }

    @Test func thePlaceIsNamedWhereItIsTheUsers() {
        let server = flags {
            $0.redis = "redis://user@127.0.0.1:6379/3"
            $0.faults = [Fault(.crashRedis, at: .sold(share: 0.3))]
        }
        #expect(server["--redis"] == "redis://user@127.0.0.1:6379/3" && server["--fault"] == "crash-redis@30%")
        let service = flags {
            $0.redis = "none"
            $0.service = "http://127.0.0.1:8080"
        }
        #expect(service["--service"] == "http://127.0.0.1:8080" && service["--redis"] == nil)
        #expect(flags { $0.service = "python3 shop.py" }["--service"] == nil)
    }

    @Test(
        arguments: [
            ("plain-1.5/s@2", "plain-1.5/s@2"), ("", "''"), ("two words", "'two words'"), ("it's", "'it'\\''s'"),
            ("$HOME", "'$HOME'"), ("a\u{1B}'\\", "$'a\\x1b\\'\\\\'"), ("\u{202E}", "$'\\xe2\\x80\\xae'"),
        ])
    func wordsAreQuotedForAShell(_ word: String, _ quoted: String) { #expect(ShellText.word(word) == quoted) }
}
