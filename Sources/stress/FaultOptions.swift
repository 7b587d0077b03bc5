internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Strategies

/// The flags that say what is broken on purpose.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Break something: crash-redis@30% when so much is sold, freeze-redis@1s+200ms for a time, lose-replies@0s:5% for a share. May be repeated. list explains each.",
            valueName: "kind@when[+length][:share]"),
        completion: Completion.faults)
    var fault: [String] = []

    @Flag(
        name: .customLong("allow-destructive"),
        help: "Break things on a server of your own that others on it would feel, too.")
    var allowsDestructive = false

    /// Whether only the explanation of all faults is wanted.
    var isList: Bool { fault == ["list"] }

    func validate() throws {
        if !isList { _ = try planned() }
    }

    private func planned() throws(ValidationError) -> [Fault] {
        var faults: [Fault] = []
        for text in fault {
            do throws(FaultText.Problem) {
                faults.append(try FaultText.fault(text))
            } catch {
                throw ValidationError("--fault \(text): \(error.message)")
            }
        }
        return faults
    }

    /// What is to be broken in a sale.
    ///
    /// - Returns: nil where nothing is.
    /// - Throws: ``RunError`` with 64 for what cannot be done there, or would hurt others.
    func faults(
        for strategy: Strategy, at place: Coordinator.Place, topology: Topology?
    ) throws(RunError) -> [Fault]? {
        guard !fault.isEmpty, let planned = try? planned() else { return nil }
        for fault in planned {
            if let problem = FaultPlaces.problem(
                of: fault, strategy, place, topology: topology, allowsDestructive: allowsDestructive)
            {
                throw RunError(.usage, "--fault \(fault.text): \(problem)")
            }
        }
        return planned
    }

    /// All kinds, for `--fault list`.
    static var list: String {
        var text =
            "KIND@WHEN[+LENGTH][:SHARE]: WHEN is a time after the doors opened, or a share of the units sold (30%).\n"
        for kind in FaultKind.allCases {
            let description = kind.description
            text += "\n\(Fault(kind, at: .sold(share: 0.3)).text)\n    \(description.does)."
            text += defaults(of: description)
            text += "\n    Heals: \(description.heals).\n    Proof: \(description.proof).\n"
            if description.needsOwn {
                text += "    Only what the run started itself.\n"
            } else if description.hurtsOthers {
                text += "    On a server of your own only with --allow-destructive: others on it feel it, too.\n"
            }
        }
        return text
    }

    /// What a kind does where no length or share is said.
    private static func defaults(of description: FaultDescription) -> String {
        var parts: [String] = []
        if let length = description.length {
            parts.append(
                length == FaultDescription.untilTheEnd
                    ? "lasts to the end (+LENGTH)" : "lasts \(length / 1_000_000)ms (+LENGTH)")
        }
        if let share = description.share { parts.append("strikes \(Int(share * 100))% (:SHARE), at least one") }
        return parts.isEmpty ? "" : "\n    Where nothing is said: \(parts.joined(separator: ", "))."
    }
}
