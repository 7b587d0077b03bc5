import FlashSale
import Foundation
import Strategies
import TestSupport
import Testing

/// What a shell offers. scripts/check-package presses TAB in each of them.
struct CompletionTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: ["bash", "zsh", "fish"])
    func scriptsHoldTheWordsThatThereAre(_ shell: String) throws {
        let script = try sandbox.stress(["--generate-completion-script", shell])
        #expect(script.exitCode == 0 && script.errors.isEmpty)
        let words =
            FaultKind.allCases.map { "\($0.rawValue)@30%" } + FaultKind.allCases.map(\.rawValue)
            + Scenario.Persistence.allCases.map(\.rawValue) + Scenario.Gate.allCases.map(\.rawValue)
            + ["jmeter", "otel", "purchase"]
        for word in words { #expect(script.output.contains(word), "\(word)") }
        // The processes that a run starts of itself are nobody's commands.
        for word in ["keep-programs", "die-with-parent", "guard)"] { #expect(!script.output.contains(word), "\(word)") }
    }

    /// As the completion scripts do.
    private func offered(for typed: String) throws -> [String] {
        let asked = try sandbox.stress(
            [
                "---completion", "run", "--", "--strategy", "3", "\(typed.utf8.count)", "stress", "run", "--strategy",
                typed,
            ],
            environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
        #expect(asked.exitCode == 0, "\(asked.errors)")
        return asked.output.split(separator: "\n").map(String.init)
    }

    @Test func strategiesAreBuiltInOrFiles() throws {
        for name in ["mine.yaml", "more.yml", "notes.txt"] { try sandbox.folder.file(name, "") }
        _ = try sandbox.folder.folder("shop")
        try sandbox.folder.file("shop/ours.yaml", "")
        let offers = Set(try offered(for: ""))
        #expect(offers.isSuperset(of: BuiltinStrategies.names + ["mine.yaml", "more.yml", "shop/"]))
        #expect(!offers.contains("notes.txt"))
        #expect(try offered(for: "opti") == ["optimistic", "optimistic-decr"])
        #expect(try offered(for: "shop/o") == ["shop/ours.yaml"])
        #expect(try offered(for: "nowhere/").isEmpty)
        _ = try sandbox.folder.folder("$(touch ran)")
        try sandbox.folder.file("$(touch ran)/one.yaml", "")
        #expect(try offered(for: "$(touch ran)/").isEmpty)
    }

    /// bash expands what it is offered, so a name could run commands.
    @Test(arguments: ["$(touch ran).yaml", "`touch ran`.yaml", "it's.yaml", "a b.yaml", "a\nb.yaml", "\u{1b}[2J.yaml"])
    func namesThatAShellWouldReadAreNotOffered(_ name: String) throws {
        try sandbox.folder.file(name, "")
        let offers = try offered(for: "")
        #expect(!offers.contains { $0.hasSuffix(".yaml") }, "\(offers)")
        try sandbox.folder.file("plain.yaml", "")
        #expect(try offered(for: "").contains("plain.yaml"))
    }
}
