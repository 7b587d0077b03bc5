package import FlashSale
internal import Foundation
internal import Host

/// Workers in pods that are there and sleep: one `kubectl exec -i` for each, in the context of the user's kubeconfig.
package struct KubernetesEngine: FleetEngine {
    /// Where the packages and images of `scripts/package` have it.
    package static let usualBinary = "/usr/bin/stress"

    private struct Place {
        var pod: String
        var container: String
    }

    private let place: KubernetesPlace
    private let container: String?
    private let path: String
    private let programs: OutsidePrograms
    private let note: @Sendable (String) -> Void

    private var kubectl = ""
    private var places: [Place] = []

    /// - Parameters:
    ///   - container: of each pod; nil where that is clear.
    ///   - remoteBinary: where our binary is in the container.
    ///   - note: is told what the user should know before the doors open: a sentence.
    package init(
        _ place: KubernetesPlace, container: String? = nil, remoteBinary: String? = nil,
        executable: String = OwnBinary.path, environment: [String: String] = ProcessInfo.processInfo.environment,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.place = place
        self.container = container
        programs = OutsidePrograms(starter: executable, environment: environment)
        path = remoteBinary ?? Self.usualBinary
        self.note = note
    }

    package mutating func prepare(workers: Int) throws(RunError) {
        guard let kubectl = programs.find("kubectl") else {
            throw RunError(
                .unavailable,
                "kubectl is wanted for --kubernetes, and is in none of the folders of PATH: install it (Kubernetes' own client)"
            )
        }
        self.kubectl = kubectl
        let pods = try pods()
        guard !pods.isEmpty else { throw try noPods() }
        let ready = pods.filter(\.isReady)
        let needed = min(workers, pods.count)
        guard ready.count >= needed else {
            let other = pods.first { !$0.isReady }
            throw RunError(
                .unavailable,
                "\(needed.counted("pod")) of \(place.namespace) with the label \(place.selector) must be running and ready for --procs \(workers), and "
                    + "\(ready.count == 1 ? "1 is" : "\(ready.count) are"); \(other?.state ?? ""). Wait with: kubectl wait -n \(place.namespace) -l "
                    + "\(place.selector) --for=condition=Ready pod")
        }
        var places: [Place] = []
        for pod in ready.prefix(workers) {
            places.append(Place(pod: pod.metadata.name, container: try pod.container(container)))
        }
        self.places = (0..<workers).map { places[$0 % places.count] }
        let share = (workers + places.count - 1) / places.count
        note(
            "Kubernetes: \(workers.counted("worker")) in \(places.count.counted("pod")) of \(place.namespace) with the label \(place.selector)"
                + (share > 1 ? ", up to \(share) in one" : ""))
    }

    /// The pods that may take workers, by the numbers in their names.
    private func pods() throws(RunError) -> [PodList.Pod] {
        let text = try ask(["get", "pods", "--selector=\(place.selector)", "--output=json"])
        guard let list = try? JSONDecoder().decode(PodList.self, from: Data(text.utf8)) else {
            throw RunError(
                .unavailable,
                "kubectl get pods: wanted a list of pods as JSON, found \(ForeignText.shown(text, limit: 200)): is the kubectl in PATH Kubernetes' own?"
            )
        }
        return list.items.filter { !$0.isOver }.sorted {
            $0.metadata.name.compare($1.metadata.name, options: .numeric) == .orderedAscending
        }
    }

    /// - Returns: what kubectl printed.
    /// - Throws: ``RunError`` with 69 and the reason.
    private func ask(_ words: [String]) throws(RunError) -> String {
        let words = words + ["--namespace=\(place.namespace)", "--request-timeout=20s"]
        guard let ending = try programs.run(kubectl, words, milliseconds: 60_000) else {
            throw RunError(
                .unavailable,
                "kubectl \(words[0]) did not end within 60 seconds: does the cluster of the kubeconfig's context answer?"
            )
        }
        guard ending.hasSucceeded else {
            let reason = KubernetesTrouble.reason(
                place: place, pod: nil, path: path, exitCode: ending.exitCode, errors: ending.errors)
            throw RunError(.unavailable, "kubectl \(words[0]) \(words[1]): \(reason ?? "it failed without a word")")
        }
        return ending.output
    }

    /// There is no pod in a namespace that is not there, either, and kubectl does not say so.
    private func noPods() throws(RunError) -> RunError {
        let ending = try programs.run(
            kubectl, ["get", "namespace", "--output=name", "--request-timeout=20s", "--", place.namespace],
            milliseconds: 60_000)
        if let ending, !ending.hasSucceeded, ending.errors.contains("(NotFound)") {
            return RunError(
                .unavailable,
                "there is no namespace \(place.namespace) in the cluster of the kubeconfig's context: `kubectl get namespaces` shows those that there are"
            )
        }
        return RunError(
            .unavailable,
            "no pod of \(place.namespace) has the label \(place.selector): make some with `stress manifest --workers N > job.yaml` and `kubectl apply -f "
                + "job.yaml`")
    }

    package func launch(worker: Int) -> WorkerLaunch {
        precondition(places.indices.contains(worker), "worker \(worker) was not prepared")
        let chosen = places[worker]
        return WorkerLaunch(
            engine: .kubernetes, machine: chosen.pod, executable: programs.starter,
            arguments: [
                "die-with-parent", String(getpid()), kubectl, "exec", "--stdin", "--namespace=\(place.namespace)",
                chosen.pod,
                "--container=\(chosen.container)", "--", path, "worker", "--remote",
            ])
    }

    package func reason(worker: Int, exitCode: Int32?, errors: String) -> String? {
        guard places.indices.contains(worker) else { return nil }
        return KubernetesTrouble.reason(
            place: place, pod: places[worker].pod, path: path, exitCode: exitCode, errors: errors)
    }

    /// Pods are the user's and stay; what runs in them ends with its input.
    package mutating func close() { places = [] }
}
