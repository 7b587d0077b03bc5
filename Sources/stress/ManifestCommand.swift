internal import ArgumentParser
internal import FlashSale
internal import Fleet

/// `stress manifest`: the pods for `stress run --kubernetes`, to be read and applied.
struct ManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Print a file for kubectl apply: pods that wait for workers.",
        discussion: """
            The pods sleep until they are deleted; `stress run --kubernetes NAMESPACE/app=NAME` starts its workers in them. Nothing is asked \
            of a cluster: the file is printed to be read.
            """)

    @Option(help: "Pods, one for each worker.")
    var workers: Int

    @Option(
        help: ArgumentHelp(
            "The image that the pods run: that of the Containerfile of scripts/package, where your cluster pulls from.",
            valueName: "name"))
    var image = "stress-sale:\(Version.current)"

    @Option(help: ArgumentHelp("The namespace in which the pods are.", valueName: "name"))
    var namespace = "default"

    @Option(
        help: ArgumentHelp("The name of the Job and the Service, and the value of the label app.", valueName: "name"))
    var name = "stress"

    @Option(help: ArgumentHelp("Processors of each pod, such as 2 or 500m.", valueName: "amount"))
    var cpu = "1"

    @Option(help: ArgumentHelp("Memory of each pod, such as 512Mi or 1Gi.", valueName: "amount"))
    var memory = "512Mi"

    @Option(help: ArgumentHelp("After this time pods that were forgotten end: 4h, 30m.", valueName: "time"))
    var deadline = "4h"

    func validate() throws {
        guard Scenario.Bounds.procs.contains(workers) else {
            throw ValidationError(
                "--workers \(workers): a number from \(Scenario.Bounds.procs.lowerBound) to \(Scenario.Bounds.procs.upperBound) is wanted"
            )
        }
        _ = try seconds()
    }

    private func seconds() throws -> Int {
        guard let range = try? DurationText.microsecondRange(deadline), range.min == range.max,
            (60...30 * 86_400).contains(range.min / 1_000_000)
        else {
            throw ValidationError("--deadline \(deadline): a duration from 1m to 30d is wanted, such as 4h")
        }
        return range.min / 1_000_000
    }

    func run() throws {
        let command = self
        let deadlineSeconds = try seconds()
        try CommandLineEnd.with { () throws(RunError) in
            let manifest = try KubernetesManifest(
                workers: command.workers, image: command.image, namespace: command.namespace, name: command.name,
                cpu: command.cpu, memory: command.memory, deadlineSeconds: deadlineSeconds)
            try Terminal.write(file: manifest.yaml)
            return .upheld
        }
    }
}
