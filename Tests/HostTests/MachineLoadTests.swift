import FlashSale
import Testing

@testable import Host

/// `/proc/stat` read, and what the difference of two of them is worth.
struct MachineLoadTests {
    private static func times(_ text: String) -> ProcessorTimes? { ProcessorTimes(text, ticksPerSecond: 100) }

    @Test func theFirstLineCounts() {
        let text =
            "cpu  100 20 30 4000 50 6 7 8 90 9\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 123 0\nctxt 5\nbtime 1700000000\n"
        let times = Self.times(text)
        #expect(times?.busy == 1.63 && times?.idle == 40.5 && times?.steal == 0.08)
        // Before Linux 2.6.
        #expect(Self.times("cpu  100 20 30 4000\n")?.total == 41.5)
    }

    @Test(arguments: ["", "cpu0 1 2 3 4\n", "cpu  1 2 3\n", "nonsense"])
    func whatIsNoSuchFile(_ text: String) { #expect(Self.times(text) == nil) }

    /// Ticks that went by on two processors, CPU time of this run in seconds, and what is said.
    struct Case {
        var user = 0
        var idle = 0
        var steal = 0
        var own = 0.0
        var others: Double
        var stolen = 0.0
        var words: [String] = []
    }

    @Test(arguments: [
        Case(user: 100, idle: 100, own: 1, others: 0),
        Case(user: 120, idle: 80, own: 1, others: 0.1),
        Case(user: 124, idle: 76, own: 1, others: 0.12, words: ["other processes took 12%"]),
        Case(
            user: 100, idle: 95, steal: 5, own: 1, others: 0, stolen: 0.025,
            words: ["other guests of the same host took 2.5%"]),
        Case(user: 150, idle: 40, steal: 10, own: 1, others: 0.25, stolen: 0.05, words: ["25%", "5.0%"]),
        // The kernel's ticks and a process's own account differ a little.
        Case(user: 90, idle: 110, own: 1, others: 0),
        // Too short to tell.
        Case(user: 60, idle: 20, others: 0.75),
        Case(user: 80, idle: 20, others: 0.8, words: ["80%"]),
    ])
    func load(_ given: Case) throws {
        let before = try #require(Self.times("cpu 1000 0 0 1000 0 0 0 100"))
        let after = try #require(
            Self.times("cpu \(1000 + given.user) 0 0 \(1000 + given.idle) 0 0 0 \(100 + given.steal)"))
        let load = try #require(MachineLoad(from: before, to: after, ownSeconds: given.own, cores: 2))
        #expect(abs(load.others - given.others) < 1e-9 && abs(load.steal - given.stolen) < 1e-9)
        let finding = load.finding
        #expect((finding?.name == .machineBusy) == !given.words.isEmpty)
        for word in given.words { #expect(finding?.detail.contains(word) == true) }
    }

    @Test func noTimeWentBy() throws {
        let times = try #require(Self.times("cpu 1 1 1 1"))
        #expect(MachineLoad(from: times, to: times, ownSeconds: 0, cores: 2) == nil)
    }

    @Test(
        arguments: [
            ("processor\t: 0\nmodel name\t: AMD  EPYC 7B13\nmodel name\t: other\n", "AMD EPYC 7B13"),
            ("processor: 0\nCPU part: 0xd0c\n", nil), ("model name:\n", nil), ("", nil),
        ] as [(String, String?)])
    func processorModel(_ text: String, _ name: String?) { #expect(Machine.processorModel(inText: text) == name) }

    @Test func thisMachine() {
        #expect(Machine.cores >= 1 && !Machine.hostName.isEmpty && Machine.kernel.split(separator: " ").count == 3)
        #expect(Machine.processorTimes.map { $0.total > 0 } == true)
    }
}
